"""The registry: pages, documents, what runs; and the reading of contracts that it stands on."""
