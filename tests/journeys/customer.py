"""A customer's journey by GraphQL alone: browse, sign up, order, track, return, order again, erase the account."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from idl import orders
from tests import acting
from tests.journeys.shop import PASSWORD, Separate, order_input
from thriftshop import rpc
from thriftshop.graphql import global_ids

LOG_IN = """mutation ($input: LogInInput!) {
  logIn(input: $input) {
    __typename
    ... on LogInSuccess { token session { id device current } user { id name } cart { itemCount mergeNotice { strategy } } }
    ... on Refusal { code message }
  }
}"""
PLACED = "... on PlaceOrderSuccess { order { id number status cancellable } }"
WATCH = """query ($id: ID!) { order(id: $id) {
  number status paymentStatus nextStatuses cancellable refunded { amount }
  lines { number sku quantity shipped returned product { name } }
  returns { reason refund { amount } }
  timeline { nodes { kind summary } }
} }"""
CART = (
    "cart { itemCount subtotal { amount currency } lines { sku quantity product { name } } mergeNotice { strategy } }"
)
ADDRESS = {"name": "Ann", "lines": ["12 Mill Lane"], "city": "York", "postcode": "YO1 7HD", "country": "GB"}
NEW_PASSWORD = "three pots of blue paint"


def log_in(shop, password=PASSWORD, **more):
    return shop.data(LOG_IN, input={"email": shop.email("ann"), "password": password, **more})["logIn"]


def browse(shop, lamps):
    shown = shop.data(
        """query ($lamps: ID!, $words: String!) {
          categories(rootsOnly: true, first: 100) { nodes { id name slug children { nodes { name productCount } } } }
          products(filter: {query: $words, categoryIds: [$lamps], priceMax: {amount: 1010, currency: "GBP"}},
                   sort: PRICE_LOW, first: 3) {
            totalCount facets { code values { name count } } pageInfo { hasNextPage endCursor }
            nodes { sku slug name price { amount } stock { available } category { name path { name } } }
          }
        }""",
        lamps=global_ids.encode("Category", lamps.id),
        words="lamp",
    )
    home = next(one for one in shown["categories"]["nodes"] if one["name"] == f"Home {shop.mark}")
    assert {one["name"]: one["productCount"] for one in home["children"]["nodes"]} == {
        f"Lamps {shop.mark}": 6,
        f"Chairs {shop.mark}": 6,
    }
    found = shown["products"]
    assert [one["price"]["amount"] for one in found["nodes"]] == [1000, 1002, 1004]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (6, True)
    assert {one["stock"]["available"] for one in found["nodes"]} == {5}
    assert [one["name"] for one in found["nodes"][0]["category"]["path"]] == [f"Home {shop.mark}", f"Lamps {shop.mark}"]
    assert {facet["code"] for facet in found["facets"]} >= {"price", "colour"}
    chosen = shop.data(
        'query ($slug: String!) { product(slug: $slug) { sku price(currency: "EUR") { amount } } }',
        slug=found["nodes"][0]["slug"],
    )
    assert chosen["product"] == {"sku": shop.sku(0), "price": {"amount": 1200}}


def fill_a_guests_cart(shop):
    opened = shop.act("openCart", {"currency": "GBP"}, "... on OpenCartSuccess { token cart { itemCount } }")
    token = opened["token"]
    for number, quantity in ((0, 2), (1, 1), (2, 1)):
        added = shop.act(
            "addToCart",
            {"sku": shop.sku(number), "quantity": quantity, "cartToken": token},
            f"... on AddToCartSuccess {{ {CART} }}",
        )
    assert added["cart"]["itemCount"] == 4
    removed = shop.act(
        "removeFromCart", {"sku": shop.sku(2), "cartToken": token}, f"... on RemoveFromCartSuccess {{ {CART} }}"
    )
    assert [line["sku"] for line in removed["cart"]["lines"]] == [shop.sku(0), shop.sku(1)]
    return token


def sign_up(shop):
    account = {"email": shop.email("ann"), "password": PASSWORD, "name": "Ann"}
    assert shop.act("signUp", account)["__typename"] == "SignUpSuccess"
    shop.catch_up()
    verified = shop.act("verifyEmail", {"token": shop.token_from_email("ann")})
    assert verified["__typename"] == "VerifyEmailSuccess"
    shop.catch_up()


def place(shop, token, key):
    return shop.act("placeOrder", order_input(f"{key} {shop.mark}"), PLACED, token)["order"]


def cancel_another_order(shop, token):
    shop.act("addToCart", {"sku": shop.sku(4), "quantity": 1}, "", token)
    order = place(shop, token, "ann's second order")
    shop.catch_up()
    cancelled = shop.act(
        "cancelOrder",
        {"id": order["id"], "reason": "Found one in the attic."},
        "... on CancelOrderSuccess { order { status reason nextStatuses } }",
        token,
    )
    assert cancelled["order"] == {"status": "CANCELLED", "reason": "Found one in the attic.", "nextStatuses": []}
    shop.catch_up()
    query = "query ($sku: String!) { product(sku: $sku) { stock { available reserved } } }"
    assert shop.data(query, sku=shop.sku(4))["product"]["stock"] == {"available": 5, "reserved": 0}


def send_back_and_reorder(shop, token, id_):
    with acting.as_service("demo"):
        rpc.connect(orders.OrdersService).ship(f"parcel {shop.mark}", global_ids.decode("Order", id_), [], "1Z 999")
    shop.catch_up()
    order = shop.data(WATCH, token, id=id_)["order"]
    assert (order["status"], order["paymentStatus"]) == ("SHIPPED", "CAPTURED")
    returned = shop.act(
        "returnOrder",
        {
            "key": f"ann returns {shop.mark}",
            "id": id_,
            "lines": [{"number": 1, "quantity": 1}],
            "reason": "It flickers.",
        },
        "... on ReturnOrderSuccess { order { returns { reason restocked refund { amount } } } }",
        token,
    )
    assert returned["order"]["returns"] == [{"reason": "It flickers.", "restocked": False, "refund": {"amount": 1000}}]
    shop.catch_up()
    order = shop.data(WATCH, token, id=id_)["order"]
    assert (order["paymentStatus"], order["refunded"]["amount"]) == ("PARTLY_REFUNDED", 1000)
    assert len(order["timeline"]["nodes"]) >= 6
    again = shop.act("reorder", {"id": id_}, f"... on ReorderSuccess {{ {CART} }}", token)
    assert {line["sku"]: line["quantity"] for line in again["cart"]["lines"]} == {shop.sku(0): 2, shop.sku(1): 1}


def be_recommended(shop, token, lamps):
    edges = "(first: 3) { edges { reason score node { sku } } }"
    shown = shop.data(
        f"query ($sku: String!, $lamps: ID!) {{ product(sku: $sku) {{ boughtTogether{edges} }}"
        f" cart {{ recommendations{edges} }} recommendations{edges}"
        " popular(categoryId: $lamps, first: 3) { edges { node { sku } } } }",
        token,
        sku=shop.sku(0),
        lamps=global_ids.encode("Category", lamps.id),
    )
    together = shown["product"]["boughtTogether"]["edges"]
    assert together[0] == {"reason": "bought_together", "score": together[0]["score"], "node": {"sku": shop.sku(1)}}
    assert shown["popular"]["edges"][0]["node"]["sku"] == shop.sku(0)
    in_cart = {shop.sku(0), shop.sku(1)}
    assert not {edge["node"]["sku"] for edge in shown["cart"]["recommendations"]["edges"]} & in_cart
    assert shown["recommendations"]["edges"] is not None


def keep_addresses(shop, token):
    put = shop.act(
        "putAddress",
        {"address": ADDRESS, "label": "Home", "isDefault": True},
        "... on PutAddressSuccess { address { id label isDefault address { city } } }",
        token,
    )["address"]
    assert (put["label"], put["isDefault"], put["address"]["city"]) == ("Home", True, "York")
    found = shop.data(
        "query ($id: ID!) { node(id: $id) { ... on UserAddress { label } } viewer { addresses { id } } }",
        token,
        id=put["id"],
    )
    assert found == {"node": {"label": "Home"}, "viewer": {"addresses": [{"id": put["id"]}]}}
    assert shop.act("removeAddress", {"id": put["id"]}, "", token)["__typename"] == "RemoveAddressSuccess"
    profile = shop.act(
        "updateProfile",
        {"name": "Ann Miller", "settings": [{"key": "newsletter", "value": "true"}]},
        "... on UpdateProfileSuccess { user { name addresses { id } settings { key value } } }",
        token,
    )["user"]
    assert (profile["name"], profile["addresses"]) == ("Ann Miller", [])
    assert {"key": "newsletter", "value": "true"} in profile["settings"]


def keep_devices(shop, token):
    for device in ("Safari on iPhone", "Edge on Windows"):
        log_in(shop, device=device)
    devices = shop.data("{ sessions { nodes { id device current } } }", token)["sessions"]["nodes"]
    assert {(device["device"], device["current"]) for device in devices} == {
        ("Firefox on Linux", True),
        ("Safari on iPhone", False),
        ("Edge on Windows", False),
    }
    phone = next(device["id"] for device in devices if "iPhone" in device["device"])
    assert shop.act("revokeSession", {"id": phone}, "", token)["__typename"] == "RevokeSessionSuccess"
    revoked = shop.act("revokeOtherSessions", {}, "... on RevokeOtherSessionsSuccess { count }", token)
    assert revoked["count"] == 1
    assert len(shop.data("{ sessions { nodes { id } } }", token)["sessions"]["nodes"]) == 1


def change_passwords(shop, token):
    export = json.loads(shop.data("{ dataExport }", token)["dataExport"])
    assert shop.email("ann") in str(export)
    wrong = {"oldPassword": "not it at all", "newPassword": "two chairs and a table"}
    assert shop.act("changePassword", wrong, "", token)["code"] == "WRONG_CREDENTIALS"
    weak = {"oldPassword": PASSWORD, "newPassword": "password"}
    assert shop.act("changePassword", weak, "... on WeakPassword { problems }", token)["problems"]
    good = {"oldPassword": PASSWORD, "newPassword": "two chairs and a table"}
    assert shop.act("changePassword", good, "", token)["__typename"] == "ChangePasswordSuccess"
    shop.act("requestPasswordReset", {"email": shop.email("ann")})
    shop.catch_up()
    reset = shop.act("resetPassword", {"token": shop.token_from_email("ann"), "newPassword": NEW_PASSWORD})
    assert reset["__typename"] == "ResetPasswordSuccess"
    shop.catch_up()
    assert shop.code("{ viewer { name } }", token) == "UNAUTHENTICATED"


def leave(shop):
    token = log_in(shop, NEW_PASSWORD)["token"]
    assert shop.act("logOut", {}, "", token)["__typename"] == "LogOutSuccess"
    assert shop.code("{ viewer { name } }", token) == "UNAUTHENTICATED"
    token = log_in(shop, NEW_PASSWORD)["token"]
    erased = shop.act("eraseAccount", {"password": NEW_PASSWORD}, "", token)
    assert erased["__typename"] == "EraseAccountSuccess"
    shop.catch_up()
    assert shop.code("{ viewer { name } }", token) == "UNAUTHENTICATED"
    assert log_in(shop, NEW_PASSWORD)["code"] == "LOGIN_FAILED"


def go_the_whole_way(shop):
    """From the first look to the last."""
    _, lamps, _ = shop.stock_up()
    browse(shop, lamps)
    guest = fill_a_guests_cart(shop)
    sign_up(shop)
    login = log_in(shop, cartToken=guest, device="Firefox on Linux")
    assert login["__typename"] == "LogInSuccess"
    assert (login["user"]["name"], login["session"]["current"], login["cart"]["itemCount"]) == ("Ann", True, 3)
    token = login["token"]
    cart = shop.data(f"{{ {CART} }}", token)["cart"]
    assert cart["subtotal"] == {"amount": 3001, "currency": "GBP"}

    placed = place(shop, token, "ann's first order")
    assert (placed["status"], placed["cancellable"]) == ("PENDING", True)
    assert place(shop, token, "ann's first order")["id"] == placed["id"]
    shop.catch_up()
    order = shop.data(WATCH, token, id=placed["id"])["order"]
    assert (order["status"], order["paymentStatus"]) == ("CONFIRMED", "AUTHORISED")
    assert shop.data(f"{{ {CART} }}", token)["cart"]["itemCount"] == 0
    assert any(placed["number"] in email.subject + email.body for email in shop.emails_to("ann"))

    cancel_another_order(shop, token)
    send_back_and_reorder(shop, token, placed["id"])
    be_recommended(shop, token, lamps)
    keep_addresses(shop, token)
    keep_devices(shop, token)
    change_passwords(shop, token)
    leave(shop)


def order_at_once(shop, buyers=8):
    """Send many orders of one cart at the same time, each with a key of its own: one buys it."""
    shop.stock_up(1)
    ann = shop.person("ann")
    shop.act("addToCart", {"sku": shop.sku(0), "quantity": 1}, token=ann.token)

    def place(number):
        return shop.act("placeOrder", order_input(f"{shop.mark} window {number}"), PLACED, ann.token)

    # In one process the tests' own transaction is this thread's alone: there the orders follow one another.
    at_once = buyers if isinstance(shop.door, Separate) else 0
    with ThreadPoolExecutor(at_once or 1) as pool:
        done = list(pool.map(place, range(buyers)) if at_once else map(place, range(buyers)))
    assert Counter(one["__typename"] for one in done) == {"PlaceOrderSuccess": 1, "EmptyCart": buyers - 1}
    shop.catch_up()
    seen = shop.data("{ orders { totalCount nodes { status } } cart { itemCount } }", ann.token)
    assert seen == {"orders": {"totalCount": 1, "nodes": [{"status": "CONFIRMED"}]}, "cart": {"itemCount": 0}}
