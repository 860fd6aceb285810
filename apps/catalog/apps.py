"""The catalog: what the shop sells."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The catalog: what the shop sells."""

    name = "apps.catalog"
    label = "catalog"
    verbose_name = "Catalog"

    def ready(self) -> None:
        """Registers the check of its SKUs."""
        from thriftshop import sku_checks

        sku_checks.watch("catalog.Product")
