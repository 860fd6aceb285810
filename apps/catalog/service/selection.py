"""The products that match a filter: one set per condition, so that a facet can be counted without its own condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from apps.catalog.domain import bitmaps, categories
from apps.catalog.domain import prices as price_rules
from apps.catalog.models import Category, Price, members, search
from apps.catalog.models.members import Key
from idl import catalog, common
from thriftshop import clock, identity
from thriftshop import money as formats
from thriftshop.database import prepared

MAX_VALUES = 100
MAX_TRAITS = 50


@dataclass(frozen=True, slots=True)
class SlicedPrices:
    """The prices in force in one currency, bit-sliced (apps/catalog/domain/bitmaps.py), and the set of products with one."""

    currency: str
    slices: Sequence[bitmaps.Bits]
    priced: bitmaps.Bits

    def in_range(self, lowest: int | None, highest: int | None) -> bitmaps.Bits:
        """The products with a price in a range that includes both ends."""
        return bitmaps.in_range(self.slices, self.priced, lowest, highest)


@dataclass(frozen=True, slots=True)
class Selection:
    """The conditions of a filter as sets.

    `matches` is None for a filter without words, and `prices` (in the filter's currency) for one without a price.
    """

    base: bitmaps.Bits
    by_category: bitmaps.Bits | None
    by_price: bitmaps.Bits | None
    by_trait: dict[str, bitmaps.Bits]
    matches: search.Matches | None
    prices: SlicedPrices | None

    def products(self, *, ignoring: str = "") -> bitmaps.Bits:
        """The products that meet all conditions, or all but the one on `category`, `price` or a trait's code."""
        conditions = {"category": self.by_category, "price": self.by_price, **self.by_trait}
        sets = [bits for facet, bits in conditions.items() if bits is not None and facet != ignoring]
        return reduce(and_, sets, self.base)


def select(criteria: catalog.ProductFilter, *, ranked: bool) -> Selection:
    """The conditions of a filter for the viewer, with the search scores only if the products are ranked by them.

    Raises common.InvalidInput for an invalid filter.
    """
    _check(criteria)
    keys = _keys(criteria)
    sets = members.sets({key for facet_keys in keys.values() for key in facet_keys})
    conditions = {facet: reduce(or_, (sets.get(key, 0) for key in facet_keys), 0) for facet, facet_keys in keys.items()}
    base = conditions.pop("")
    by_category = conditions.pop("category", None)
    matches = None
    if criteria.query and criteria.query.strip():
        matches = search.find(criteria.query, ranked=ranked)
        base &= matches.products
    prices = sliced_prices(currency_of(criteria)) if criteria.price_min or criteria.price_max else None
    return Selection(base, by_category, _by_price(criteria, prices), conditions, matches, prices)


def _keys(criteria: catalog.ProductFilter) -> dict[str, set[Key]]:
    """The sets by facet: a product must be in one of each facet's; the statuses have an empty name."""
    keys = {"": {Key("status", "", str(status)) for status in _statuses(criteria)}}
    if criteria.category_ids:
        keys["category"] = {
            Key("category", "", category_id) for category_id in _with_descendants(criteria.category_ids)
        }
    for code, values in (criteria.attributes or {}).items():
        if values:
            keys[code] = {Key("trait", code, value) for value in values}
    return keys


def _statuses(criteria: catalog.ProductFilter) -> set[int]:
    visible = set(catalog.ProductStatus._VALUES_TO_NAMES)
    if not identity.is_staff():
        visible = {catalog.ProductStatus.PUBLISHED}
    return visible & set(criteria.statuses) if criteria.statuses else visible


def _with_descendants(category_ids: list[str]) -> list[str]:
    selected = set(category_ids)
    return [category_id for category_id, path in _paths() if not selected.isdisjoint(path.split(categories.SEPARATOR))]


def _by_price(criteria: catalog.ProductFilter, prices: SlicedPrices | None) -> bitmaps.Bits | None:
    if prices is None:
        return None
    lowest, highest = criteria.price_min, criteria.price_max
    return prices.in_range(lowest.amount if lowest else None, highest.amount if highest else None)


def currency_of(criteria: catalog.ProductFilter) -> str:
    """The currency in which prices are compared: the filter's, else the shop's first."""
    price = criteria.price_min or criteria.price_max
    return price.currency.strip().upper() if price else str(settings.CURRENCIES[0])


def sliced_prices(currency: str) -> SlicedPrices:
    """The prices currently in force: those stored, overlaid with the scheduled ones that have come into force since."""
    now = clock.now()
    digits = [Key("price", currency, str(digit)) for digit in range(members.DIGITS)]
    priced = Key("price", currency, members.PRICED)
    sets = members.joined(members.rows_of_codes("price", [currency]))
    slices = [sets.get(digit, 0) for digit in digits]
    while slices and not slices[-1]:
        slices.pop()
    if changed := set(_due(currency=currency, now=now)):
        rows = Price.objects.in_force(now).filter(currency=currency, product_id__in=changed)
        return _overlay(currency, slices, sets.get(priced, 0), dict(rows.values_list("product_id", "amount")))
    return SlicedPrices(currency, slices, sets.get(priced, 0))


def _overlay(currency: str, slices: list[bitmaps.Bits], priced: bitmaps.Bits, amounts: dict[int, int]) -> SlicedPrices:
    changed = bitmaps.of(list(amounts))
    slices = [bits & ~changed for bits in slices] + [0] * (members.DIGITS - len(slices))
    for product_id, amount in amounts.items():
        for digit in bitmaps.digits(amount):
            slices[digit] |= 1 << product_id
    return SlicedPrices(currency, slices, priced | changed)


def _check(criteria: catalog.ProductFilter) -> None:
    _check_length(criteria.category_ids, MAX_VALUES, "category_ids")
    _check_length(criteria.attributes, MAX_TRAITS, "attributes")
    for code, values in (criteria.attributes or {}).items():
        _check_length(values, MAX_VALUES, f"attributes.{code[:50]}")
    lowest, highest = criteria.price_min, criteria.price_max
    currencies = {
        _check_money(money, field)
        for money, field in ((lowest, "price_min"), (highest, "price_max"))
        if money is not None
    }
    if len(currencies) > 1:
        raise common.InvalidInput(message="Both prices must be in one currency.", field="filter.price_max.currency")
    if lowest and highest and lowest.amount > highest.amount:
        raise common.InvalidInput(message="The lowest price is above the highest.", field="filter.price_min.amount")


def _check_money(money: common.Money, field: str) -> str:
    """The currency in capitals. Raises common.InvalidInput for another currency or an amount that cannot be a price."""
    currency = formats.accepted(money.currency, settings.CURRENCIES, f"filter.{field}.currency")
    if not 0 <= money.amount <= price_rules.MAX_AMOUNT:
        lowest, highest = (formats.decimal_text(amount, currency) for amount in (0, price_rules.MAX_AMOUNT))
        raise common.InvalidInput(
            message=f"A price in {currency} is {lowest} to {highest}.", field=f"filter.{field}.amount"
        )
    return currency


def _check_length(values: Any, limit: int, field: str) -> None:
    if values is not None and len(values) > limit:
        raise common.InvalidInput(
            message=f"Filter by up to {limit} values at a time, not {len(values)}.", field=f"filter.{field}"
        )


@prepared.query
def _paths() -> QuerySet[Category, tuple[str, str]]:
    return Category.objects.values_list("id", "path")


@prepared.query
def _due(currency: str, now: int) -> QuerySet[Price, int]:
    """The products with a price that has come into force since the sets were stored."""
    return Price.objects.filter(awaited=True, currency=currency, valid_from__lte=now).values_list(
        "product_id", flat=True
    )
