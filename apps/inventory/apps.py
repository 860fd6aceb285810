"""The inventory: what is on the shelves."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """The inventory: what is on the shelves."""

    name = "apps.inventory"
    label = "inventory"
    verbose_name = "Inventory"

    def ready(self) -> None:
        """Registers the check of its SKUs."""
        from thriftshop import sku_checks

        sku_checks.watch("inventory.Level")
