"""Filters, orders, pages and facets, held against the same questions asked of plain lists."""

import itertools
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idl import catalog, common
from tests import acting
from tests.catalog import factories

pytestmark = pytest.mark.django_db
COLOURS, SIZES = ["Red", "Blue", "Green", "red"], ["S", "M", "L"]
SORTS = list(catalog.ProductSort._VALUES_TO_NAMES)
many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def shop():
    """Sixty products of all kinds in a small tree: the inputs by SKU, and each category's ids of itself and below."""
    rnd = random.Random(5)
    root = factories.category("Furniture")
    chairs, tables = factories.category("Chairs", root), factories.category("Tables", root)
    stools = factories.category("Stools", chairs)
    below = {root: {root, chairs, tables, stools}, chairs: {chairs, stools}, tables: {tables}, stools: {stools}}
    made = {}
    for number in range(60):
        traits = [factories.attribute("colour", rnd.choice(COLOURS))] if rnd.random() < 0.8 else []
        traits += [factories.attribute("size", value) for value in rnd.sample(SIZES, rnd.randint(0, 2))]
        wanted = factories.product_input(
            f"P{number}",
            f"{rnd.choice(['Oak', 'élan', 'brass', 'Brass'])} {rnd.choice(['chair', 'Table', 'thing'])} {number % 7}",
            category_id=rnd.choice([root, chairs, tables, stools, None]),
            attributes=traits,
            prices=[factories.money(rnd.choice([1, 2.5, 10, 10, 99.99, 1000]))] if rnd.random() < 0.9 else [],
            status=factories.DRAFT,
        )
        made[wanted.sku] = wanted
    assert {one.outcome for one in factories.put(*made.values())} == {"created"}
    on_sale = [wanted.sku for wanted in made.values() if wanted.prices and rnd.random() < 0.9]
    with acting.as_staff("catalog"):
        factories.service().publish_products(on_sale)
    for sku in on_sale:
        made[sku].status = factories.PUBLISHED
    return made, below


def filters(below):
    amounts = st.none() | st.sampled_from([0, 1, 2.5, 5, 10, 99.99, 100, 5000]).map(factories.money)
    return st.builds(
        catalog.ProductFilter,
        category_ids=st.none() | st.lists(st.sampled_from([*below, "nowhere"]), max_size=2),
        attributes=st.none()
        | st.dictionaries(
            st.sampled_from(["colour", "size", "none"]), st.lists(st.sampled_from(COLOURS + SIZES), max_size=2)
        ),
        price_min=amounts,
        price_max=amounts,
        statuses=st.none()
        | st.lists(st.sampled_from([factories.DRAFT, factories.PUBLISHED, factories.ARCHIVED]), max_size=2),
    ).filter(lambda one: not (one.price_min and one.price_max and one.price_min.amount > one.price_max.amount))


def meets(wanted, below, one, but_for=""):
    """Whether a product meets a filter, told from the words of the contract."""
    amount = one.prices[0].amount if one.prices else None
    tests = {
        "category": not wanted.category_ids
        or any(one.category_id in below.get(category, ()) for category in wanted.category_ids),
        "price": (wanted.price_min is None or (amount is not None and amount >= wanted.price_min.amount))
        and (wanted.price_max is None or (amount is not None and amount <= wanted.price_max.amount)),
        "": not wanted.statuses or one.status in wanted.statuses,
    }
    for code, values in (wanted.attributes or {}).items():
        tests[code] = not values or any(trait.code == code and trait.value in values for trait in one.attributes)
    return all(holds for facet, holds in tests.items() if not but_for or facet != but_for)


def left(made, below, wanted, but_for="", published_only=False):
    return [
        one
        for one in made.values()
        if meets(wanted, below, one, but_for) and (not published_only or one.status == factories.PUBLISHED)
    ]


@many
@given(st.data())
def test_a_filter_leaves_what_meets_all_its_conditions(shop, data):
    made, below = shop
    wanted, staff = data.draw(filters(below)), data.draw(st.booleans())
    with acting.as_staff("catalog") if staff else acting.as_stranger():
        page = factories.service().find_products(wanted, catalog.ProductSort.NAME, common.Page(first=100))
    expected = left(made, below, wanted, published_only=not staff)
    assert {one.sku for one in page.products} == {one.sku for one in expected}
    assert page.page_info.total == len(expected)


@many
@given(st.data())
def test_facets_count_what_each_choice_would_leave_with_their_own_choice_relaxed(shop, data):
    made, below = shop
    wanted = data.draw(filters(below))
    with acting.as_staff("catalog"):
        facets = {facet.code: facet for facet in factories.service().get_facets(wanted, ["colour", "size"])}
    assert counts(facets.get("category")) == by_category(left(made, below, wanted, "category"), below, wanted)
    assert counts(facets.get("price")) == by_band(left(made, below, wanted, "price"), wanted)
    for code in ("colour", "size"):
        assert counts(facets.get(code)) == by_value(left(made, below, wanted, code), code, wanted)
    for facet in facets.values():
        if facet.code != "price":
            assert [value.count for value in facet.values] == sorted(
                (value.count for value in facet.values), reverse=True
            )


def counts(facet):
    return {value.value: (value.count, value.selected) for value in facet.values} if facet else {}


