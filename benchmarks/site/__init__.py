"""A site that reads its sessions in every way that an app can, for the benchmarks ``isolation`` and ``faults``."""
