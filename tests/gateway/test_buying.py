"""Buying: as a guest, with too little stock, with a repeated key, with a declined card; and the staff's view of it."""

import pytest

from idl import catalog, common
from tests import acting
from tests.gateway import client, shop
from thriftshop import rpc
from thriftshop.events import progress

pytestmark = pytest.mark.django_db

OPEN = 'mutation { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token cart { id itemCount } } } }'
ADD = """mutation ($sku: String!, $quantity: Int!, $cart: String, $key: String) {
  addToCart(input: {sku: $sku, quantity: $quantity, cartToken: $cart, key: $key}) {
    __typename
    ... on AddToCartSuccess { cart { itemCount } }
    ... on Refusal { message }
  }
}"""
STATE = "{ number status paymentStatus reason customer { id } lines { product { name } } }"


def add(number, quantity, token="", cart=None, key=None):
    values = {"sku": shop.sku(number), "quantity": quantity, "cart": cart, "key": key}
    return client.ask_for(ADD, token, values)["addToCart"]


def place(key, token="", **changes):
    return client.data(shop.PLACE, token, input=shop.order_input(key, **changes))["placeOrder"]


def test_a_guest_buys_without_an_account_and_follows_the_order_by_number_and_token(transport, stocked):
    cart = client.data(OPEN)["openCart"]["token"]
    add(0, 2, cart=cart)
    order = place("a guest's order", cartToken=cart, email="guest@example.com")["order"]
    progress.catch_up()
    ask = f"query ($number: String!, $cart: String!) {{ guestOrder(number: $number, cartToken: $cart) {STATE} }}"
    seen = client.data(ask, number=order["number"], cart=cart)["guestOrder"]
    assert seen == {
        "number": order["number"],
        "status": "CONFIRMED",
        "paymentStatus": "AUTHORISED",
        "reason": None,
        "customer": None,
        "lines": [{"product": {"name": "Brass lamp 0"}}],
    }


def test_a_guest_must_give_an_email_address(stocked):
    cart = client.data(OPEN)["openCart"]["token"]
    add(0, 1, cart=cart)
    refused = place("a guest's order", cartToken=cart)
    assert refused["__typename"] == "InvalidInput"
    assert "A guest must give an e-mail address" in refused["message"]


def test_an_order_of_more_than_the_stock_is_refused_with_the_available_quantity(ann):
    add(0, 9, ann.token)
    refused = place("too many lamps", ann.token)
    assert (refused["__typename"], refused["code"]) == ("InsufficientStock", "INSUFFICIENT_STOCK")
    assert (refused["sku"], refused["available"], refused["product"]["name"]) == ("TS-000", 5, "Brass lamp 0")


def test_an_empty_cart_cannot_be_bought(ann):
    assert place("nothing at all", ann.token)["__typename"] == "EmptyCart"


def test_a_key_reused_for_another_order_is_refused_with_the_earlier_order(ann):
    add(0, 1, ann.token)
    first = place("one and the same", ann.token)["order"]
    progress.catch_up()
    add(1, 1, ann.token)
    again = place("one and the same", ann.token, payment={"provider": "invoice"})
    assert (again["__typename"], again["earlierOrder"]) == ("IdempotencyConflict", {"id": first["id"]})


def test_a_wrong_expected_total_is_refused_with_the_actual_total(ann):
    add(0, 1, ann.token)
    refused = place("a surprise", ann.token, expectedTotal={"amount": 1, "currency": "GBP"})
    assert refused["__typename"] == "TotalChanged"
    right = place("no surprise", ann.token, expectedTotal={"amount": refused["total"]["amount"], "currency": "GBP"})
    assert right["__typename"] == "PlaceOrderSuccess"


