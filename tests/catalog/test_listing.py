"""Filters, orders, pages and facets, compared with the same operations on lists."""

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
slow_settings = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def shop():
    """Sixty products in a small tree: the inputs by SKU, and the ids of each category's subtree."""
    generator = random.Random(5)
    root = factories.category("Furniture")
    chairs, tables = factories.category("Chairs", root), factories.category("Tables", root)
    stools = factories.category("Stools", chairs)
    subtrees = {root: {root, chairs, tables, stools}, chairs: {chairs, stools}, tables: {tables}, stools: {stools}}
    inputs = {}
    for number in range(60):
        traits = [factories.attribute("colour", generator.choice(COLOURS))] if generator.random() < 0.8 else []
        traits += [factories.attribute("size", value) for value in generator.sample(SIZES, generator.randint(0, 2))]
        product_input = factories.product_input(
            f"P{number}",
            f"{generator.choice(['Oak', 'élan', 'brass', 'Brass'])} {generator.choice(['chair', 'Table', 'thing'])} {number % 7}",
            category_id=generator.choice([root, chairs, tables, stools, None]),
            attributes=traits,
            prices=[factories.money(generator.choice([1, 2.5, 10, 10, 99.99, 1000]))]
            if generator.random() < 0.9
            else [],
            status=factories.DRAFT,
        )
        inputs[product_input.sku] = product_input
    assert {outcome.outcome for outcome in factories.put(*inputs.values())} == {"created"}
    on_sale = [
        product_input.sku for product_input in inputs.values() if product_input.prices and generator.random() < 0.9
    ]
    with acting.as_staff("catalog"):
        factories.service().publish_products(on_sale)
    for sku in on_sale:
        inputs[sku].status = factories.PUBLISHED
    return inputs, subtrees


def filters(subtrees):
    amounts = st.none() | st.sampled_from([0, 1, 2.5, 5, 10, 99.99, 100, 5000]).map(factories.money)
    return st.builds(
        catalog.ProductFilter,
        category_ids=st.none() | st.lists(st.sampled_from([*subtrees, "nowhere"]), max_size=2),
        attributes=st.none()
        | st.dictionaries(
            st.sampled_from(["colour", "size", "none"]), st.lists(st.sampled_from(COLOURS + SIZES), max_size=2)
        ),
        price_min=amounts,
        price_max=amounts,
        statuses=st.none()
        | st.lists(st.sampled_from([factories.DRAFT, factories.PUBLISHED, factories.ARCHIVED]), max_size=2),
    ).filter(lambda one: not (one.price_min and one.price_max and one.price_min.amount > one.price_max.amount))


def matches(criteria, subtrees, product, ignoring=""):
    """Whether a product matches a filter according to the contract."""
    amount = product.prices[0].amount if product.prices else None
    tests = {
        "category": not criteria.category_ids
        or any(product.category_id in subtrees.get(category, ()) for category in criteria.category_ids),
        "price": (criteria.price_min is None or (amount is not None and amount >= criteria.price_min.amount))
        and (criteria.price_max is None or (amount is not None and amount <= criteria.price_max.amount)),
        "": not criteria.statuses or product.status in criteria.statuses,
    }
    for code, values in (criteria.attributes or {}).items():
        tests[code] = not values or any(trait.code == code and trait.value in values for trait in product.attributes)
    return all(holds for facet, holds in tests.items() if not ignoring or facet != ignoring)


def matching_products(inputs, subtrees, criteria, ignoring="", published_only=False):
    return [
        product
        for product in inputs.values()
        if matches(criteria, subtrees, product, ignoring)
        and (not published_only or product.status == factories.PUBLISHED)
    ]


@slow_settings
@given(st.data())
def test_filtered_products_meet_all_conditions(shop, data):
    inputs, subtrees = shop
    criteria, staff = data.draw(filters(subtrees)), data.draw(st.booleans())
    with acting.as_staff("catalog") if staff else acting.as_stranger():
        page = factories.service().find_products(criteria, catalog.ProductSort.NAME, common.Page(first=100))
    expected = matching_products(inputs, subtrees, criteria, published_only=not staff)
    assert {product.sku for product in page.products} == {one.sku for one in expected}
    assert page.page_info.total == len(expected)


@slow_settings
@given(st.data())
def test_facets_count_products_without_their_own_condition(shop, data):
    inputs, subtrees = shop
    criteria = data.draw(filters(subtrees))
    with acting.as_staff("catalog"):
        facets = {facet.code: facet for facet in factories.service().get_facets(criteria, ["colour", "size"])}
    assert counts(facets.get("category")) == by_category(
        matching_products(inputs, subtrees, criteria, "category"), subtrees, criteria
    )
    assert counts(facets.get("price")) == by_band(matching_products(inputs, subtrees, criteria, "price"), criteria)
    for code in ("colour", "size"):
        assert counts(facets.get(code)) == by_value(matching_products(inputs, subtrees, criteria, code), code, criteria)
    for facet in facets.values():
        if facet.code != "price":
            assert [value.count for value in facet.values] == sorted(
                (value.count for value in facet.values), reverse=True
            )


def counts(facet):
    return {value.value: (value.count, value.selected) for value in facet.values} if facet else {}


def expected_values(expected, selected):
    return {value: (count, value in selected) for value, count in expected.items() if count or value in selected}


