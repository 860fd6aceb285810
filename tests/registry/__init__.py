"""The registry: pages, documents and running contracts, and the reader of contracts that it uses."""
