"""Products as structs that are kept per version."""

import pytest

from apps.catalog.service import recent
from idl import catalog, common
from tests import acting
from thriftshop import clock, rpc

pytestmark = pytest.mark.django_db


def put(name: str) -> None:
    with acting.as_service("demo"):
        prices = [common.Money(amount=1_000, currency="GBP")]
        product = catalog.ProductInput(sku="MUG", name=name, prices=prices)
        rpc.connect(catalog.CatalogService).put_products([product], False)


def test_a_known_product_costs_one_query(django_assert_num_queries):
    put("A mug")
    recent.products(["MUG"], clock.now())
    with django_assert_num_queries(1):
        assert recent.products(["MUG", "NONE"], clock.now())["MUG"].name == "A mug"


def test_a_written_product_is_read_again():
    put("A mug")
    recent.products(["MUG"], clock.now())
    put("A cup")
    assert recent.products(["MUG"], clock.now())["MUG"].name == "A cup"


def test_what_a_caller_changes_is_not_kept():
    put("A mug")
    recent.products(["MUG"], clock.now())["MUG"].name = "changed"
    assert recent.products(["MUG"], clock.now())["MUG"].name == "A mug"


def test_an_earlier_moment_than_the_kept_one_is_read():
    put("A mug")
    at = clock.now()
    recent.products(["MUG"], at)
    ((_, entry),) = recent._entries.items()
    assert recent._remembered(entry.version, at) is not None
    assert recent._remembered(entry.version, at - 1) is None
