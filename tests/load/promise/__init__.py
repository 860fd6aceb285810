"""`make promise`: an open-loop load on a real shop, and a verdict on the promised rate, latency, freshness and books."""
