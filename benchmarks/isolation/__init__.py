"""Proof that no user is shown the session of another, on every store, with threads, loops and forks."""
