"""The inventory: what is on the shelves."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """The inventory: what is on the shelves."""

    name = "apps.inventory"
    label = "inventory"
    verbose_name = "Inventory"
