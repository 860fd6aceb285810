"""What is asked of prices, checked and set on products that are about to be written."""

from collections.abc import Sequence

from django.conf import settings

from apps.catalog.domain import prices as rules
from apps.catalog.service import writing
from idl import catalog, common
from thriftshop import identity

LONGEST_REASON = 200


def wanted(one: catalog.PriceInput | catalog.SaleInput, at: int, field: str) -> rules.Wanted:
    """A price to set, from a moment `at` on where none is named. Raises common.InvalidInput, naming the field."""
    money = rules.checked(one.money, settings.CURRENCIES, f"{field}.money")
    reason = getattr(one, "reason", None) or ""
    if len(reason) > LONGEST_REASON:
        raise common.InvalidInput(
            message=f"A reason has up to {LONGEST_REASON} characters, not {len(reason)}.", field=f"{field}.reason"
        )
    at_once = one.valid_from is None
    valid_from = at if one.valid_from is None else one.valid_from
    entry = rules.Entry(valid_from, money.amount, reason, identity.actor(), one.valid_until)
    return rules.Wanted(entry, money.currency, at_once, field)


def set_in_order(asked: Sequence[tuple[writing.Change, rules.Wanted]], at: int) -> list[catalog.PriceChanged]:
    """Sets prices one after the other; gives what that changes. Raises common.InvalidInput.

    Those that began a moment ago come first: whether a price set at once is the same as now depends on them too.
    """
    changed: list[catalog.PriceChanged | None] = []
    # A service loads what was; people do not rewrite it.
    past_allowed = identity.is_service()
    for change, one in sorted(asked, key=lambda pair: pair[1].entry.valid_from >= at):
        rules.check_moments(change.prices.get(one.currency, ()), one, at, past_allowed=past_allowed)
        changed.append(change.set_price(one.currency, one.entry, at_once=one.at_once))
    for change, one in asked:
        rules.check_after_end(change.prices.get(one.currency, ()), one)
    return [event for event in changed if event is not None]
