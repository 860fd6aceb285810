"""Which products a filter leaves: each condition as a set of its own, so that a facet can be counted with its own relaxed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.conf import settings

from apps.catalog.domain import bitmaps, categories
from apps.catalog.domain import prices as price_rules
from apps.catalog.models import Category, Members, Price, members, search
from apps.catalog.models.members import Key
from idl import catalog, common
from thriftshop import clock, identity
from thriftshop import money as formats

MAX_VALUES = 100
MAX_TRAITS = 50


@dataclass(frozen=True, slots=True)
class SlicedPrices:
    """The prices in force in one currency, bit-sliced (apps/catalog/domain/bitmaps.py), and the set of what has one."""

    currency: str
    slices: Sequence[bitmaps.Bits]
    priced: bitmaps.Bits

    def between(self, lowest: int | None, highest: int | None) -> bitmaps.Bits:
        """What is priced in a range, both ends included."""
        return bitmaps.between(self.slices, self.priced, lowest, highest)


@dataclass(frozen=True, slots=True)
class Selection:
    """The conditions of a filter as sets; `matches` says how well products match the words, None without words; `prices`
    are those in the filter's currency, None where it asks for none."""

    base: bitmaps.Bits
    by_category: bitmaps.Bits | None
    by_price: bitmaps.Bits | None
    by_trait: dict[str, bitmaps.Bits]
    matches: search.Matches | None
    prices: SlicedPrices | None

    def products(self, *, but_for: str = "") -> bitmaps.Bits:
        """What meets all conditions, but for the one on `category`, `price` or a trait's code."""
        conditions = {"category": self.by_category, "price": self.by_price, **self.by_trait}
        sets = [bits for facet, bits in conditions.items() if bits is not None and facet != but_for]
        return reduce(and_, sets, self.base)


def selection(wanted: catalog.ProductFilter, *, ranked: bool) -> Selection:
    """The conditions of a filter for the viewer, with the search scores only if the products are ranked by them.

    Raises common.InvalidInput for an invalid filter.
    """
    _check(wanted)
    keys = _keys(wanted)
    sets = Members.objects.sets({key for some in keys.values() for key in some})
    any_of = {facet: reduce(or_, (sets.get(key, 0) for key in some), 0) for facet, some in keys.items()}
    base = any_of.pop("")
    by_category = any_of.pop("category", None)
    matches = None
    if wanted.query and wanted.query.strip():
        matches = search.found_by(wanted.query, ranked=ranked)
        base &= matches.everything
    prices = sliced_prices(currency_of(wanted)) if wanted.price_min or wanted.price_max else None
    return Selection(base, by_category, _by_price(wanted, prices), any_of, matches, prices)


def _keys(wanted: catalog.ProductFilter) -> dict[str, set[Key]]:
    """The sets any of which a product must be in, by facet; the statuses under an empty name."""
    keys = {"": {Key("status", "", str(status)) for status in _statuses(wanted)}}
    if wanted.category_ids:
        keys["category"] = {Key("category", "", one) for one in _with_those_below(wanted.category_ids)}
    for code, values in (wanted.attributes or {}).items():
        if values:
            keys[code] = {Key("trait", code, value) for value in values}
    return keys


def _statuses(wanted: catalog.ProductFilter) -> set[int]:
    visible = set(catalog.ProductStatus._VALUES_TO_NAMES)
    if not identity.is_staff():
        visible = {catalog.ProductStatus.PUBLISHED}
    return visible & set(wanted.statuses) if wanted.statuses else visible


def _with_those_below(category_ids: list[str]) -> list[str]:
    asked = set(category_ids)
    rows = Category.objects.values_list("id", "path")
    return [category_id for category_id, path in rows if not asked.isdisjoint(path.split(categories.SEPARATOR))]


def _by_price(wanted: catalog.ProductFilter, prices: SlicedPrices | None) -> bitmaps.Bits | None:
    if prices is None:
        return None
    lowest, highest = wanted.price_min, wanted.price_max
    return prices.between(lowest.amount if lowest else None, highest.amount if highest else None)


def currency_of(wanted: catalog.ProductFilter) -> str:
    """The currency in which prices are compared: the one that is asked for, else the shop's first."""
    asked = wanted.price_min or wanted.price_max
    return asked.currency.strip().upper() if asked else str(settings.CURRENCIES[0])


def sliced_prices(currency: str) -> SlicedPrices:
    """The prices in force at this moment: those that were sliced when last written, and over them the scheduled ones
    that have come into force since."""
    now = clock.now()
    digits = [Key("price", currency, str(digit)) for digit in range(members.DIGITS)]
    priced = Key("price", currency, members.PRICED)
    sets = Members.objects.filter(kind="price", code=currency).joined()
    slices = [sets.get(digit, 0) for digit in digits]
    while slices and not slices[-1]:
        slices.pop()
    due = Price.objects.filter(awaited=True, currency=currency, valid_from__lte=now).values_list(
        "product_id", flat=True
    )
    if changed := set(due):
        rows = Price.objects.in_force(now).filter(currency=currency, product_id__in=changed)
        return _overlaid(currency, slices, sets.get(priced, 0), dict(rows.values_list("product_id", "amount")))
    return SlicedPrices(currency, slices, sets.get(priced, 0))


def _overlaid(currency: str, slices: list[bitmaps.Bits], priced: bitmaps.Bits, amounts: dict[int, int]) -> SlicedPrices:
    changed = bitmaps.of(list(amounts))
    slices = [bits & ~changed for bits in slices] + [0] * (members.DIGITS - len(slices))
    for product_id, amount in amounts.items():
        for digit in bitmaps.digits(amount):
            slices[digit] |= 1 << product_id
    return SlicedPrices(currency, slices, priced | changed)


def _check(wanted: catalog.ProductFilter) -> None:
    _at_most(wanted.category_ids, MAX_VALUES, "category_ids")
    _at_most(wanted.attributes, MAX_TRAITS, "attributes")
    for code, values in (wanted.attributes or {}).items():
        _at_most(values, MAX_VALUES, f"attributes.{code[:50]}")
    lowest, highest = wanted.price_min, wanted.price_max
    currencies = {
        _check_money(money, field)
        for money, field in ((lowest, "price_min"), (highest, "price_max"))
        if money is not None
    }
    if len(currencies) > 1:
        raise common.InvalidInput(message="Both prices must be in one currency.", field="filter.price_max.currency")
    if lowest and highest and lowest.amount > highest.amount:
        raise common.InvalidInput(
            message="The lowest price asked for is above the highest.", field="filter.price_min.amount"
        )


def _check_money(money: common.Money, field: str) -> str:
    """The currency in capitals. Raises common.InvalidInput for another one, or what cannot be a price."""
    currency = formats.accepted(money.currency, settings.CURRENCIES, f"filter.{field}.currency")
    if not 0 <= money.amount <= price_rules.MAX_AMOUNT:
        lowest, highest = (formats.decimal_text(amount, currency) for amount in (0, price_rules.MAX_AMOUNT))
        raise common.InvalidInput(
            message=f"A price in {currency} is {lowest} to {highest}.", field=f"filter.{field}.amount"
        )
    return currency


def _at_most(values: Any, most: int, field: str) -> None:
    if values is not None and len(values) > most:
        raise common.InvalidInput(message=f"Ask for up to {most} at once, not {len(values)}.", field=f"filter.{field}")
