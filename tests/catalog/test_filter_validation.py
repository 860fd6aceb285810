"""The validation of filters, pages and cursors, and the default facets."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idl import catalog, common
from tests import acting
from tests.catalog import factories
from thriftshop import paging

pytestmark = pytest.mark.django_db
SORTS = list(catalog.ProductSort._VALUES_TO_NAMES)
slow_settings = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

INVALID_REQUESTS = {
    "a page of 0": ({}, {"first": 0}),
    "a page of 101": ({}, {"first": 101}),
    "a page of -1": ({}, {"first": -1}),
    "a last page of 0": ({}, {"last": 0}),
    "a last page of 101": ({}, {"last": 101}),
    "an invalid cursor": ({}, {"after": "nonsense"}),
    "an invalid cursor before the page": ({}, {"before": "nonsense"}),
    "a cursor of an old format": ({}, {"after": "WzIsIm9hayIsMV0"}),
    "a cursor of emoji": ({}, {"after": "🪑"}),
    "a cursor of 10,000 characters": ({}, {"after": "A" * 10_000}),
    "a price in an unknown currency": ({"price_min": factories.money(1, "XXX")}, {}),
    "two currencies": ({"price_min": factories.money(1), "price_max": factories.money(2, "EUR")}, {}),
    "a lowest price above the highest": ({"price_min": factories.money(2), "price_max": factories.money(1)}, {}),
    "a negative price": ({"price_max": factories.money(-1)}, {}),
    "a huge price": ({"price_max": common.Money(amount=2**62, currency="GBP")}, {}),
    "101 categories": ({"category_ids": [str(n) for n in range(101)]}, {}),
    "51 traits": ({"attributes": {str(n): ["x"] for n in range(51)}}, {}),
    "101 values": ({"attributes": {"colour": [str(n) for n in range(101)]}}, {}),
}


@pytest.mark.parametrize(("conditions", "page"), INVALID_REQUESTS.values(), ids=INVALID_REQUESTS.keys())
def test_an_invalid_filter_or_page_is_refused_with_its_field(transport, conditions, page):
    with acting.as_stranger(), pytest.raises(common.InvalidInput) as refusal:
        factories.service().find_products(
            catalog.ProductFilter(**conditions), catalog.ProductSort.NAME, common.Page(**page)
        )
    assert refusal.value.field
    assert len(refusal.value.message) > 20


def test_a_cursor_of_another_order_is_refused():
    factories.product()
    with acting.as_stranger():
        page = factories.service().find_products(catalog.ProductFilter(), catalog.ProductSort.NAME, common.Page())
        for sort in (catalog.ProductSort.NEWEST, catalog.ProductSort.PRICE_LOW):
            with pytest.raises(common.InvalidInput):
                factories.service().find_products(
                    catalog.ProductFilter(), sort, common.Page(first=1, after=page.page_info.end_cursor)
                )


@given(
    values=st.lists(st.none() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False), max_size=7),
    sort=st.sampled_from(SORTS),
    query=st.sampled_from([None, "oak"]),
    backward=st.booleans(),
)
@slow_settings
def test_a_forged_cursor_is_refused_or_harmless(values, sort, query, backward):
    # No other exception may be raised.
    criteria = catalog.ProductFilter(query=query)
    order = catalog.ProductSort.NEWEST if sort == catalog.ProductSort.RELEVANCE and query is None else sort
    forged = paging.cursors("products", (), order, criteria, "GBP").encode(tuple(values))
    page = common.Page(last=5, before=forged) if backward else common.Page(first=5, after=forged)
    with acting.as_stranger(), contextlib.suppress(common.InvalidInput):
        factories.service().find_products(criteria, sort, page)


def test_without_codes_the_ten_most_common_traits_are_facets(transport):
    for number in range(12):
        for _ in range(number + 1):
            factories.product(attributes=[factories.attribute(f"trait{number}", "x")])
    with acting.as_stranger():
        facets = factories.service().get_facets(catalog.ProductFilter(attributes={"trait0": ["x"]}), [])
        named = factories.service().get_facets(catalog.ProductFilter(), ["trait1", "unknown"])
    assert [facet.code for facet in facets] == ["price", "trait0"]
    with acting.as_stranger():
        facets = factories.service().get_facets(catalog.ProductFilter(), [])
    assert [facet.code for facet in facets] == ["price", *(f"trait{number}" for number in range(11, 1, -1))]
    assert [(facet.code, facet.name) for facet in named] == [("price", "Price"), ("trait1", "Trait1")]
