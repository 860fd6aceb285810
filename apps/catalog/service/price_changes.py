"""Validating price inputs, and setting them on products that are about to be saved."""

from collections.abc import Sequence

from django.conf import settings

from apps.catalog.domain import prices as rules
from apps.catalog.service import writing
from idl import catalog, common
from thriftshop import identity

MAX_REASON_LENGTH = 200


def request(price: catalog.PriceInput | catalog.SaleInput, at: int, field: str) -> rules.PriceRequest:
    """A price to set, from the moment `at` if it has no start. Raises common.InvalidInput with the field."""
    money = rules.checked(price.money, settings.CURRENCIES, f"{field}.money")
    reason = getattr(price, "reason", None) or ""
    if len(reason) > MAX_REASON_LENGTH:
        raise common.InvalidInput(
            message=f"A reason has up to {MAX_REASON_LENGTH} characters, not {len(reason)}.", field=f"{field}.reason"
        )
    at_once = price.valid_from is None
    valid_from = at if price.valid_from is None else price.valid_from
    entry = rules.Entry(valid_from, money.amount, reason, identity.actor(), price.valid_until)
    return rules.PriceRequest(entry, money.currency, at_once, field)


def set_in_order(requests: Sequence[tuple[writing.Change, rules.PriceRequest]], at: int) -> list[catalog.PriceChanged]:
    """Set prices one after the other and return the changes. Raises common.InvalidInput.

    Prices that start before `at` are set first, because a price set at once is compared with the one then in force.
    """
    changed: list[catalog.PriceChanged | None] = []
    # Services import past prices; staff cannot change them.
    past_allowed = identity.is_service()
    for change, price in sorted(requests, key=lambda pair: pair[1].entry.valid_from >= at):
        rules.check_moments(change.prices.get(price.currency, ()), price, at, past_allowed=past_allowed)
        changed.append(change.set_price(price.currency, price.entry, at_once=price.at_once))
    for change, price in requests:
        rules.check_after_end(change.prices.get(price.currency, ()), price)
    return [event for event in changed if event is not None]
