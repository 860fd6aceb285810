"""Facets: how a list could be narrowed down further, and how many products each choice would leave."""

from collections.abc import Iterable, Sequence

from apps.catalog.domain import categories
from apps.catalog.domain import prices as price_rules
from apps.catalog.models import Category, Members, Trait
from apps.catalog.models.members import Key
from apps.catalog.service import selection
from idl import catalog, common

MOST_CODES = 50
DEFAULT_CODES = 10
SHOWN = 100  # values of a facet
LOOKED_AT = 500  # of a trait with more values than that, the commonest in the whole catalog
# Where the bands of prices begin, in minor units.
BANDS = (0, 1_00, 2_00, 5_00, 10_00, 20_00, 50_00, 100_00, 200_00, 500_00, 1_000_00)


def get_facets(wanted: catalog.ProductFilter, codes: list[str]) -> list[catalog.Facet]:
    """The facets of the products that a filter leaves. See the contract."""
    if len(codes) > MOST_CODES:
        raise common.InvalidInput(message=f"Ask for up to {MOST_CODES} facets at once, not {len(codes)}.", field="codes")
    selected = selection.selection(wanted)
    found = [_categories(wanted, selected), _prices(wanted, selected)]
    found += _traits(wanted, selected, list(dict.fromkeys(codes)) or _commonest(wanted, selected))
    return [facet for facet in found if facet.values]


def _categories(wanted: catalog.ProductFilter, selected: selection.Selection) -> catalog.Facet:
    among = selected.products(but_for="category")
    tree = [category.to_struct(0) for category in Category.objects.all()]
    sets = Members.objects.filter(kind="category").joined()
    counts = categories.summed_upward({key.value: (bits & among).bit_count() for key, bits in sets.items()}, tree)
    chosen = set(wanted.category_ids or ())
    values = [_value(one.id, one.name, counts[one.id], one.id in chosen) for one in tree]
    return catalog.Facet(code="category", name="Category", values=_shown(values))


def _prices(wanted: catalog.ProductFilter, selected: selection.Selection) -> catalog.Facet:
    currency = selection.currency_of(wanted)
    prices = selection.sliced_prices(currency)
    among = selected.products(but_for="price")
    chosen = (
        wanted.price_min.amount if wanted.price_min else 0,
        wanted.price_max.amount if wanted.price_max else None,
    )
    asked = wanted.price_min is not None or wanted.price_max is not None
    values = []
    for lowest, following in zip(BANDS, (*BANDS[1:], None), strict=True):
        highest = None if following is None else following - 1
        count = (prices.between(lowest, highest) & among).bit_count()
        is_chosen = asked and chosen == (lowest, highest)
        if count or is_chosen:
            value = f"{lowest}-{'' if highest is None else highest}"
            values.append(_value(value, _band_name(lowest, highest, currency), count, is_chosen))
    return catalog.Facet(code="price", name="Price", values=values)


def _band_name(lowest: int, highest: int | None, currency: str) -> str:
    if highest is None:
        return f"{price_rules.shown(lowest, currency)} and more"
    if not lowest:
        return f"up to {price_rules.shown(highest, currency)}"
    return f"{price_rules.shown(lowest)} to {price_rules.shown(highest, currency)}"


def _commonest(wanted: catalog.ProductFilter, selected: selection.Selection) -> list[str]:
    """The codes of the ten traits that most of the products left have, and those that are chosen already."""
    among = selected.products()
    sets = Members.objects.sets(Key("code", code, "") for code in Members.objects.largest_codes(LOOKED_AT))
    counts = {key.code: (bits & among).bit_count() for key, bits in sets.items()}
    ranked = sorted((code for code in counts if counts[code]), key=lambda code: (-counts[code], code))
    chosen = [code for code, values in (wanted.attributes or {}).items() if values]
    return list(dict.fromkeys([*ranked[:DEFAULT_CODES], *sorted(chosen)]))


def _traits(
    wanted: catalog.ProductFilter, selected: selection.Selection, codes: Sequence[str]
) -> Iterable[catalog.Facet]:
    chosen = {code: set(values) for code, values in (wanted.attributes or {}).items()}
    keys = [
        Key("trait", code, value)
        for code in codes
        for value in {*Members.objects.largest("trait", code, LOOKED_AT), *chosen.get(code, ())}
    ]
    sets = Members.objects.sets(keys)
    names = dict(Trait.objects.filter(code__in=codes).values_list("code", "name"))
    for code in codes:
        among = selected.products(but_for=code)
        values = [
            _value(key.value, key.value, (sets.get(key, 0) & among).bit_count(), key.value in chosen.get(code, ()))
            for key in keys
            if key.code == code
        ]
        yield catalog.Facet(code=code, name=names.get(code, code), values=_shown(values))


def _value(value: str, name: str, count: int, selected: bool) -> catalog.FacetValue:
    return catalog.FacetValue(value=value, name=name, count=count, selected=selected)


def _shown(values: list[catalog.FacetValue]) -> list[catalog.FacetValue]:
    """The values that would leave something, and those that are chosen already; the commonest first."""
    ranked = sorted(values, key=lambda one: (not one.selected, -one.count, one.name, one.value))
    kept = [one for one in ranked if one.count or one.selected][:SHOWN]
    return sorted(kept, key=lambda one: (-one.count, one.name, one.value))


