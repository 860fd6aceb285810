"""The orders: what people bought."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from thriftshop import contexts

# What each may be: its unit, and the least and the most of it.
LIMITS = {
    "ORDER_GRACE_MINUTES": ("minutes", 0, 60 * 24 * 30),
    "ORDER_TIMEOUT_MINUTES": ("minutes", 1, 60 * 24),
    "RETURN_DAYS": ("days", 0, 3_650),
}


class OrdersConfig(contexts.ContextConfig):
    """The orders: what people bought."""

    name = "apps.orders"
    label = "orders"
    verbose_name = "Orders"
    description = "What customers bought: ship, cancel, take back, refund."
    menu_order = 10
    event_store = contexts.EventStore.STREAMS
    staff_groups = {
        "Packing": ["view_order", "change_order"],
        "Customer care": ["view_order", "change_order", "view_letter"],
        "Books": ["view_order", "view_entry", "view_cardentry", "view_adjustment", "add_adjustment"],
    }

    def ready(self) -> None:
        """Has the orders' settings checked at start."""
        checks.register(settings_make_sense)


def settings_make_sense(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """The orders' settings held against what they may be."""
    found: list[checks.CheckMessage] = []
    for name, (unit, least, most) in LIMITS.items():
        value = getattr(settings, name)
        if type(value) is not int or not least <= value <= most:
            hint = f"Give {least:,} to {most:,} {unit}."
            found.append(
                checks.Error(f"{name}: {value!r} is no number of {unit} that fits.", hint=hint, id="orders.E001")
            )
    return found
