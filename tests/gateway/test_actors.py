"""Actors are shown by name, never by id; an order has the e-mail address of its customer."""

import orjson
import pytest

from idl import catalog, common, inventory, orders, users
from tests import acting
from tests.gateway import client, shop
from thriftshop import rpc
from thriftshop.events import progress
from thriftshop.graphql import global_ids

pytestmark = pytest.mark.django_db
TIMELINE = "query ($id: ID!) { order(id: $id) { email timeline { nodes { kind actor } } } }"
STOCK = 'product(sku: "TS-000") { stockMovements { nodes { actor kind } } }'
LEDGER = f'{{ {STOCK} other: product(sku: "TS-000") {{ history {{ nodes {{ actor }} }} priceHistory {{ nodes {{ actor }} }} }} }}'


def timeline(order_id, token):
    """The kinds and actors of an order's timeline."""
    order = client.data(TIMELINE, token, id=order_id)["order"]
    return [(entry["kind"], entry["actor"]) for entry in order["timeline"]["nodes"]]


def ship(order_id, staff):
    with acting.as_staff("orders", staff.id):
        rpc.connect(orders.OrdersService).ship("a parcel", global_ids.decode("Order", order_id), [], None)
    progress.catch_up()


def test_a_timeline_shows_names_to_staff_and_the_shop_to_customers(ann, sue):
    order_id = shop.order_id(ann)
    ship(order_id, sue)
    seen = dict(timeline(order_id, ann.token))
    assert (seen["OrderPlaced"], seen["OrderShipped"], seen["OrderConfirmed"]) == ("you", "shop", "shop")
    tom = shop.someone("tom", staff=True)
    seen = dict(timeline(order_id, tom.token))
    assert (seen["OrderPlaced"], seen["OrderShipped"]) == ("ann (ann@example.com)", "sue (sue@example.com)")
    assert dict(timeline(order_id, sue.token))["OrderShipped"] == "you"
    assert seen["OrderConfirmed"] == "orders"


def test_ledger_history_and_prices_name_the_member_of_staff(ann, sue):
    with acting.as_staff("inventory", sue.id):
        stock = [inventory.StockLine(sku="TS-000", quantity=1)]
        rpc.connect(inventory.InventoryService).receive("again", stock, None, None)
    with acting.as_staff("catalog", sue.id):
        price = catalog.PriceInput(sku="TS-000", money=common.Money(amount=900, currency="GBP"))
        rpc.connect(catalog.CatalogService).set_prices([price])
    progress.catch_up()
    tom = shop.someone("tom", staff=True)
    for viewer, name in ((tom, "sue (sue@example.com)"), (sue, "you")):
        seen = client.data(LEDGER, viewer.token)
        for entries in (
            seen["product"]["stockMovements"],
            seen["other"]["history"],
            seen["other"]["priceHistory"],
        ):
            assert {entry["actor"] for entry in entries["nodes"]} == {name, "demo"}
    prices = client.data('{ product(sku: "TS-000") { priceHistory { nodes { actor } } } }', ann.token)
    assert {price["actor"] for price in prices["product"]["priceHistory"]["nodes"]} == {None}


def test_all_names_of_a_timeline_are_loaded_in_one_call(ann, sue, monkeypatch):
    order_id = shop.order_id(ann)
    ship(order_id, sue)
    tom = shop.someone("tom", staff=True)
    lookups = []
    hosted = users_service()

    def get_users(self, ids):
        lookups.append(sorted(ids))
        return real(self, ids)

    real = hosted.get_users
    monkeypatch.setattr(hosted, "get_users", get_users)
    client.data("query ($id: ID!) { order(id: $id) { timeline { nodes { actor } } } }", tom.token, id=order_id)
    assert lookups == [sorted([ann.id, sue.id])]


def users_service():
    from apps.users.service import Service

    return Service


def test_an_erased_user_is_shown_as_a_former_user(ann, sue):
    order_id = shop.order_id(ann)
    ship(order_id, sue)
    with acting.as_customer(ann.id):
        rpc.connect(users.UsersService).erase_account(shop.PASSWORD)
    progress.catch_up()
    assert dict(timeline(order_id, sue.token))["OrderPlaced"] == "a former user"


def test_a_customers_order_has_the_customers_email_address(ann, ben, sue):
    order_id = shop.order_id(ann)
    for viewer in (ann, sue):
        assert client.data(TIMELINE, viewer.token, id=order_id)["order"]["email"] == "ann@example.com"


def test_refusals_contain_no_ids(ann, ben):
    order_id = shop.order_id(ann)
    raw = global_ids.decode("Order", order_id)
    for document in (
        'mutation ($id: ID!) { cancelOrder(input: {id: $id, reason: "x"}) { ... on Refusal { message } } }',
        "mutation ($id: ID!) { reorder(input: {id: $id}) { ... on Refusal { message } } }",
        'mutation ($id: ID!) { returnOrder(input: {id: $id, key: "k", reason: "x", lines: []}) { ... on Refusal { message } } }',
        "query ($id: ID!) { orders(filter: {customerId: $id}) { totalCount } }",
    ):
        answer = orjson.dumps(client.ask(document, ben.token, id=order_id)).decode()
        assert raw not in answer


def test_customers_do_not_see_the_actor_and_the_reason_of_a_price(ann, sue):
    with acting.as_staff("catalog", sue.id):
        money = common.Money(amount=900, currency="GBP")
        price = catalog.PriceInput(sku="TS-000", money=money, reason="the end of a season")
        rpc.connect(catalog.CatalogService).set_prices([price])
    prices = '{ product(sku: "TS-000") { priceHistory(last: 1) { nodes { reason actor } } } }'
    seen = [client.data(prices, who.token)["product"]["priceHistory"]["nodes"] for who in (ann, sue)]
    assert seen == [[{"reason": None, "actor": None}], [{"reason": "the end of a season", "actor": "you"}]]
