"""Questions that make no sense are refused clearly; which traits are facets when none are named."""

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
many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

BAD_QUESTIONS = {
    "a page of none": ({}, {"first": 0}),
    "a page of 101": ({}, {"first": 101}),
    "a page below nothing": ({}, {"first": -1}),
    "a last page of none": ({}, {"last": 0}),
    "a last page of 101": ({}, {"last": 101}),
    "a made-up cursor": ({}, {"after": "nonsense"}),
    "a made-up cursor to end before": ({}, {"before": "nonsense"}),
    "a cursor of before": ({}, {"after": "WzIsIm9hayIsMV0"}),
    "a cursor of emoji": ({}, {"after": "🪑"}),
    "a cursor of 10,000": ({}, {"after": "A" * 10_000}),
    "a price in no currency of ours": ({"price_min": factories.money(1, "XXX")}, {}),
    "two currencies": ({"price_min": factories.money(1), "price_max": factories.money(2, "EUR")}, {}),
    "prices the wrong way round": ({"price_min": factories.money(2), "price_max": factories.money(1)}, {}),
    "a price below nothing": ({"price_max": factories.money(-1)}, {}),
    "a huge price": ({"price_max": common.Money(amount=2**62, currency="GBP")}, {}),
    "101 categories": ({"category_ids": [str(n) for n in range(101)]}, {}),
    "51 traits": ({"attributes": {str(n): ["x"] for n in range(51)}}, {}),
    "101 values": ({"attributes": {"colour": [str(n) for n in range(101)]}}, {}),
}


@pytest.mark.parametrize(("conditions", "page"), BAD_QUESTIONS.values(), ids=BAD_QUESTIONS.keys())
def test_a_question_that_makes_no_sense_is_refused_clearly(transport, conditions, page):
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
@many
def test_a_forged_cursor_is_refused_or_harmless(values, sort, query, backward):
    # What is wrong with it is told; nothing else may be raised.
    wanted = catalog.ProductFilter(query=query)
    order = catalog.ProductSort.NEWEST if sort == catalog.ProductSort.RELEVANCE and query is None else sort
    forged = paging.cursors("products", (), order, wanted, "GBP").encode(tuple(values))
    page = common.Page(last=5, before=forged) if backward else common.Page(first=5, after=forged)
    with acting.as_stranger(), contextlib.suppress(common.InvalidInput):
        factories.service().find_products(wanted, sort, page)


def test_without_codes_the_ten_commonest_traits_are_facets(transport):
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
