"""SKUs are case-insensitive in every call to every service."""

import pytest
from django.core import management
from django.core.management.base import SystemCheckError

from apps.catalog.models import Product
from idl import cart, inventory
from tests import acting
from tests.catalog import factories
from thriftshop import rpc, skus
from thriftshop.contracts import reading
from thriftshop.rpc import sku_case


def test_fields_of_skus_are_named_sku_or_skus():
    """The filter finds them by name; `after` is a cursor in a list sorted by SKU."""
    found = set()
    for contract in reading.live():
        for struct in [*contract.structs, *(method for service in contract.services for method in service.methods)]:
            for field in getattr(struct, "fields", None) or struct.arguments:
                if any(str(one).endswith("Sku") for one in (field.type, *field.type.mentioned())):
                    found.add((field.name, str(field.type)))
    assert {name for name, _ in found} == {"sku", "skus", "after"}


def test_an_invalid_sku_stays_invalid():
    assert skus.canonical("qx-07") == "QX-07"
    for text in ("ß", "ſku", "ıd"):
        assert not skus.is_valid(skus.canonical(text))


def test_the_structs_of_the_caller_are_not_changed():
    line = inventory.StockLine(sku="qx-07", quantity=1)
    normalise = sku_case._struct_normaliser(inventory.InventoryService.receive_args)
    args = inventory.InventoryService.receive_args(key="k", lines=[line])
    assert normalise(args).lines == [inventory.StockLine(sku="QX-07", quantity=1)]
    assert (line.sku, args.lines) == ("qx-07", [line])
    assert normalise(normalise(args)) is not args
    capitals = inventory.InventoryService.receive_args(key="k", lines=[inventory.StockLine(sku="QX-07", quantity=1)])
    assert normalise(capitals) is capitals


@pytest.mark.django_db
def test_skus_are_case_insensitive_in_every_service(transport):
    shop = factories.service()
    assert factories.product(sku="qx-07", price=10) == "qx-07"
    (outcome,) = factories.put(factories.product_input("Qx-07", name="Renamed", price=10))
    assert (outcome.outcome, outcome.sku) == ("changed", "QX-07")
    twice = factories.put(factories.product_input("qx-08"), factories.product_input("QX-08"))
    assert [one.outcome for one in twice] == ["created", "refused"]
    assert Product.objects.filter(sku__iexact="qx-07").values_list("sku", flat=True).get() == "QX-07"
    with acting.as_service("catalog"):
        assert [product.sku for product in shop.get_products(["qx-07"])] == ["QX-07"]
    with acting.as_service("demo"):
        assert [price.sku for price in shop.get_prices(["qx-07"], "GBP", None)] == ["QX-07"]
        stock = rpc.connect(inventory.InventoryService)
        stock.receive("first", [inventory.StockLine(sku="qx-07", quantity=3)], None, None)
        assert [(level.sku, level.available) for level in stock.get_levels(["QX-07"])] == [("QX-07", 3)]
    with acting.as_customer():
        basket = rpc.connect(cart.CartService)
        mine = cart.CartRef()
        shown = basket.add_item(mine, cart.CartItem(sku="qx-07", quantity=1), None)
        shown = basket.set_quantity(mine, "Qx-07", 2)
        assert [(line.sku, line.quantity) for line in shown.lines] == [("QX-07", 2)]
        assert basket.remove_item(mine, "qx-07").lines == []


@pytest.mark.django_db
def test_an_older_database_can_keep_its_lower_case_skus(settings):
    factories.product(sku="QX-07")
    settings.SKU_CASE = "kept"
    factories.product(sku="qx-07")
    assert factories.read("qx-07").sku == "qx-07"
    management.call_command("check", databases=["default"])
    settings.SKU_CASE = "upper"
    with pytest.raises(SystemCheckError, match=r"SKUs are not upper-case: qx-07\. QX-07 exists in both spellings"):
        management.call_command("check", databases=["default"])