def test_the_total_of_the_cart_is_the_total_of_the_order(ann):
    seen = (
        "{ cart { subtotal { amount } charges { description amount { amount currency } } total { amount currency } } }"
    )
    assert client.data(seen, ann.token)["cart"] == {
        "subtotal": {"amount": 0},
        "charges": [],
        "total": {"amount": 0, "currency": "GBP"},
    }
    add(0, 2, ann.token)
    shown = client.data(seen, ann.token)["cart"]
    assert shown == {
        "subtotal": {"amount": 2000},
        "charges": [{"description": "Postage and packing", "amount": {"amount": 395, "currency": "GBP"}}],
        "total": {"amount": 2395, "currency": "GBP"},
    }
    placed = place("as it was shown", ann.token, expectedTotal=shown["total"])
    assert placed["order"]["id"]
    add(0, 3, ann.token)
    add(1, 3, ann.token)
    shown = client.data(seen, ann.token)["cart"]
    assert (shown["charges"], shown["total"]["amount"]) == ([], shown["subtotal"]["amount"])
    assert place("for nothing", ann.token, expectedTotal=shown["total"])["__typename"] == "PlaceOrderSuccess"


def test_a_cart_in_a_currency_without_postage_has_no_total(ann, settings):
    settings.POSTAGE = {"EUR": "4.95/60.00"}
    add(0, 1, ann.token)
    shown = client.data("{ cart { subtotal { amount } charges { description } total { amount } } }", ann.token)["cart"]
    assert shown == {"subtotal": {"amount": 1000}, "charges": None, "total": None}
    refused = place("not to be sent", ann.token)
    assert (refused["__typename"], "no postage in GBP" in refused["message"]) == ("InvalidInput", True)


def set_setting(person, currency):
    client.data(
        'mutation ($to: String!) { updateProfile(input: {settings: [{key: "currency", value: $to}]}) { __typename } }',
        person.token,
        to=currency,
    )


PRICES = 'product(sku: "TS-000") { price { amount currency } pounds: price(currency: "gbp") { amount } }'


def test_the_viewers_setting_decides_the_currency_of_prices_and_of_a_new_cart(transport, ann):
    set_setting(ann, "eur")
    shown = client.data(f"{{ cart {{ subtotal {{ currency }} }} {PRICES} }}", ann.token)
    assert shown["product"] == {"price": {"amount": 1200, "currency": "EUR"}, "pounds": {"amount": 1000}}
    assert shown["cart"] == {"subtotal": {"currency": "EUR"}}
    add(0, 1, ann.token)
    total = client.data("{ cart { total { amount currency } } }", ann.token)["cart"]["total"]
    assert total == {"amount": 1200 + 495, "currency": "EUR"}
    placed = place("paid in euros", ann.token, expectedTotal={**total, "currency": "eur"})["order"]
    progress.catch_up()
    ask = "query ($id: ID!) { order(id: $id) { status total { amount currency } } }"
    assert client.data(ask, ann.token, id=placed["id"])["order"] == {"status": "CONFIRMED", "total": total}
    opened = "mutation { openCart(input: {}) { ... on OpenCartSuccess { cart { subtotal { currency } } } } }"
    assert client.data(opened, ann.token)["openCart"]["cart"]["subtotal"]["currency"] == "EUR"
    assert client.data(opened)["openCart"]["cart"]["subtotal"]["currency"] == "GBP"
    assert client.data(f"{{ {PRICES} }}")["product"]["price"] == {"amount": 1000, "currency": "GBP"}


