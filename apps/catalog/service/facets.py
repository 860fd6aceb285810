"""Facets: how a list could be narrowed down further, and how many products each choice would leave."""

from collections.abc import Iterable, Sequence

from apps.catalog.domain import bitmaps, categories
from apps.catalog.models import Category, Members, Trait
from apps.catalog.models.members import Key, MembersQuerySet
from apps.catalog.service import selection
from idl import catalog, common
from thriftshop import money

MAX_CODES = 50
DEFAULT_CODES = 10
SHOWN = 100  # values of a facet
LOOKED_AT = 500  # of a trait with more values than that, the commonest in the whole catalog
# Where the bands of prices begin, in minor units of a currency with two decimals or none.
BANDS = (0, 1_00, 2_00, 5_00, 10_00, 20_00, 50_00, 100_00, 200_00, 500_00, 1_000_00)


def get_facets(filter: catalog.ProductFilter, codes: list[str]) -> list[catalog.Facet]:
    """The facets of the products that a filter leaves. See the contract."""
    if len(codes) > MAX_CODES:
        raise common.InvalidInput(message=f"Ask for up to {MAX_CODES} facets at once, not {len(codes)}.", field="codes")
    selected = selection.selection(filter, ranked=False)
    found = [_categories(filter, selected), _prices(filter, selected)]
    found += _traits(filter, selected, list(dict.fromkeys(codes)) or _commonest(filter, selected))
    return [facet for facet in found if facet.values]


def _categories(wanted: catalog.ProductFilter, selected: selection.Selection) -> catalog.Facet:
    among = selected.products(but_for="category")
    tree = Category.objects.values_list("id", "name", "path")
    direct = Members.objects.filter(kind="category").counts(among)
    paths = {category_id: path.split(categories.SEPARATOR) for category_id, _, path in tree}
    counts = categories.summed_upward({key.value: count for key, count in direct.items()}, paths)
    chosen = set(wanted.category_ids or ())
    values = [_value(category_id, name, counts[category_id], category_id in chosen) for category_id, name, _ in tree]
    return catalog.Facet(code="category", name="Category", values=_shown(values))


def _prices(wanted: catalog.ProductFilter, selected: selection.Selection) -> catalog.Facet:
    currency = selection.currency_of(wanted)
    prices = selected.prices or selection.sliced_prices(currency)
    among = selected.products(but_for="price") & prices.priced
    bands = [lowest * 10 ** max(money.exponent(currency) - 2, 0) for lowest in BANDS]
    below = [*bitmaps.below_each(prices.slices, among, bands), among.bit_count()]
    chosen = (
        wanted.price_min.amount if wanted.price_min else 0,
        wanted.price_max.amount if wanted.price_max else None,
    )
    asked = wanted.price_min is not None or wanted.price_max is not None
    values = []
    for place, lowest in enumerate(bands):
        highest = bands[place + 1] - 1 if place + 1 < len(bands) else None
        count, is_chosen = below[place + 1] - below[place], asked and chosen == (lowest, highest)
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


def _commonest(wanted: catalog.ProductFilter, selected: selection.Selection) -> list[str]:
    """The codes of the ten traits that most of the products left have, and those that are chosen already."""
    among = selected.products()
    largest = Members.objects.largest_codes(LOOKED_AT)
    counts = {
        key.code: count for key, count in Members.objects.filter(kind="code", code__in=largest).counts(among).items()
    }
    ranked = sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))
    chosen = [code for code, values in (wanted.attributes or {}).items() if values]
    return list(dict.fromkeys([*ranked[:DEFAULT_CODES], *sorted(chosen)]))


def _traits(
    wanted: catalog.ProductFilter, selected: selection.Selection, codes: Sequence[str]
) -> Iterable[catalog.Facet]:
    chosen = {code: set(values) for code, values in (wanted.attributes or {}).items()}
    names = dict(Trait.objects.filter(code__in=codes).values_list("code", "name"))
    largest = Members.objects.largest(codes, LOOKED_AT)
    counts: dict[Key, int] = {}
    # Traits that nothing was chosen of are counted among the same products, and so all at once.
    for among, some in _by_products(selected, codes).items():
        wanted_values = {code: {*largest[code], *chosen.get(code, ())} for code in some}
        keys = [Key("trait", code, value) for code, values in wanted_values.items() for value in values]
        counts |= dict.fromkeys(keys, 0) | _members(wanted_values).counts(among)
    for code in codes:
        values = [
            _value(key.value, key.value, count, key.value in chosen.get(code, ()))
            for key, count in counts.items()
            if key.code == code
        ]
        yield catalog.Facet(code=code, name=names.get(code, code), values=_shown(values))


def _members(wanted: dict[str, set[str]]) -> MembersQuerySet:
    """The sets of these values of traits; without naming hundreds of values where a trait has no others."""
    few = {code: values for code, values in wanted.items() if len(values) < LOOKED_AT}
    keys = [Key("trait", code, value) for code in wanted.keys() - few.keys() for value in wanted[code]]
    found = Members.objects.filter(kind="trait", code__in=list(few))
    return found | Members.objects.of(keys) if keys else found


def _by_products(selected: selection.Selection, codes: Sequence[str]) -> dict[bitmaps.Bits, list[str]]:
    found: dict[bitmaps.Bits, list[str]] = {}
    for code in codes:
        found.setdefault(selected.products(but_for=code), []).append(code)
    return found


def _value(value: str, name: str, count: int, selected: bool) -> catalog.FacetValue:
    return catalog.FacetValue(value=value, name=name, count=count, selected=selected)


def _shown(values: list[catalog.FacetValue]) -> list[catalog.FacetValue]:
    """The values that would leave something, and those that are chosen already; the commonest first."""
    ranked = sorted(values, key=lambda one: (not one.selected, -one.count, one.name, one.value))
    kept = [one for one in ranked if one.count or one.selected][:SHOWN]
    return sorted(kept, key=lambda one: (-one.count, one.name, one.value))
