"""A customer's whole way by GraphQL alone: browse, sign up, buy, watch, send back, come again, leave."""

import json

import pytest
from django.core import mail

from idl import orders
from tests import acting
from tests.gateway import client, shop
from thriftshop import rpc
from thriftshop.events import bus
from thriftshop.graphql import global_ids

pytestmark = pytest.mark.django_db

WATCH = """query ($id: ID!) { order(id: $id) {
  number status paymentStatus nextStatuses cancellable refunded { amount }
  lines { number sku quantity shipped returned product { name } }
  returns { reason refund { amount } }
  timeline { nodes { kind summary } }
} }"""
CART = (
    "cart { itemCount subtotal { amount currency } lines { sku quantity product { name } } mergeNotice { strategy } }"
)


def act(field, arguments, selection, bearer="", **variables):
    """Runs one mutation and gives its result; a variable is given with its type."""
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in variables.items())
    document = (
        f"mutation {f'({declared})' if declared else ''} {{ {field}{arguments} {{ {shop.REFUSAL} {selection} }} }}"
    )
    values = {name: value for name, (_, value) in variables.items()}
    return client.ask_for(document, bearer, values)[field]


def browse():
    shown = client.data(
        """{
          categories(rootsOnly: true) { nodes { id name slug children { nodes { name productCount } } } }
          products(filter: {query: "lamp", priceMax: {amount: 1010, currency: "GBP"}}, sort: PRICE_LOW, first: 3) {
            totalCount facets { code values { name count } } pageInfo { hasNextPage endCursor }
            nodes { sku slug name price { amount } stock { available } category { name path { name } } }
          }
        }"""
    )
    assert [one["name"] for one in shown["categories"]["nodes"]] == ["Home"]
    assert {one["name"]: one["productCount"] for one in shown["categories"]["nodes"][0]["children"]["nodes"]} == {
        "Lamps": 12,
        "Chairs": 12,
    }
    found = shown["products"]
    assert [one["price"]["amount"] for one in found["nodes"]] == [1000, 1002, 1004]
    assert found["totalCount"] == 6
    assert [one["name"] for one in found["nodes"][0]["category"]["path"]] == ["Home", "Lamps"]
    assert {facet["code"] for facet in found["facets"]} >= {"category", "price", "colour"}
    chosen = client.data(
        'query ($slug: String!) { product(slug: $slug) { sku price(currency: "EUR") { amount } } }',
        slug=found["nodes"][0]["slug"],
    )
    assert chosen["product"] == {"sku": "TS-000", "price": {"amount": 1200}}


def fill_a_guests_cart():
    opened = act("openCart", '(input: {currency: "GBP"})', "... on OpenCartSuccess { token cart { itemCount } }")
    token = opened["token"]
    for sku, quantity in (("TS-000", 2), ("TS-001", 1), ("TS-002", 1)):
        added = act(
            "addToCart",
            "(input: {sku: $sku, quantity: $quantity, cartToken: $token})",
            f"... on AddToCartSuccess {{ {CART} }}",
            sku=("String!", sku),
            quantity=("Int!", quantity),
            token=("String", token),
        )
    assert added["cart"]["itemCount"] == 4
    removed = act(
        "removeFromCart",
        '(input: {sku: "TS-002", cartToken: $token})',
        f"... on RemoveFromCartSuccess {{ {CART} }}",
        token=("String", token),
    )
    assert [line["sku"] for line in removed["cart"]["lines"]] == ["TS-000", "TS-001"]
    return token


def sign_up():
    signed = act(
        "signUp",
        '(input: {email: "ann@example.com", password: $password, name: "Ann"})',
        "... on SignUpSuccess { done: message }",
        password=("String!", shop.PASSWORD),
    )
    assert signed["__typename"] == "SignUpSuccess"
    bus.drain()
    verified = act(
        "verifyEmail",
        "(input: {token: $token})",
        "... on VerifyEmailSuccess { done: message }",
        token=("String!", shop.token_from_mail()),
    )
    assert verified["__typename"] == "VerifyEmailSuccess"
    bus.drain()


