"""Searching products: ranked, by prefix, with typing errors and with any text."""

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
    """A few products."""
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
def test_search_finds_words_prefixes_and_mistyped_words(transport, shop, query, skus):
    assert sorted(factories.find(query=query)) == sorted(skus)


def test_a_match_in_the_name_ranks_above_one_in_the_description(shop):
    assert factories.find(query="brass")[0] == "CANDLE"
    assert factories.find(query="table")[-1] == "CANDLE"


def test_search_uses_the_current_texts_of_products(transport, shop):
    factories.put(factories.product_input("SOFA", "Velvet couch"))
    assert factories.find(query="chesterfield") == []
    assert factories.find(query="velvet couch") == ["SOFA"]
    factories.put(factories.product_input("SOFA", "Broken", description=None, prices=[factories.money(0)]))
    assert factories.find(query="couch") == ["SOFA"]


def test_a_renamed_category_is_found_by_its_new_name(shop):
    with acting.as_staff("catalog"):
        (lighting,) = factories.service().get_categories()
        factories.service().put_category(lighting.id, catalog.CategoryInput(name="Chandeliers"))
    assert factories.find(query="chandeliers") == ["LAMP"]
    assert factories.find(query="lighting") == []


def test_search_and_filters_are_combined(shop):
    assert factories.find(query="table", attributes={"maker": ["Thonet"]}) == ["TABLE"]
    assert factories.find(query="table", price_min=factories.money(11)) == []
    with acting.as_stranger():
        facets = factories.service().get_facets(catalog.ProductFilter(query="lmap"), [])
    assert [(facet.code, [value.count for value in facet.values]) for facet in facets] == [
        ("category", [1]),
        ("price", [1]),
    ]


@pytest.mark.parametrize("limit_name", ["MAX_SCORED", "MAX_RANKED"])
def test_a_search_with_too_many_matches_prefers_names_and_is_paged(monkeypatch, shop, limit_name):
    from apps.catalog.models import search

    monkeypatch.setattr(search, "MAX_SCORED", 0)
    monkeypatch.setattr(search, limit_name, 0)
    all_skus = factories.find(query="table")
    assert set(all_skus) == {"LAMP", "TABLE", "CANDLE"}
    if limit_name == "MAX_SCORED":
        assert all_skus[-1] == "CANDLE"
    after, paged_skus = None, []
    for _ in all_skus:
        with acting.as_stranger():
            page = factories.service().find_products(
                catalog.ProductFilter(query="table"), catalog.ProductSort.RELEVANCE, common.Page(first=1, after=after)
            )
        paged_skus += [product.sku for product in page.products]
        after = page.page_info.end_cursor
    assert paged_skus == all_skus


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
def test_any_text_can_be_searched(shop, text):
    with acting.as_stranger():
        factories.service().find_products(
            catalog.ProductFilter(query=text), catalog.ProductSort.RELEVANCE, common.Page()
        )
    list(Product.objects.search(text))


for _text in HOSTILE:
    test_any_text_can_be_searched = example(text=_text)(test_any_text_can_be_searched)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.from_regex(r"[a-z]{3,12} [a-z]{3,12}", fullmatch=True))
def test_a_product_is_found_by_words_of_its_name_in_any_order_and_by_prefixes(name):
    sku = factories.product(name)
    one, other = name.split()
    for query in (name, f"{other} {one}", name.upper(), f"{one} {other[:2]}"):
        assert sku in factories.find(query=query)


def test_the_queryset_annotates_the_relevance(shop):
    products = list(Product.objects.search("brass").filter(status=factories.PUBLISHED))
    assert [product.sku for product in products] == ["CANDLE", "LAMP"]
    assert products[0].relevance > products[1].relevance > 0
    assert Product.objects.search("table").count() == 3
