"""A site that reads its sessions in every way that an app can: under load in ``isolation``, under faults in ``faults``."""
