"""The admin of the catalog: everything is written through the contract, so that its rules and history apply here too."""

from apps.catalog.admin.categories import CategoryAdmin
from apps.catalog.admin.products import ProductAdmin

__all__ = ["CategoryAdmin", "ProductAdmin"]
