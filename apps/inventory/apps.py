"""The inventory: stock, reservations and the ledger of movements."""

from thriftshop import contexts


class InventoryConfig(contexts.ContextConfig):
    """The inventory: stock, reservations and the ledger of movements."""

    name = "apps.inventory"
    label = "inventory"
    verbose_name = "Inventory"
    description = "What is on the shelves, and how it got there."
    menu_order = 30
    event_store = contexts.EventStore.STREAMS
    resources = contexts.Resources(cpu="300m")
    staff_groups = {
        "Packing": ["view_level", "view_movement"],
        "Buying": ["view_level", "change_level", "view_movement"],
    }

    def ready(self) -> None:
        """Register the check of SKUs."""
        from thriftshop import sku_checks

        sku_checks.watch("inventory.Level")
