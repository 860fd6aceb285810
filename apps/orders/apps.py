"""Orders: the saga from placing to delivery, returns and refunds."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from thriftshop import contexts

# The unit of each setting, its minimum and its maximum.
LIMITS = {
    "ORDER_GRACE_MINUTES": ("minutes", 1, 60 * 24 * 30),
    "ORDER_TIMEOUT_MINUTES": ("minutes", 1, 60 * 24),
    "RETURN_DAYS": ("days", 1, 3_650),
}


class OrdersConfig(contexts.ContextConfig):
    """Orders: the saga from placing to delivery, returns and refunds."""

    name = "apps.orders"
    label = "orders"
    verbose_name = "Orders"
    description = "Orders: ship, cancel, return, refund."
    menu_order = 10
    event_store = contexts.EventStore.STREAMS
    resources = contexts.Resources(cpu="500m")
    staff_groups = {
        "Packing": ["view_order", "change_order"],
        "Customer care": ["view_order", "change_order", "view_email"],
        "Books": ["view_order", "view_entry", "view_cardentry", "view_adjustment", "add_adjustment"],
    }

    def ready(self) -> None:
        """Register the check of settings."""
        checks.register(check_settings)


def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """Check the settings against their limits."""
    errors: list[checks.CheckMessage] = []
    for name, (unit, least, most) in LIMITS.items():
        value = getattr(settings, name)
        if type(value) is not int or not least <= value <= most:
            problem = f"{name}: {value!r} is not {least:,} to {most:,} {unit}."
            errors.append(checks.Error(problem, hint=f"Set a whole number of {unit}.", id="orders.E001"))
    return errors
