"""The catalog: what the shop sells."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The catalog: what the shop sells."""

    name = "apps.catalog"
    label = "catalog"
    verbose_name = "Catalog"
