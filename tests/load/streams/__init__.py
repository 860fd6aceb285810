"""Benchmarks of streams: appends to Cassandra (`python -m tests.load.streams`), and hot streams (`-m tests.load.streams.hot`)."""
