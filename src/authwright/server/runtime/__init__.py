"""Event loops, threads, the log, and calls of the app's functions."""
