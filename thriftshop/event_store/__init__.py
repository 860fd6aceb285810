"""The tables of the embedded event store: events, checkpoints, leases and dead letters."""
