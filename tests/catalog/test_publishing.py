"""Publishing and archiving products, and their visibility."""

import pytest

from idl import catalog, common
from idl.legacy import catalog as legacy_catalog
from tests import acting
from tests.catalog import factories
from thriftshop import rpc
from thriftshop.events import streams

pytestmark = pytest.mark.django_db


def visible_skus(skus):
    return [product.sku for product in factories.service().get_products(skus)]


def test_only_staff_and_services_see_drafts_and_archived_products(transport):
    draft, on_sale, archived = (
        factories.product(status=status) for status in (factories.DRAFT, factories.PUBLISHED, factories.ARCHIVED)
    )
    everything = [archived, "unknown", draft, on_sale, on_sale]
    with acting.as_stranger():
        assert visible_skus(everything) == [on_sale]
        assert factories.service().get_products_by_slug([factories.read(draft).slug]) == []
        assert acting.straight_at(catalog.CatalogService).get_prices([draft], "GBP", None) == []
        with pytest.raises(common.NotFound):
            factories.service().get_price_history(draft)
    with acting.as_customer():
        assert visible_skus(everything) == [on_sale]
    with acting.as_staff("catalog"):
        assert visible_skus(everything) == [archived, draft, on_sale]
    with acting.as_service("orders"):
        assert visible_skus(everything) == [archived, draft, on_sale]


def test_a_stranger_finds_only_products_on_sale(transport):
    factories.product(status=factories.DRAFT)
    on_sale = factories.product()
    assert factories.find() == [on_sale]
    assert factories.find(statuses=[factories.DRAFT]) == []
    with acting.as_stranger():
        facets = factories.service().get_facets(catalog.ProductFilter(statuses=[factories.DRAFT]), [])
    assert facets == []


def test_products_are_published_and_archived_in_bulk(transport):
    skus = [factories.product(status=factories.DRAFT) for _ in range(3)]
    with acting.as_staff("catalog"):
        factories.service().publish_products(skus)
    assert sorted(factories.find()) == sorted(skus)
    with acting.as_staff("catalog"):
        factories.service().archive_products(skus[:2])
    assert factories.find() == skus[2:]


def test_publishing_again_changes_nothing():
    sku = factories.product()
    before = factories.stored_rows()
    with acting.as_staff("catalog"):
        factories.service().publish_products([sku, sku])
    assert factories.stored_rows() == before


@pytest.mark.parametrize("verb", ["publish_products", "archive_products"])
def test_an_unknown_product_refuses_the_whole_call(transport, verb):
    sku = factories.product(status=factories.DRAFT)
    before = factories.stored_rows()
    with acting.as_staff("catalog"), pytest.raises(common.NotFound) as refusal:
        getattr(factories.service(), verb)([sku, "NOWHERE"])
    assert "NOWHERE" in refusal.value.message
    assert factories.stored_rows() == before


def test_a_product_without_a_price_cannot_be_on_sale(transport):
    priced, unpriced = factories.product(status=factories.DRAFT), factories.product(status=factories.DRAFT, price=None)
    before = factories.stored_rows()
    with acting.as_staff("catalog"), pytest.raises(common.InvalidInput) as refusal:
        factories.service().publish_products([priced, unpriced])
    assert unpriced in refusal.value.message
    assert factories.stored_rows() == before


def test_an_archived_product_can_be_published_again():
    sku = factories.product(status=factories.ARCHIVED)
    with acting.as_staff("catalog"):
        factories.service().publish_products([sku])
        history = factories.service().get_product_history(sku)
    assert factories.find() == [sku]
    assert history[0].differences == ["status: archived -> published"]


def test_the_history_lists_changes_newest_first(transport):
    sku = factories.product(description="Old")
    factories.put(factories.product_input(sku, "Elm chest", price=11))
    with acting.as_staff("catalog"):
        factories.service().archive_products([sku])
        history = factories.service().get_product_history(sku)
    assert [(record.version, record.kind) for record in history] == [
        (6, "ProductArchived"),
        (5, "PriceChanged"),
        (4, "ProductWritten"),
        (3, "ProductPublished"),
        (2, "PriceChanged"),
        (1, "ProductWritten"),
    ]
    assert [record.differences for record in history[:3]] == [
        ["status: published -> archived"],
        ["prices.GBP: 10.00 -> 11.00"],
        ["name: Oak chest -> Elm chest"],
    ]
    assert {record.actor for record in history} == {acting.STAFF}


def test_an_unknown_product_has_no_history(transport):
    with acting.as_staff("catalog"), pytest.raises(common.NotFound):
        factories.service().get_product_history("NOWHERE")


def test_archiving_is_recorded_once(transport):
    sku = factories.product()
    with acting.as_staff("catalog"):
        factories.service().archive_products([sku])
        factories.service().archive_products([sku])
    assert [one.kind for one in streams.of("catalog").read({sku: 3})[sku]] == ["ProductArchived"]


def test_clients_of_the_2018_contract_get_all_products_on_sale(transport):
    factories.product("Hidden", status=factories.DRAFT)
    plain, described = factories.product("A", sku="A"), factories.product("B", sku="B", description="Text")
    with acting.as_stranger():
        items = rpc.connect(legacy_catalog.CatalogService).getAll()
    assert items == [
        legacy_catalog.Item(itemId=plain, version=3, name="A", description=None),
        legacy_catalog.Item(itemId=described, version=3, name="B", description="Text"),
    ]
