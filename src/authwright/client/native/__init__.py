"""The client for a native process, over httpx2."""
