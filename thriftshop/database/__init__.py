"""The database in use: transactions, bulk writes, outages, a full disk."""