def shown(expected, selected):
    return {value: (count, value in selected) for value, count in expected.items() if count or value in selected}


def by_category(products, below, wanted):
    expected = {one: sum(product.category_id in ids for product in products) for one, ids in below.items()}
    return shown(expected, set(wanted.category_ids or ()))


def by_value(products, code, wanted):
    selected = set((wanted.attributes or {}).get(code) or ())
    values = {trait.value for one in products for trait in one.attributes if trait.code == code} | selected
    return shown(
        {
            value: sum(any((t.code, t.value) == (code, value) for t in one.attributes) for one in products)
            for value in values
        },
        selected,
    )


def by_band(products, wanted):
    edges = [0, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, None]
    asked = (wanted.price_min.amount if wanted.price_min else 0, wanted.price_max.amount if wanted.price_max else None)
    found = {}
    for low, following in itertools.pairwise(edges):
        high = None if following is None else following - 1
        count = sum(
            low <= one.prices[0].amount and (high is None or one.prices[0].amount <= high)
            for one in products
            if one.prices
        )
        selected = (wanted.price_min or wanted.price_max) is not None and asked == (low, high)
        if count or selected:
            found[f"{low}-{'' if high is None else high}"] = (count, selected)
    return found


@pytest.mark.parametrize("few", [0, 1500])
@many
@given(st.data())
def test_pages_one_after_the_other_are_the_whole_list_in_order(shop, monkeypatch, few, data):
    from apps.catalog.service import ordering

    monkeypatch.setattr(ordering, "MAX_SORTED", few)  # both ways of sorting: few by themselves, many by walking
    _made, below = shop
    wanted = data.draw(filters(below))
    wanted.query = data.draw(st.sampled_from([None, "chair", "brass", "thing 1"]))
    sort, length = data.draw(st.sampled_from(SORTS)), data.draw(st.integers(1, 20))
    skus, products = pages(wanted, sort, length)
    assert len(skus) == len(set(skus))
    with acting.as_staff("catalog"):
        whole = factories.service().find_products(wanted, sort, common.Page(first=100))
    assert skus == [one.sku for one in whole.products]
    assert len(skus) == whole.page_info.total
    assert in_order(products, sort)


@pytest.mark.parametrize("few", [0, 1500])
@many
@given(st.data())
def test_any_part_of_a_list_is_the_whole_list_cut(shop, monkeypatch, few, data):
    from apps.catalog.models import search
    from apps.catalog.service import ordering

    monkeypatch.setattr(ordering, "MAX_SORTED", few)
    monkeypatch.setattr(
        search, "MAX_SCORED", data.draw(st.sampled_from([0, 20, 3000]))
    )  # three ways of ranking a search
    _made, below = shop
    wanted = data.draw(filters(below))
    wanted.query = data.draw(st.sampled_from([None, "chair", "brass", "thing 1"]))
    sort, size = data.draw(st.sampled_from(SORTS)), data.draw(st.integers(1, 20))
    with acting.as_staff("catalog"):
        whole = factories.service().find_products(wanted, sort, common.Page(first=100))
        skus, cursors = [one.sku for one in whole.products], whole.page_info.cursors
        ends = st.none() | st.integers(0, len(skus) - 1) if skus else st.none()
        start, end = data.draw(ends), data.draw(ends)
        after, before = (None if place is None else cursors[place] for place in (start, end))
        first = factories.service().find_products(wanted, sort, common.Page(first=size, after=after, before=before))
        last = factories.service().find_products(wanted, sort, common.Page(last=size, after=after, before=before))
    expected = skus[0 if start is None else start + 1 : end]
    for page, part, more in ((first, expected[:size], "has_next_page"), (last, expected[-size:], "has_previous_page")):
        assert [one.sku for one in page.products] == part
        assert getattr(page.page_info, more) == (len(expected) > size)
        assert page.page_info.cursors == [cursors[skus.index(sku)] for sku in part]


def pages(wanted, sort, length):
    found, after = [], None
    with acting.as_staff("catalog"):
        while True:
            page = factories.service().find_products(wanted, sort, common.Page(first=length, after=after))
            found += page.products
            after = page.page_info.end_cursor
            if not page.page_info.has_next_page:
                return [one.sku for one in found], found


def in_order(products, sort):
    if sort == catalog.ProductSort.NAME:
        keys = [one.name.casefold().replace("é", "e") for one in products]
    elif sort == catalog.ProductSort.PRICE_LOW:
        keys = [one.prices[0].amount if one.prices else 10**12 for one in products]
    elif sort == catalog.ProductSort.PRICE_HIGH:
        keys = [-one.prices[0].amount if one.prices else 0 for one in products]
    elif sort == catalog.ProductSort.NEWEST:
        keys = [-(one.published_at or 0) for one in products]
    else:
        return True
    return keys == sorted(keys)


def test_a_page_goes_on_in_its_place_when_something_new_comes_before_it(transport):
    for name in "BDFH":
        factories.product(name, sku=name)
    with acting.as_stranger():
        first = factories.service().find_products(
            catalog.ProductFilter(), catalog.ProductSort.NAME, common.Page(first=2)
        )
    factories.product("A", sku="A")
    factories.product("E", sku="E")
    assert factories.found(catalog.ProductSort.NAME, after=first.page_info.end_cursor) == ["E", "F", "H"]
