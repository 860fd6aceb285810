"""Access to every query and mutation: by a stranger, the owner, another customer and staff, to one customer's data.

A root field that is not in the table fails the tests.
"""

from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from apps.gateway.schema import SCHEMA
from apps.orders.service.guests import make_token
from idl import cart, common, orders, sessions, users
from tests import acting
from tests.conftest import forget
from tests.gateway import client, shop
from thriftshop import rpc
from thriftshop.events import progress
from thriftshop.graphql import global_ids

pytestmark = pytest.mark.django_db

WHO = ("a stranger", "the owner", "another customer", "staff")
ANYBODY = ("data",) * 4
STAFF = ("FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "data")
LOGGED_IN = ("UNAUTHENTICATED", "data", "data", "data")
OWNER_AND_STAFF = ("null", "data", "null", "data")

# The operation on Ann's things, and what a stranger, Ann, Ben and Sue get.
QUERIES = {
    "recommendations": ("recommendations { nodes { sku } }", ANYBODY),
    "popular": ("popular { nodes { sku } }", ANYBODY),
    "cart": ("cart { itemCount }", LOGGED_IN),
    "product": ('product(sku: "TS-000") { name }', ANYBODY),
    "products": ("products { nodes { name } }", ANYBODY),
    "stockTotals": ("stockTotals { skus }", STAFF),
    "category": ('category(slug: "home") { name }', ANYBODY),
    "categories": ("categories { nodes { name } }", ANYBODY),
    "sessions": ("sessions { nodes { id } }", LOGGED_IN),
    "node": ("node(id: $order) { id }", OWNER_AND_STAFF),
    "nodes": ("nodes(ids: [$order, $user]) { id }", OWNER_AND_STAFF),
    "order": ("order(id: $order) { number }", OWNER_AND_STAFF),
    "guestOrder": ("guestOrder(number: $guestNumber, cartToken: $guestToken) { number }", ANYBODY),
    "guestOrderByLink": ("guestOrderByLink(token: $guestLink) { number }", ANYBODY),
    "orders": (
        "orders(filter: {customerId: $user}) { nodes { id } }",
        ("UNAUTHENTICATED", "data", "FORBIDDEN", "data"),
    ),
    "revenue": ("revenue { net { amount } }", STAFF),
    "viewer": ("viewer { email }", ("null", "data", "data", "data")),
    "dataExport": ("dataExport", LOGGED_IN),
}
# Fields below the root that not everybody may see.
BELOW = {
    "a draft": ('product(sku: "DRAFT") { name }', ("null", "null", "null", "data")),
    "a user": ("node(id: $user) { ... on User { email } }", OWNER_AND_STAFF),
    "an address": ("node(id: $address) { ... on UserAddress { label } }", ("null", "data", "null", "null")),
    "a session": ("node(id: $session) { ... on Session { device } }", ("null", "data", "null", "null")),
    "a cart": ("node(id: $cart) { ... on Cart { itemCount } }", ("null", "data", "null", "null")),
    "a product's history": ('product(sku: "TS-000") { history { nodes { kind } } }', STAFF),
    "a product's stock in the past": (
        'product(sku: "TS-000") { stockAt(at: "2026-01-01T00:00:00Z") { onHand } }',
        STAFF,
    ),
    "a product's movements": ('product(sku: "TS-000") { stockMovements { nodes { kind } } }', STAFF),
    "a product's prices": ('product(sku: "TS-000") { priceHistory { nodes { money { amount } } } }', ANYBODY),
}
YES = ("Success",) * 4
MINE = ("Unauthenticated", "Success", "Success", "Success")
HERS = ("NotFound", "Success", "NotFound", "Success")
HERS_ALONE = ("Unauthenticated", "Success", "NotFound", "NotFound")
ADDRESS = '{name: "A", lines: ["1 Mill Lane"], city: "York", postcode: "YO1 7HD", country: "GB"}'
MUTATIONS = {
    "openCart": ('(input: {currency: "GBP"})', YES),
    "addToCart": ('(input: {sku: "TS-001", quantity: 1})', MINE),
    "addItemsToCart": ('(input: {items: [{sku: "TS-001", quantity: 1}]})', MINE),
    "setCartQuantity": ('(input: {sku: "TS-001", quantity: 2})', MINE),
    "removeFromCart": ('(input: {sku: "TS-001"})', MINE),
    "clearCart": ("(input: {})", MINE),
    "setCartCurrency": ('(input: {currency: "EUR"})', MINE),
    "mergeCart": ("(input: {cartToken: $otherGuestToken})", MINE),
    "placeOrder": (
        f'(input: {{idempotencyKey: "another order", payment: {{provider: "invoice"}}, shippingAddress: {ADDRESS}}})',
        ("Unauthenticated", "Success", "EmptyCart", "EmptyCart"),
    ),
    "cancelOrder": ('(input: {id: $order, reason: "Changed my mind."})', HERS),
    "returnOrder": (
        '(input: {key: "a return", id: $shipped, lines: [{number: 1, quantity: 1}], reason: "It is broken."})',
        HERS,
    ),
    "reorder": ("(input: {id: $order})", HERS),
    "requestGuestAccess": ('(input: {number: "TS-AAAAAAAA", email: "gus@example.com"})', YES),
    "signUp": ('(input: {email: "eve@example.com", password: "seven grey umbrellas", name: "Eve"})', YES),
    "verifyEmail": ('(input: {token: "made up"})', ("InvalidToken",) * 4),
    "resendVerification": ("", MINE),
    "updateProfile": ('(input: {name: "Another"})', MINE),
    "putAddress": (f"(input: {{id: $address, address: {ADDRESS}}})", HERS_ALONE),
    "removeAddress": ("(input: {id: $address})", HERS_ALONE),
    "changePassword": (f'(input: {{oldPassword: "{shop.PASSWORD}", newPassword: "seven grey umbrellas"}})', MINE),
    "requestPasswordReset": ('(input: {email: "ann@example.com"})', YES),
    "resetPassword": ('(input: {token: "made up", newPassword: "seven grey umbrellas"})', ("InvalidToken",) * 4),
    "deactivateAccount": ("", MINE),
    "eraseAccount": (
        f'(input: {{password: "{shop.PASSWORD}"}})',
        ("Unauthenticated", "OpenOrders", "Success", "Success"),
    ),
    "logIn": (f'(input: {{email: "ann@example.com", password: "{shop.PASSWORD}"}})', YES),
    "logOut": ("", MINE),
    "revokeSession": ("(input: {id: $session})", ("Unauthenticated", "Success", "NotFound", "Success")),
    "revokeOtherSessions": ("", MINE),
    "track": (
        '(input: {visitorId: "visitor-0000000001", sessionId: "session-0000000001", consent: ACCOUNT,'
        ' sentAt: "2026-01-01T00:00:00Z", events: []})',
        YES,
    ),
}
TYPES = dict.fromkeys(("guestNumber", "guestToken", "guestLink", "otherGuestToken"), "String!")


# The tokens of a guest give access to the order to anyone who has them, and to nobody else.
GUESTS = {
    "cancelOrder": '(input: {{id: $guestsOrder, reason: "Changed my mind.", guest: {guest}}})',
    "returnOrder": '(input: {{key: "r", id: $guestsOrder, lines: [], reason: "Broken.", guest: {guest}}})',
    "reorder": "(input: {{id: $guestsOrder, cartToken: $otherGuestToken, guest: {guest}}})",
}
SHOWN = {
    "{linkToken: $guestLink}": ("Success", "NotAllowedNow", "Success"),
    "{cartToken: $guestToken}": ("Success", "NotAllowedNow", "Success"),
    "{cartToken: $otherGuestToken}": ("NotFound",) * 3,
    '{linkToken: "made up"}': ("NotFound",) * 3,
    "{}": ("NotFound",) * 3,
}


@pytest.mark.parametrize("guest", SHOWN)
def test_a_guest_accesses_an_order_with_its_link_or_its_cart_token(scene, guest):
    met = tuple(
        outcome(run_field("mutation", f"{name}{arguments.format(guest=guest)} {{ __typename }}", scene, 0))
        for name, arguments in GUESTS.items()
    )
    assert met == SHOWN[guest]


def test_every_root_field_is_in_the_table():
    assert set(QUERIES) == set(SCHEMA.query_type.fields)
    assert set(MUTATIONS) == set(SCHEMA.mutation_type.fields)


@dataclass(frozen=True, slots=True)
class Scene:
    """The four who ask, and Ann's things."""

    tokens: tuple[str, str, str, str]
    things: dict[str, str]


@pytest.fixture
def scene(ann, ben, sue):
    shipped, order = (
        shop.order_id(ann, key=f"an order of ann's {key}", number=number) for number, key in ((0, "a"), (1, "b"))
    )
    with acting.as_service("demo"):
        rpc.connect(orders.OrdersService).ship("a parcel", global_ids.decode("Order", shipped), [], None)
    progress.catch_up()
    with acting.as_customer(ann.id):
        address = rpc.connect(users.UsersService).put_address(None, an_address(), "Home", True)
        own = rpc.connect(cart.CartService).add_item(cart.CartRef(), cart.CartItem(sku="TS-002", quantity=1), None)
        session = rpc.connect(sessions.SessionsService).get_sessions()[0]
    guests_id, number, token = a_guests_order()
    with acting.as_stranger():
        another = rpc.connect(cart.CartService).open_guest_cart("GBP").token
    things = {
        "order": order,
        "shipped": shipped,
        "user": global_ids.encode("User", ann.id),
        "address": global_ids.encode("UserAddress", address.id),
        "session": global_ids.encode("Session", session.id),
        "cart": global_ids.encode("Cart", own.id),
        "guestNumber": number,
        "guestToken": token,
        "guestLink": make_token(guests_id),
        "guestsOrder": global_ids.encode("Order", guests_id),
        "otherGuestToken": another,
    }
    return Scene(("", ann.token, ben.token, sue.token), things)


def an_address():
    return common.Address(name="Ann", lines=["12 Mill Lane"], city="York", postcode="YO1 7HD", country="GB")


def a_guests_order():
    """A guest's order: its id, its number, and the token of the cart that it was bought with."""
    with acting.as_stranger():
        opened = rpc.connect(cart.CartService).open_guest_cart("GBP")
        ref = cart.CartRef(token=opened.token)
        rpc.connect(cart.CartService).add_item(ref, cart.CartItem(sku="TS-003", quantity=1), None)
        request = orders.PlaceOrder(
            idempotency_key="a guest's order",
            cart_token=opened.token,
            email="guest@example.com",
            payment=orders.PaymentMethod(provider="card", token="tok_ok"),
            shipping_address=an_address(),
        )
        placed = rpc.connect(orders.OrdersService).place(request)
    progress.catch_up()
    return placed.id, placed.number, opened.token


def run_field(kind, text, scene, who):
    """Run an operation as one of the four, and undo what it did."""
    used = {name: value for name, value in scene.things.items() if f"${name}" in text}
    declared = ", ".join(f"${name}: {TYPES.get(name, 'ID!')}" for name in used)
    before = transaction.savepoint()
    try:
        return client.ask(
            f"{kind} {f'({declared})' if declared else ''} {{ asked: {text} }}", scene.tokens[who], **used
        )
    finally:
        transaction.savepoint_rollback(before)
        connection.needs_rollback = False
        forget()


def outcome(answer):
    """`data`, `null`, the code of the error, or the kind of the result."""
    if answer.get("errors"):
        return answer["errors"][0]["extensions"]["code"]
    found = answer["data"]["asked"]
    if found is None or (isinstance(found, list) and not any(found)):
        return "null"
    kind = found.get("__typename", "data") if isinstance(found, dict) else "data"
    return "Success" if kind.endswith("Success") else kind


@pytest.mark.parametrize("who", range(4), ids=WHO)
def test_each_viewer_may_do_exactly_what_the_table_lists(scene, who):
    expected, met = {}, {}
    for name, (text, outcomes) in {**QUERIES, **BELOW}.items():
        expected[name], met[name] = outcomes[who], outcome(run_field("query", text, scene, who))
    for name, (arguments, outcomes) in MUTATIONS.items():
        expected[name], met[name] = (
            outcomes[who],
            outcome(run_field("mutation", f"{name}{arguments} {{ __typename }}", scene, who)),
        )
    assert met == expected


def test_every_viewer_sees_only_their_own_orders(scene):
    seen = [client.ask("{ orders { totalCount } }", token)["data"]["orders"] for token in scene.tokens[1:]]
    assert [found["totalCount"] for found in seen] == [2, 0, 3]


def test_fields_that_a_guest_may_not_see_are_null_without_an_error(scene):
    shown = client.ask_for(
        """query ($number: String!, $token: String!) {
          guestOrder(number: $number, cartToken: $token) { status timeline { totalCount } customer { name } }
        }""",
        "",
        {"number": scene.things["guestNumber"], "token": scene.things["guestToken"]},
    )
    assert shown == {"guestOrder": {"status": "CONFIRMED", "timeline": None, "customer": None}}


@pytest.mark.parametrize("number", ["TS-AAAAAAAA", "", "x" * 10_000])
def test_a_guests_order_requires_its_number_and_its_token(scene, number):
    ask = "query ($number: String!, $token: String!) { guestOrder(number: $number, cartToken: $token) { number } }"
    right, token = scene.things["guestNumber"], scene.things["guestToken"]
    opened = {"guestOrder": {"number": right}}
    assert client.ask_for(ask, "", {"number": right, "token": token}) == opened
    assert client.ask_for(ask, "", {"number": right, "token": scene.things["otherGuestToken"]}) == {"guestOrder": None}
    assert client.ask_for(ask, "", {"number": number, "token": token}) == {"guestOrder": None}
