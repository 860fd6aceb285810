"""Compatibility of two versions of the contracts: every difference that a rule covers."""

from thriftshop.contracts.compatibility.files import compare

__all__ = ["compare"]
