"""Canary releases: a new version gets a growing share of the requests, and is rolled back as soon as it does worse."""
