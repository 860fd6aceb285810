"""Carts of guests and customers."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from thriftshop import contexts


class CartConfig(contexts.ContextConfig):
    """Carts of guests and customers."""

    name = "apps.cart"
    label = "cart"
    verbose_name = "Carts"
    description = "What is about to be bought."
    menu_order = 40
    event_store = contexts.EventStore.STREAMS
    resources = contexts.Resources(cpu="300m")
    staff_groups = {"Customer care": ["view_cartsummary"]}

    def ready(self) -> None:
        """Register the check of settings."""
        checks.register(check_settings)


def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[checks.CheckMessage]:
    """Check the merge strategy and the lifetimes."""
    from apps.cart import domain

    errors: list[checks.CheckMessage] = []
    chosen = settings.CART_MERGE_STRATEGY
    if chosen not in domain.STRATEGIES:
        hint = f"Choose among: {', '.join(domain.STRATEGIES)}."
        errors.append(checks.Error(f"CART_MERGE_STRATEGY: {chosen!r} is not known.", hint=hint, id="cart.E001"))
    for name in ("CART_LIFETIME_DAYS", "CART_CUSTOMER_LIFETIME_DAYS"):
        days = getattr(settings, name)
        if not isinstance(days, int) or not 1 <= days <= 3650:
            hint = "Give 1 to 3650 days."
            errors.append(checks.Error(f"{name}: {days!r} is not a number of days.", hint=hint, id="cart.E002"))
    return errors