def test_a_customer_goes_the_whole_way(transport, stocked):
    browse()
    guest = fill_a_guests_cart()
    sign_up()

    login = client.data(
        shop.LOG_IN, email="ann@example.com", password=shop.PASSWORD, cartToken=guest, device="Firefox on Linux"
    )["logIn"]
    assert login["__typename"] == "LogInSuccess"
    assert (login["user"]["name"], login["session"]["current"], login["cart"]["itemCount"]) == ("Ann", True, 3)
    token = login["token"]

    cart = client.data(f"{{ {CART} }}", token)["cart"]
    assert cart["subtotal"] == {"amount": 3001, "currency": "GBP"}
    placed = client.data(shop.PLACE, token, input=shop.order_input("ann's first order"))["placeOrder"]["order"]
    assert (placed["status"], placed["cancellable"]) == ("PENDING", True)
    again = client.data(shop.PLACE, token, input=shop.order_input("ann's first order"))["placeOrder"]["order"]
    assert again["id"] == placed["id"]
    bus.drain()

    order = client.data(WATCH, token, id=placed["id"])["order"]
    assert (order["status"], order["paymentStatus"]) == ("CONFIRMED", "AUTHORISED")
    assert client.data(f"{{ {CART} }}", token)["cart"]["itemCount"] == 0
    assert any(placed["number"] in message.subject + message.body for message in mail.outbox)

    cancel_another_order(token)
    send_back_and_reorder(token, placed["id"])
    be_recommended(token)
    keep_addresses(token)
    keep_devices(token)
    change_passwords(token)


def cancel_another_order(token):
    act("addToCart", '(input: {sku: "TS-004", quantity: 1})', f"... on AddToCartSuccess {{ {CART} }}", token)
    order = client.data(shop.PLACE, token, input=shop.order_input("ann's second order"))["placeOrder"]["order"]
    bus.drain()
    cancelled = act(
        "cancelOrder",
        '(input: {id: $id, reason: "Found one in the attic."})',
        "... on CancelOrderSuccess { order { status reason nextStatuses } }",
        token,
        id=("ID!", order["id"]),
    )
    assert cancelled["order"] == {"status": "CANCELLED", "reason": "Found one in the attic.", "nextStatuses": []}
    bus.drain()
    shown = client.data('{ product(sku: "TS-004") { stock { available reserved } } }')["product"]["stock"]
    assert shown == {"available": 5, "reserved": 0}


def send_back_and_reorder(token, id_):
    with acting.as_service("demo"):
        rpc.connect(orders.OrdersService).ship("parcel one", global_ids.decode("Order", id_), [], None)
    bus.drain()
    order = client.data(WATCH, token, id=id_)["order"]
    assert (order["status"], order["paymentStatus"]) == ("SHIPPED", "CAPTURED")
    returned = act(
        "returnOrder",
        '(input: {key: "ann returns", id: $id, lines: [{number: 1, quantity: 1}], reason: "It flickers."})',
        "... on ReturnOrderSuccess { order { returns { reason restocked refund { amount } } } }",
        token,
        id=("ID!", id_),
    )
    assert returned["order"]["returns"] == [{"reason": "It flickers.", "restocked": False, "refund": {"amount": 1000}}]
    bus.drain()
    order = client.data(WATCH, token, id=id_)["order"]
    assert (order["paymentStatus"], order["refunded"]["amount"]) == ("PARTLY_REFUNDED", 1000)
    assert len(order["timeline"]["nodes"]) >= 6
    again = act("reorder", "(input: {id: $id})", f"... on ReorderSuccess {{ {CART} }}", token, id=("ID!", id_))
    assert {line["sku"]: line["quantity"] for line in again["cart"]["lines"]} == {"TS-000": 2, "TS-001": 1}


def be_recommended(token):
    edges = "(first: 3) { edges { reason score node { sku } } }"
    shown = client.data(
        f'{{ product(sku: "TS-000") {{ boughtTogether{edges} }} cart {{ recommendations{edges} }}'
        f" recommendations{edges} popular{edges} }}",
        token,
    )
    together = shown["product"]["boughtTogether"]["edges"]
    assert together[0] == {"reason": "bought_together", "score": together[0]["score"], "node": {"sku": "TS-001"}}
    assert {edge["node"]["sku"] for edge in shown["popular"]["edges"]} >= {"TS-000", "TS-001"}
    assert not {edge["node"]["sku"] for edge in shown["cart"]["recommendations"]["edges"]} & {"TS-000", "TS-001"}
    assert shown["recommendations"]["edges"] is not None


