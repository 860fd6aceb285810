"""The catalog: products, categories and prices."""

from thriftshop import contexts


class CatalogConfig(contexts.ContextConfig):
    """The catalog: products, categories and prices."""

    name = "apps.catalog"
    label = "catalog"
    verbose_name = "Catalog"
    description = "What the shop sells, in which category, at what price."
    menu_order = 20
    event_store = contexts.EventStore.OUTBOX
    staff_groups = {
        "Buying": [
            "view_product",
            "add_product",
            "change_product",
            "view_category",
            "add_category",
            "change_category",
        ]
    }

    def ready(self) -> None:
        """Registers the check of SKUs."""
        from thriftshop import sku_checks

        sku_checks.watch("catalog.Product")
