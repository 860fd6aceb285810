"""The catalog: products, categories and prices."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

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
        """Register the checks of settings and SKUs."""
        from thriftshop import sku_checks

        checks.register(check_settings)
        sku_checks.watch("catalog.Product")


def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """Check the settings of media and stock."""
    from thriftshop import checks as platform_checks

    return [*platform_checks.at_least(0, "LOW_STOCK"), *platform_checks.writable("MEDIA_ROOT"), *_media()]


def _media() -> Iterator[checks.CheckMessage]:
    from thriftshop.checks import error

    options = settings.STORAGES["default"].get("OPTIONS", {})
    endpoint = options.get("endpoint_url")
    if settings.MEDIA_STORAGE not in settings.MEDIA_STORAGES:
        kinds = ", ".join(settings.MEDIA_STORAGES)
        yield error("MEDIA_STORAGE", f"{settings.MEDIA_STORAGE!r} is not a storage.", f"Choose one of: {kinds}.")
    elif settings.MEDIA_STORAGE == "s3" and not options["bucket_name"]:
        yield error("MEDIA_BUCKET", "it is empty.", "Set it to the bucket for the pictures.")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        yield error("MEDIA_ENDPOINT", f"{endpoint!r} is not an address.", "Use one such as https://s3.example.")
    if not settings.MEDIA_URL.endswith("/"):
        yield error("MEDIA_URL", f"{settings.MEDIA_URL!r} does not end in a slash.", "Use one such as /media/.")