def keep_addresses(token):
    put = act(
        "putAddress",
        '(input: {address: {name: "Ann", lines: ["12 Mill Lane"], city: "York", postcode: "YO1 7HD", country: "GB"},'
        ' label: "Home", isDefault: true})',
        "... on PutAddressSuccess { address { id label isDefault address { city } } }",
        token,
    )["address"]
    assert (put["label"], put["isDefault"], put["address"]["city"]) == ("Home", True, "York")
    found = client.data(
        "query ($id: ID!) { node(id: $id) { ... on UserAddress { label } } viewer { addresses { id } } }",
        token,
        id=put["id"],
    )
    assert found == {"node": {"label": "Home"}, "viewer": {"addresses": [{"id": put["id"]}]}}
    act("removeAddress", "(input: {id: $id})", "", token, id=("ID!", put["id"]))
    profile = act(
        "updateProfile",
        '(input: {name: "Ann Miller", settings: [{key: "newsletter", value: "true"}]})',
        "... on UpdateProfileSuccess { user { name addresses { id } settings { key value } } }",
        token,
    )["user"]
    assert (profile["name"], profile["addresses"]) == ("Ann Miller", [])
    assert {"key": "newsletter", "value": "true"} in profile["settings"]


def keep_devices(token):
    for device in ("Safari on iPhone", "Edge on Windows"):
        client.data(shop.LOG_IN, email="ann@example.com", password=shop.PASSWORD, device=device)
    devices = client.data("{ sessions { nodes { id device current } } }", token)["sessions"]["nodes"]
    assert {(one["device"], one["current"]) for one in devices} == {
        ("Firefox on Linux", True),
        ("Safari on iPhone", False),
        ("Edge on Windows", False),
    }
    phone = next(one["id"] for one in devices if "iPhone" in one["device"])
    assert (
        act("revokeSession", "(input: {id: $id})", "", token, id=("ID!", phone))["__typename"] == "RevokeSessionSuccess"
    )
    assert act("revokeOtherSessions", "", "... on RevokeOtherSessionsSuccess { count }", token)["count"] == 1
    assert len(client.data("{ sessions { nodes { id } } }", token)["sessions"]["nodes"]) == 1


def change_passwords(token):
    export = json.loads(client.data("{ dataExport }", token)["dataExport"])
    assert "ann@example.com" in str(export)
    wrong = act(
        "changePassword", '(input: {oldPassword: "not it at all", newPassword: "two chairs and a table"})', "", token
    )
    assert wrong["code"] == "WRONG_CREDENTIALS"
    weak = act(
        "changePassword",
        '(input: {oldPassword: $old, newPassword: "password"})',
        "... on WeakPassword { problems }",
        token,
        old=("String!", shop.PASSWORD),
    )
    assert weak["problems"]
    changed = act(
        "changePassword",
        '(input: {oldPassword: $old, newPassword: "two chairs and a table"})',
        "",
        token,
        old=("String!", shop.PASSWORD),
    )
    assert changed["__typename"] == "ChangePasswordSuccess"
    act("requestPasswordReset", '(input: {email: "ann@example.com"})', "")
    bus.drain()
    reset = act(
        "resetPassword",
        '(input: {token: $token, newPassword: "three pots of blue paint"})',
        "",
        token=("String!", shop.token_from_mail()),
    )
    assert reset["__typename"] == "ResetPasswordSuccess"
    bus.drain()
    assert client.code("{ viewer { name } }", token) == "UNAUTHENTICATED"
    token = client.data(shop.LOG_IN, email="ann@example.com", password="three pots of blue paint")["logIn"]["token"]
    assert act("logOut", "", "", token)["__typename"] == "LogOutSuccess"
    assert client.code("{ viewer { name } }", token) == "UNAUTHENTICATED"
    token = client.data(shop.LOG_IN, email="ann@example.com", password="three pots of blue paint")["logIn"]["token"]
    erased = act("eraseAccount", '(input: {password: "three pots of blue paint"})', "", token)
    assert erased["__typename"] == "EraseAccountSuccess"
    bus.drain()
    assert client.code("{ viewer { name } }", token) == "UNAUTHENTICATED"
    gone = client.data(shop.LOG_IN, email="ann@example.com", password="three pots of blue paint")["logIn"]
    assert gone["code"] == "LOGIN_FAILED"
