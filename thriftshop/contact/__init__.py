"""Validation of names, postal addresses and e-mail addresses, shared by all contexts."""
