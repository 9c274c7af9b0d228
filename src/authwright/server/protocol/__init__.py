"""The wire format: tokens, cookies and URLs. No I/O: the current time and random bytes are parameters."""