def test_changing_a_carts_currency_lists_items_without_a_price(transport, ann):
    with acting.as_service("demo"):
        pounds = [common.Money(amount=700, currency="GBP")]
        jug = catalog.ProductInput(sku="JUG", name="A jug", prices=pounds, status=catalog.ProductStatus.PUBLISHED)
        rpc.connect(catalog.CatalogService).put_products([jug], False)
    for sku in ("JUG", shop.sku(0)):
        client.ask_for(ADD, ann.token, {"sku": sku, "quantity": 1, "cart": None, "key": None})
    seen = "cart { subtotal { amount currency } changes { kind sku } lines { sku unitPrice { amount } } }"
    success = f"... on SetCartCurrencySuccess {{ {seen} }}"
    ask = f"mutation ($to: String!) {{ setCartCurrency(input: {{currency: $to}}) {{ {success} }} }}"
    changed = client.data(ask, ann.token, to="eur")["setCartCurrency"]["cart"]
    assert changed == {
        "subtotal": {"amount": 1200, "currency": "EUR"},
        "changes": [{"kind": "NO_PRICE", "sku": "JUG"}],
        "lines": [{"sku": "JUG", "unitPrice": None}, {"sku": "TS-000", "unitPrice": {"amount": 1200}}],
    }
    refused = place("half of it in euros", ann.token)
    assert (refused["__typename"], "JUG cannot be bought in EUR" in refused["message"]) == ("InvalidInput", True)
    assert client.data(ask, ann.token, to="GBP")["setCartCurrency"]["cart"]["subtotal"]["amount"] == 1700


def test_an_order_with_a_declined_card_is_rejected(ann):
    add(0, 1, ann.token)
    order = place("declined", ann.token, payment={"provider": "card", "token": "tok_decline"})["order"]
    assert order["status"] == "PENDING"
    progress.catch_up()
    seen = client.data(f"query ($id: ID!) {{ order(id: $id) {STATE} }}", ann.token, id=order["id"])["order"]
    assert (seen["status"], seen["paymentStatus"]) == ("REJECTED", "DECLINED")
    stock = client.data('{ product(sku: "TS-000") { stock { available reserved } } }')["product"]["stock"]
    assert stock == {"available": 5, "reserved": 0}


def test_a_repeated_key_adds_an_item_once(ann):
    assert add(0, 2, ann.token, key="a double click")["cart"]["itemCount"] == 2
    assert add(0, 2, ann.token, key="a double click")["cart"]["itemCount"] == 2


def test_a_cart_shows_changes_since_an_item_was_added(ann):
    add(0, 7, ann.token)
    with acting.as_service("demo"):
        price = catalog.PriceInput(sku="TS-000", money=common.Money(amount=900, currency="GBP"))
        rpc.connect(catalog.CatalogService).set_prices([price])
    changes = client.data(
        "{ cart { changes { kind available priceBefore { amount } priceNow { amount } product { name } } } }", ann.token
    )["cart"]["changes"]
    shown = {change["kind"]: change for change in changes}
    assert shown["PRICE_CHANGED"]["priceBefore"] == {"amount": 1000}
    assert shown["PRICE_CHANGED"]["priceNow"] == {"amount": 900}
    assert shown["NOT_ENOUGH"]["available"] == 5
    assert shown["NOT_ENOUGH"]["product"] == {"name": "Brass lamp 0"}


def test_staff_see_the_fields_for_staff(ann, sue):
    id_ = shop.order_id(ann)
    seen = client.data(
        f"""query ($id: ID!, $at: DateTime!) {{
          order(id: $id) {STATE}
          orders {{ totalCount }}
          revenue {{ orders goods {{ amount }} }}
          stockTotals {{ onHand reserved }}
          product(sku: "TS-000") {{
            stockAt(at: $at) {{ onHand }}
            stockMovements {{ nodes {{ kind reservedChange actor reference }} }}
            history {{ nodes {{ kind differences }} }}
            priceHistory {{ nodes {{ money {{ amount currency }} validFrom }} }}
          }}
          draft: product(sku: "DRAFT") {{ status }}
        }}""",
        sue.token,
        id=id_,
        at="2020-01-01T00:00:00Z",
    )
    assert seen["order"]["customer"]["id"]
    assert seen["orders"]["totalCount"] == 1
    assert seen["revenue"]["orders"] == 1
    assert seen["stockTotals"] == {"onHand": 5 * shop.PRODUCTS, "reserved": 1}
    assert seen["product"]["stockAt"] == {"onHand": 0}
    assert [one["kind"] for one in seen["product"]["stockMovements"]["nodes"]][-1] == "StockReceived"
    assert {one["kind"] for one in seen["product"]["history"]["nodes"]} >= {"ProductWritten", "ProductPublished"}
    assert len(seen["product"]["priceHistory"]["nodes"]) == 2
    assert seen["draft"] == {"status": "DRAFT"}


