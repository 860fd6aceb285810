"""Facets: the values by which a list can be filtered further, with the number of products for each."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import QuerySet

from apps.catalog.domain import bitmaps, categories
from apps.catalog.models import Category, Trait, members
from apps.catalog.models.members import Key
from apps.catalog.service import selection
from idl import catalog, common
from thriftshop import money
from thriftshop.database import prepared

MAX_CODES = 50
DEFAULT_CODES = 10
MAX_VALUES = 100  # values of a facet
# The lower ends of the price bands, in minor units of a currency with up to two decimals.
BANDS = (0, 1_00, 2_00, 5_00, 10_00, 20_00, 50_00, 100_00, 200_00, 500_00, 1_000_00)


def get_facets(filter: catalog.ProductFilter, codes: list[str]) -> list[catalog.Facet]:
    """The facets of the products that match a filter. See the contract."""
    if len(codes) > MAX_CODES:
        raise common.InvalidInput(
            message=f"Request up to {MAX_CODES} facets at a time, not {len(codes)}.", field="codes"
        )
    selected = selection.select(filter, ranked=False)
    facets = [_categories(filter, selected), _prices(filter, selected)]
    facets += _traits(filter, selected, list(dict.fromkeys(codes)) or _most_common(filter, selected))
    return [facet for facet in facets if facet.values]


def _categories(criteria: catalog.ProductFilter, selected: selection.Selection) -> catalog.Facet:
    candidates = selected.products(ignoring="category")
    tree = _category_tree()
    direct = members.counts(members.rows_of_codes("category", [""]), candidates)
    paths = {category_id: path.split(categories.SEPARATOR) for category_id, _, path in tree}
    counts = categories.summed_upward({key.value: count for key, count in direct.items()}, paths)
    chosen = set(criteria.category_ids or ())
    values = [_value(category_id, name, counts[category_id], category_id in chosen) for category_id, name, _ in tree]
    return catalog.Facet(code="category", name="Category", values=_displayed(values))


def _prices(criteria: catalog.ProductFilter, selected: selection.Selection) -> catalog.Facet:
    currency = selection.currency_of(criteria)
    prices = selected.prices or selection.sliced_prices(currency)
    candidates = selected.products(ignoring="price") & prices.priced
    bands = [lowest * 10 ** max(money.exponent(currency) - 2, 0) for lowest in BANDS]
    cumulative = [*bitmaps.count_less_than(prices.slices, candidates, bands), candidates.bit_count()]
    chosen = (
        criteria.price_min.amount if criteria.price_min else 0,
        criteria.price_max.amount if criteria.price_max else None,
    )
    is_filtered = criteria.price_min is not None or criteria.price_max is not None
    values = []
    for index, lowest in enumerate(bands):
        highest = bands[index + 1] - 1 if index + 1 < len(bands) else None
        count, is_chosen = cumulative[index + 1] - cumulative[index], is_filtered and chosen == (lowest, highest)
        if count or is_chosen:
            value = f"{lowest}-{'' if highest is None else highest}"
            values.append(_value(value, _band_name(lowest, highest, currency), count, is_chosen))
    return catalog.Facet(code="price", name="Price", values=values)


def _band_name(lowest: int, highest: int | None, currency: str) -> str:
    if highest is None:
        return f"{money.format_amount(lowest, currency)} and more"
    if not lowest:
        return f"up to {money.format_amount(highest, currency)}"
    return f"{money.decimal_text(lowest, currency)} to {money.format_amount(highest, currency)}"


def _most_common(criteria: catalog.ProductFilter, selected: selection.Selection) -> list[str]:
    """The codes of the ten most common traits of the selected products, and of those that are filtered by already."""
    candidates = selected.products()
    rows = members.rows_of_codes("code", members.largest_codes())
    counts = {key.code: count for key, count in members.counts(rows, candidates).items()}
    ranked = sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))
    chosen = [code for code, values in (criteria.attributes or {}).items() if values]
    return list(dict.fromkeys([*ranked[:DEFAULT_CODES], *sorted(chosen)]))


def _traits(
    criteria: catalog.ProductFilter, selected: selection.Selection, codes: Sequence[str]
) -> Iterable[catalog.Facet]:
    chosen = {code: set(values) for code, values in (criteria.attributes or {}).items()}
    names = dict(_trait_names(codes=codes))
    counts: dict[Key, int] = {}
    # Traits without a condition have the same candidates and are counted together.
    for candidates, group_codes in _by_candidates(selected, codes).items():
        values_by_code = {code: {*members.largest_values(code), *chosen.get(code, ())} for code in group_codes}
        keys = [Key("trait", code, value) for code, values in values_by_code.items() for value in values]
        counts |= dict.fromkeys(keys, 0) | members.counts(_rows(values_by_code), candidates)
    for code in codes:
        values = [
            _value(key.value, key.value, count, key.value in chosen.get(code, ()))
            for key, count in counts.items()
            if key.code == code
        ]
        yield catalog.Facet(code=code, name=names.get(code, code), values=_displayed(values))


def _rows(values_by_code: dict[str, set[str]]) -> list[members.Row]:
    """The sets of these values of traits. A trait all of whose values are counted is selected by its code alone."""
    complete = [code for code, values in values_by_code.items() if len(values) < members.MAX_COUNTED]
    keys = [Key("trait", code, value) for code in values_by_code.keys() - complete for value in values_by_code[code]]
    return [*members.rows_of_codes("trait", complete), *members.rows_of(keys)]


def _by_candidates(selected: selection.Selection, codes: Sequence[str]) -> dict[bitmaps.Bits, list[str]]:
    groups: dict[bitmaps.Bits, list[str]] = {}
    for code in codes:
        groups.setdefault(selected.products(ignoring=code), []).append(code)
    return groups


def _value(value: str, name: str, count: int, selected: bool) -> catalog.FacetValue:
    return catalog.FacetValue(value=value, name=name, count=count, selected=selected)


def _displayed(values: list[catalog.FacetValue]) -> list[catalog.FacetValue]:
    """The values with products, and those that are filtered by already; the most common first."""
    ranked = sorted(values, key=lambda value: (not value.selected, -value.count, value.name, value.value))
    displayed = [value for value in ranked if value.count or value.selected][:MAX_VALUES]
    return sorted(displayed, key=lambda value: (-value.count, value.name, value.value))


@prepared.query
def _category_tree() -> QuerySet[Category, tuple[str, str, str]]:
    return Category.objects.values_list("id", "name", "path")


@prepared.query
def _trait_names(codes: Collection[str]) -> QuerySet[Trait, tuple[str, str]]:
    return Trait.objects.filter(code__in=codes).values_list("code", "name")
