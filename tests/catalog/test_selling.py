"""Putting products on sale and taking them off, and who sees what."""

import pytest

from idl import catalog, common
from idl.legacy import catalog as legacy_catalog
from tests import acting
from tests.catalog import making
from thriftshop import rpc
from thriftshop.events import streams

pytestmark = pytest.mark.django_db


def seen(skus):
    return [one.sku for one in making.service().get_products(skus)]


def test_drafts_and_archived_products_are_for_staff_and_services_alone(transport):
    draft, on_sale, archived = (
        making.product(status=status) for status in (making.DRAFT, making.PUBLISHED, making.ARCHIVED)
    )
    everything = [archived, "unknown", draft, on_sale, on_sale]
    with acting.as_stranger():
        assert seen(everything) == [on_sale]
        assert making.service().get_products_by_slug([making.read(draft).slug]) == []
        assert acting.straight_at(catalog.CatalogService).get_prices([draft], "GBP", None) == []
        with pytest.raises(common.NotFound):
            making.service().get_price_history(draft)
    with acting.as_customer():
        assert seen(everything) == [on_sale]
    with acting.as_staff("catalog"):
        assert seen(everything) == [archived, draft, on_sale]
    with acting.as_service("orders"):
        assert seen(everything) == [archived, draft, on_sale]


def test_a_stranger_finds_nothing_but_what_is_on_sale(transport):
    making.product(status=making.DRAFT)
    on_sale = making.product()
    assert making.found() == [on_sale]
    assert making.found(statuses=[making.DRAFT]) == []
    with acting.as_stranger():
        facets = making.service().get_facets(catalog.ProductFilter(statuses=[making.DRAFT]), [])
    assert facets == []


def test_products_are_published_and_archived_in_bulk(transport):
    skus = [making.product(status=making.DRAFT) for _ in range(3)]
    with acting.as_staff("catalog"):
        making.service().publish_products(skus)
    assert sorted(making.found()) == sorted(skus)
    with acting.as_staff("catalog"):
        making.service().archive_products(skus[:2])
    assert making.found() == skus[2:]


def test_what_is_on_sale_stays_so():
    sku = making.product()
    before = making.tables()
    with acting.as_staff("catalog"):
        making.service().publish_products([sku, sku])
    assert making.tables() == before


@pytest.mark.parametrize("verb", ["publish_products", "archive_products"])
def test_an_unknown_product_refuses_all(transport, verb):
    sku = making.product(status=making.DRAFT)
    before = making.tables()
    with acting.as_staff("catalog"), pytest.raises(common.NotFound) as refusal:
        getattr(making.service(), verb)([sku, "NOWHERE"])
    assert "NOWHERE" in refusal.value.message
    assert making.tables() == before


def test_a_product_without_a_price_cannot_be_on_sale(transport):
    priced, unpriced = making.product(status=making.DRAFT), making.product(status=making.DRAFT, price=None)
    before = making.tables()
    with acting.as_staff("catalog"), pytest.raises(common.InvalidInput) as refusal:
        making.service().publish_products([priced, unpriced])
    assert unpriced in refusal.value.message
    assert making.tables() == before


def test_what_is_archived_comes_back_on_sale():
    sku = making.product(status=making.ARCHIVED)
    with acting.as_staff("catalog"):
        making.service().publish_products([sku])
        history = making.service().get_product_history(sku)
    assert making.found() == [sku]
    assert history[0].differences == ["status: archived -> published"]


def test_history_tells_what_happened_newest_first(transport):
    sku = making.product(description="Old")
    making.put(making.product_input(sku, "Elm chest", price=11))
    with acting.as_staff("catalog"):
        making.service().archive_products([sku])
        history = making.service().get_product_history(sku)
    assert [(one.version, one.kind) for one in history] == [
        (6, "ProductArchived"),
        (5, "PriceChanged"),
        (4, "ProductWritten"),
        (3, "ProductPublished"),
        (2, "PriceChanged"),
        (1, "ProductWritten"),
    ]
    assert [one.differences for one in history[:3]] == [
        ["status: published -> archived"],
        ["prices.GBP: 10.00 -> 11.00"],
        ["name: Oak chest -> Elm chest"],
    ]
    assert {one.actor for one in history} == {acting.STAFF}


def test_there_is_no_history_of_what_never_was(transport):
    with acting.as_staff("catalog"), pytest.raises(common.NotFound):
        making.service().get_product_history("NOWHERE")


def test_archiving_is_recorded_once(transport):
    sku = making.product()
    with acting.as_staff("catalog"):
        making.service().archive_products([sku])
        making.service().archive_products([sku])
    assert [one.kind for one in streams.of("catalog").read({sku: 3})[sku]] == ["ProductArchived"]


def test_the_clients_of_2018_get_all_that_is_on_sale(transport):
    making.product("Hidden", status=making.DRAFT)
    plain, described = making.product("A", sku="A"), making.product("B", sku="B", description="Text")
    with acting.as_stranger():
        items = rpc.connect(legacy_catalog.CatalogService).getAll()
    assert items == [
        legacy_catalog.Item(itemId=plain, version=3, name="A", description=None),
        legacy_catalog.Item(itemId=described, version=3, name="B", description="Text"),
    ]