def by_category(products, subtrees, criteria):
    expected = {
        category_id: sum(product.category_id in ids for product in products) for category_id, ids in subtrees.items()
    }
    return expected_values(expected, set(criteria.category_ids or ()))


def by_value(products, code, criteria):
    selected = set((criteria.attributes or {}).get(code) or ())
    values = {trait.value for product in products for trait in product.attributes if trait.code == code} | selected
    return expected_values(
        {
            value: sum(any((t.code, t.value) == (code, value) for t in product.attributes) for product in products)
            for value in values
        },
        selected,
    )


def by_band(products, criteria):
    edges = [0, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, None]
    chosen = (
        criteria.price_min.amount if criteria.price_min else 0,
        criteria.price_max.amount if criteria.price_max else None,
    )
    bands = {}
    for low, following in itertools.pairwise(edges):
        high = None if following is None else following - 1
        count = sum(
            low <= product.prices[0].amount and (high is None or product.prices[0].amount <= high)
            for product in products
            if product.prices
        )
        selected = (criteria.price_min or criteria.price_max) is not None and chosen == (low, high)
        if count or selected:
            bands[f"{low}-{'' if high is None else high}"] = (count, selected)
    return bands


@pytest.mark.parametrize("max_sorted", [0, 1500])
@slow_settings
@given(st.data())
def test_consecutive_pages_are_the_whole_list_in_order(shop, monkeypatch, max_sorted, data):
    from apps.catalog.service import ordering

    monkeypatch.setattr(ordering, "MAX_SORTED", max_sorted)  # both ways of sorting
    _made, subtrees = shop
    criteria = data.draw(filters(subtrees))
    criteria.query = data.draw(st.sampled_from([None, "chair", "brass", "thing 1"]))
    sort, length = data.draw(st.sampled_from(SORTS)), data.draw(st.integers(1, 20))
    skus, products = pages(criteria, sort, length)
    assert len(skus) == len(set(skus))
    with acting.as_staff("catalog"):
        complete = factories.service().find_products(criteria, sort, common.Page(first=100))
    assert skus == [product.sku for product in complete.products]
    assert len(skus) == complete.page_info.total
    assert in_order(products, sort)


@pytest.mark.parametrize("max_sorted", [0, 1500])
@slow_settings
@given(st.data())
def test_a_page_between_two_cursors_is_a_slice_of_the_list(shop, monkeypatch, max_sorted, data):
    from apps.catalog.models import search
    from apps.catalog.service import ordering

    monkeypatch.setattr(ordering, "MAX_SORTED", max_sorted)
    # These limits rank searches in three ways.
    monkeypatch.setattr(search, "MAX_SCORED", data.draw(st.sampled_from([0, 20, 3000])))
    _made, subtrees = shop
    criteria = data.draw(filters(subtrees))
    criteria.query = data.draw(st.sampled_from([None, "chair", "brass", "thing 1"]))
    sort, size = data.draw(st.sampled_from(SORTS)), data.draw(st.integers(1, 20))
    with acting.as_staff("catalog"):
        complete = factories.service().find_products(criteria, sort, common.Page(first=100))
        skus, cursors = [product.sku for product in complete.products], complete.page_info.cursors
        ends = st.none() | st.integers(0, len(skus) - 1) if skus else st.none()
        start, end = data.draw(ends), data.draw(ends)
        after, before = (None if place is None else cursors[place] for place in (start, end))
        first = factories.service().find_products(criteria, sort, common.Page(first=size, after=after, before=before))
        last = factories.service().find_products(criteria, sort, common.Page(last=size, after=after, before=before))
    expected = skus[0 if start is None else start + 1 : end]
    for page, part, more in ((first, expected[:size], "has_next_page"), (last, expected[-size:], "has_previous_page")):
        assert [product.sku for product in page.products] == part
        assert getattr(page.page_info, more) == (len(expected) > size)
        assert page.page_info.cursors == [cursors[skus.index(sku)] for sku in part]


def pages(criteria, sort, length):
    products, after = [], None
    with acting.as_staff("catalog"):
        while True:
            page = factories.service().find_products(criteria, sort, common.Page(first=length, after=after))
            products += page.products
            after = page.page_info.end_cursor
            if not page.page_info.has_next_page:
                return [product.sku for product in products], products


def in_order(products, sort):
    if sort == catalog.ProductSort.NAME:
        keys = [product.name.casefold().replace("é", "e") for product in products]
    elif sort == catalog.ProductSort.PRICE_LOW:
        keys = [product.prices[0].amount if product.prices else 10**12 for product in products]
    elif sort == catalog.ProductSort.PRICE_HIGH:
        keys = [-product.prices[0].amount if product.prices else 0 for product in products]
    elif sort == catalog.ProductSort.NEWEST:
        keys = [-(product.published_at or 0) for product in products]
    else:
        return True
    return keys == sorted(keys)


def test_a_new_product_on_an_earlier_page_does_not_shift_the_next_page(transport):
    for name in "BDFH":
        factories.product(name, sku=name)
    with acting.as_stranger():
        first = factories.service().find_products(
            catalog.ProductFilter(), catalog.ProductSort.NAME, common.Page(first=2)
        )
    factories.product("A", sku="A")
    factories.product("E", sku="E")
    assert factories.find(catalog.ProductSort.NAME, after=first.page_info.end_cursor) == ["E", "F", "H"]
