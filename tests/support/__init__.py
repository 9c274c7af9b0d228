"""Shared test support: a browser without a network, apps, and the servers that the tests need."""
