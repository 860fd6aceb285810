"""Searching: ranked, by prefix, forgiving; and harmless whatever is asked."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.catalog.models import Product
from idl import catalog, common
from tests import acting
from tests.catalog import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """A few things; their SKUs are short for their names."""
    factories.product("Brass candlestick", sku="CANDLE", description="Fits any table.")
    factories.product(
        "Oak table", sku="TABLE", description="Seats six.", attributes=[factories.attribute("maker", "Thonet")]
    )
    factories.product(
        "Table lamp", sku="LAMP", description="Brass and green glass.", category_id=factories.category("Lighting")
    )
    factories.product("Women's büro dress", sku="DRESS")
    factories.product("Chesterfield sofa", sku="SOFA")


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("table", ["LAMP", "TABLE", "CANDLE"]),
        ("TABLES", ["LAMP", "TABLE", "CANDLE"]),
        ("tab", ["LAMP", "TABLE", "CANDLE"]),
        ("brass", ["CANDLE", "LAMP"]),
        ("brass table", ["LAMP", "CANDLE"]),
        ("lamp table brass", ["LAMP"]),
        ("lmap", ["LAMP"]),
        ("chestrefield", ["SOFA"]),
        ("chesterfeild soffa", ["SOFA"]),
        ("candelstick", ["CANDLE"]),
        ("thonet", ["TABLE"]),
        ("lighting", ["LAMP"]),
        ("buro", ["DRESS"]),
        ("BÜRO", ["DRESS"]),
        ("women's", ["DRESS"]),
        ("womens", ["DRESS"]),
        ("candle xylophone", ["CANDLE"]),
        ("xylophone", []),
        ("🪑", []),
    ],
)
def test_what_is_looked_for_is_found(transport, shop, query, skus):
    assert sorted(factories.found(query=query)) == sorted(skus)


def test_a_name_counts_for_more_than_a_description(shop):
    assert factories.found(query="brass")[0] == "CANDLE"
    assert factories.found(query="table")[-1] == "CANDLE"


def test_search_follows_what_is_written(transport, shop):
    factories.put(factories.product_input("SOFA", "Velvet couch"))
    assert factories.found(query="chesterfield") == []
    assert factories.found(query="velvet couch") == ["SOFA"]
    factories.put(factories.product_input("SOFA", "Broken", description=None, prices=[factories.money(0)]))
    assert factories.found(query="couch") == ["SOFA"]


def test_a_renamed_category_is_found_by_its_new_name(shop):
    with acting.as_staff("catalog"):
        (lighting,) = factories.service().get_categories()
        factories.service().put_category(lighting.id, catalog.CategoryInput(name="Chandeliers"))
    assert factories.found(query="chandeliers") == ["LAMP"]
    assert factories.found(query="lighting") == []


def test_search_and_filters_hold_together(shop):
    assert factories.found(query="table", attributes={"maker": ["Thonet"]}) == ["TABLE"]
    assert factories.found(query="table", price_min=factories.money(11)) == []
    with acting.as_stranger():
        facets = factories.service().get_facets(catalog.ProductFilter(query="lmap"), [])
    assert [(facet.code, [value.count for value in facet.values]) for facet in facets] == [
        ("category", [1]),
        ("price", [1]),
    ]


@pytest.mark.parametrize("broad", ["MAX_SCORED", "MAX_RANKED"])
def test_a_search_that_finds_very_much_still_ranks_names_and_goes_on_page_by_page(monkeypatch, shop, broad):
    from apps.catalog.models import search

    monkeypatch.setattr(search, "MAX_SCORED", 0)
    monkeypatch.setattr(search, broad, 0)
    whole = factories.found(query="table")
    assert set(whole) == {"LAMP", "TABLE", "CANDLE"}
    if broad == "MAX_SCORED":
        assert whole[-1] == "CANDLE"
    after, found = None, []
    for _ in whole:
        with acting.as_stranger():
            page = factories.service().find_products(
                catalog.ProductFilter(query="table"), catalog.ProductSort.RELEVANCE, common.Page(first=1, after=after)
            )
        found += [one.sku for one in page.products]
        after = page.page_info.end_cursor
    assert found == whole


HOSTILE = [
    '"',
    "'",
    '" OR "1"="1',
    "NEAR(table lamp)",
    "name:table",
    "table*",
    "-table",
    "^table",
    "(table",
    "table) OR",
    "{name}",
    "AND",
    "OR NOT",
    "\x00table",
    "%",
    "_",
    ";",
    "--",
    "\\",
    "🪑" * 100,
    "x" * 10_000,
    "table " * 2_000,
    "\ud800",
    "ﷺ",
    "a\u0301" * 50,
    "İI",
    "1" * 500,
]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.text(max_size=60) | st.text('"*()-^:{}+ANDORNEAT table', max_size=40))
def test_no_text_is_an_error(shop, text):
    with acting.as_stranger():
        factories.service().find_products(
            catalog.ProductFilter(query=text), catalog.ProductSort.RELEVANCE, common.Page()
        )
    list(Product.objects.search(text))


for _text in HOSTILE:
    test_no_text_is_an_error = example(text=_text)(test_no_text_is_an_error)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.from_regex(r"[a-z]{3,12} [a-z]{3,12}", fullmatch=True))
def test_a_product_is_found_by_its_name_by_the_beginnings_of_its_words_and_in_any_order(name):
    sku = factories.product(name)
    one, other = name.split()
    for query in (name, f"{other} {one}", name.upper(), f"{one} {other[:2]}"):
        assert sku in factories.found(query=query)


def test_the_queryset_says_how_relevant_each_is(shop):
    found = list(Product.objects.search("brass").filter(status=factories.PUBLISHED))
    assert [one.sku for one in found] == ["CANDLE", "LAMP"]
    assert found[0].relevance > found[1].relevance > 0
    assert Product.objects.search("table").count() == 3