def test_products_are_filtered_by_the_values_of_facets(stocked):
    ask = """query ($filter: ProductFilterInput, $after: String) {
      products(filter: $filter, first: 3, after: $after, sort: PRICE_HIGH) {
        totalCount nodes { sku attributes { value } category { name } } pageInfo { hasNextPage endCursor }
        facets(codes: ["colour"]) { code values { value name count selected } }
      }
    }"""
    everything = client.ask_for(ask, "", {})["products"]
    facets = {facet["code"]: facet["values"] for facet in everything["facets"]}
    lamps = next(facet for facet in facets["category"] if facet["name"] == "Lamps")
    filter_ = {"categoryIds": [lamps["value"]], "attributes": [{"code": "colour", "values": ["Red", "Blue"]}]}
    found = client.ask_for(ask, "", {"filter": filter_})["products"]
    assert found["totalCount"] == 8
    assert {one["category"]["name"] for one in found["nodes"]} == {"Lamps"}
    assert {one["attributes"][0]["value"] for one in found["nodes"]} == {"Red", "Blue"}
    chosen = {
        one["value"]
        for facet in found["facets"]
        if facet["code"] == "colour"
        for one in facet["values"]
        if one["selected"]
    }
    assert chosen == {"Red", "Blue"}
    met, after = [], None
    for _ in range(3):
        page = client.ask_for(ask, "", {"filter": filter_, "after": after})["products"]
        met += [one["sku"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert len(set(met)) == 8
    assert met == sorted(met, reverse=True)
    assert page["pageInfo"]["hasNextPage"] is False


LINES = "id lines { id sku } changes { id kind sku }"


def test_a_cart_line_has_a_stable_id_that_its_owner_can_fetch(ann, ben):
    success = f"... on AddToCartSuccess {{ cart {{ {LINES} }} }}"
    add = f"mutation ($sku: String!) {{ addToCart(input: {{sku: $sku, quantity: 1}}) {{ {success} }} }}"
    client.data(add, ann.token, sku=shop.sku(1))
    added = client.data(add, ann.token, sku=shop.sku(0))["addToCart"]["cart"]
    shown = client.data(f"{{ cart {{ {LINES} }} }}", ann.token)["cart"]
    assert shown["lines"] == added["lines"]
    assert len({line["id"] for line in shown["lines"]}) == 2
    others = client.data(add, ben.token, sku=shop.sku(0))["addToCart"]["cart"]
    assert others["lines"][0]["id"] not in {line["id"] for line in shown["lines"]}
    node = "query ($id: ID!) { node(id: $id) { __typename id ... on CartLine { sku quantity } } }"
    for line in shown["lines"]:
        expected = {"__typename": "CartLine", "id": line["id"], "sku": line["sku"], "quantity": 1}
        assert client.data(node, ann.token, id=line["id"]) == {"node": expected}
        assert client.data(node, ben.token, id=line["id"]) == client.data(node, id=line["id"]) == {"node": None}


def test_a_line_change_has_an_id(ann):
    add = "mutation ($sku: String!) { addToCart(input: {sku: $sku, quantity: 5}) { __typename } }"
    for number in (0, 1):
        client.data(add, ann.token, sku=shop.sku(number))
    with acting.as_staff("catalog"):
        rpc.connect(catalog.CatalogService).archive_products([shop.sku(0), shop.sku(1)])
    first, again = (client.data(f"{{ cart {{ {LINES} }} }}", ann.token)["cart"]["changes"] for _ in range(2))
    assert first == again
    assert {one["kind"] for one in first} == {"NOT_ON_SALE"}
    assert len({one["id"] for one in first}) == len(first) == 2


def test_an_unknown_cart_token_finds_no_cart(stocked):
    assert client.data('{ cart(token: "made up") { id } }') == {"cart": None}
