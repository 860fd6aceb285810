"""Settings: base for all, one module per way of running."""
