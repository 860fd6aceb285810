"""The staff's door to the catalog: everything is written by the contract, so that its rules and its history hold here too."""

from apps.catalog.admin.categories import CategoryAdmin
from apps.catalog.admin.products import ProductAdmin

__all__ = ["CategoryAdmin", "ProductAdmin"]
