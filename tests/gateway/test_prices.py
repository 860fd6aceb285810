"""Prices of products as the gateway shows them."""

import pytest

from idl import catalog, common
from tests import acting
from tests.gateway import client
from thriftshop import clock, rpc

PRICES = """query ($currency: String) { product(sku: "TS-000") {
  price(currency: $currency) { amount currency }
  regularPrice(currency: $currency) { amount currency }
  saleEndsAt(currency: $currency)
} }"""


def shown(currency="GBP"):
    return client.data(PRICES.replace("$currency: String", "$currency: String!"), currency=currency)["product"]


def gbp(amount):
    return {"amount": amount, "currency": "GBP"}


def test_a_sale_is_shown_with_its_regular_price_and_its_end(stocked):
    assert shown() == {"price": gbp(1000), "regularPrice": gbp(1000), "saleEndsAt": None}
    ends = (clock.now() // 1000 + 3600) * 1000
    with acting.as_service("demo"):
        sale = catalog.PriceInput(sku="TS-000", money=common.Money(amount=600, currency="GBP"), valid_until=ends)
        rpc.connect(catalog.CatalogService).set_prices([sale])
    found = shown("gbp")
    assert (found["price"], found["regularPrice"]) == (gbp(600), gbp(1000))
    assert clock.datetime_of(ends).isoformat()[:19] == found["saleEndsAt"][:19]


@pytest.mark.parametrize("field", ["price", "regularPrice", "saleEndsAt"])
def test_an_unknown_currency_is_refused_with_the_accepted_ones(stocked, field):
    inner = "" if field == "saleEndsAt" else "{ amount }"
    (error,) = client.ask(f'{{ product(sku: "TS-000") {{ {field}(currency: "XYZ") {inner} }} }}')["errors"]
    assert error["message"] == "'XYZ' is not a currency of this shop; use GBP, EUR or USD."
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": "currency"}


def test_a_product_is_found_by_its_sku_in_any_case(stocked):
    assert client.data('{ product(sku: "ts-000") { sku } }')["product"] == {"sku": "TS-000"}
