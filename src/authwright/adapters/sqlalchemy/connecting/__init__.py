"""From a database URL to connections: TLS, poolers, engines, and one pool for each event loop."""
