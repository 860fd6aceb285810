"""Whether those who hold the old contracts can live with the new ones: every difference that a rule speaks of."""

from thriftshop.contracts.compatibility.files import compare

__all__ = ["compare"]
