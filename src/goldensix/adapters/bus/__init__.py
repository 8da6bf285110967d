"""How workers talk to each other: a port, NATS behind it, and one in memory for tests."""
