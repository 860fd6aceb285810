"""The answer of each operation while a service is unavailable. Operations that are not listed are not affected."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

import idl

SERVICES = tuple(name for name in settings.ALL_CONTEXTS if idl.thrift_file(f"idl.{name}"))
# What customers read does not depend on these.
UNREAD = frozenset({"analytics", "experiments"})
# What a field that needs a service says while it is away.
CODES = frozenset({"SERVICE_UNAVAILABLE", "DEADLINE_EXCEEDED"})

Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A query: `without` says what is null while a service is away, each with an error of its own.

    `*` stands for every item of a list; a path after `~` is null without an error, for what is above it tells; one after
    `?` needs it too, and shows so where a slow service answered for what is above it and not again; one after `=` is
    answered from memory for a minute.
    """

    document: str
    without: Mapping[str, Paths] = field(default_factory=dict)
    as_ann: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """A mutation: refused while one of the services that it `needs` is away, and done else.

    `first` are mutations that make it possible; `look` is a query whose answer must be the same after a refusal;
    `without` says what is null of what is done nevertheless. Each has a customer, a guest's cart and an order of its own.
    """

    document: str
    needs: frozenset[str]
    look: str
    first: tuple[str, ...] = ()
    without: Mapping[str, Paths] = field(default_factory=dict)
    as_ann: bool = False


CART = """{ itemCount subtotal { amount } charges { amount { amount } } total { amount } changes { kind }
  lines { sku quantity unitPrice { amount } available product { name } } recommendations(first: 3) { nodes { sku } } }"""
CART_WITHOUT = {
    "cart": ("cart",),
    "catalog": (
        "cart.subtotal",
        "cart.charges",
        "cart.total",
        "~cart.lines.*.unitPrice",
        "cart.lines.*.product",
        "cart.recommendations.nodes.*",
    ),
    "inventory": ("cart.lines.*.available",),
    "recommender": ("cart.recommendations",),
}

READS = {
    "a product's page": Read(
        """product(sku: $sku) { name price { amount } stock { available } category { name path { name } }
          boughtTogether(first: 3) { nodes { name } } }""",
        {
            "catalog": ("product", "?product.category", "?product.boughtTogether.nodes.*"),
            "inventory": ("product.stock",),
            "recommender": ("=product.boughtTogether",),
        },
    ),
    "a list with facets and stock": Read(
        """products(filter: {query: $mark}, first: 3, sort: NAME) { totalCount facets { code values { name count } }
          nodes { sku name price { amount } stock { available } category { name } } }""",
        {
            "catalog": ("products", "?products.facets", "?products.nodes.*.category"),
            "inventory": ("products.nodes.*.stock",),
        },
    ),
    "the categories": Read(
        "categories(rootsOnly: true, first: 100) { nodes { name children { nodes { name productCount } } } }",
        {"catalog": ("categories",)},
    ),
    "what sells": Read(
        "popular(first: 3) { edges { reason node { name stock { available } } } }",
        {
            "recommender": ("popular",),
            "catalog": ("popular.edges.*.node",),
            "inventory": ("popular.edges.*.node.stock",),
        },
    ),
    "things by their ids": Read(
        "nodes(ids: [$product, $order]) { id ... on Product { name } ... on Order { number } }",
        {"catalog": ("nodes.0",), "orders": ("nodes.1",), "sessions": ("nodes.1",)},
        as_ann=True,
    ),
    "a product's page, logged in": Read(
        "product(sku: $sku) { name price { amount } stock { available } }",
        {"catalog": ("product",), "inventory": ("product.stock",)},
        as_ann=True,
    ),
    "a guest's cart": Read(f"cart(token: $guest) {CART}", CART_WITHOUT),
    "one's own cart": Read(f"cart {CART}", {**CART_WITHOUT, "sessions": ("cart",)}, as_ann=True),
    "a guest's order": Read(
        "guestOrder(number: $number, cartToken: $sold) { number status lines { quantity product { name } } }",
        {"orders": ("guestOrder",), "cart": ("guestOrder",), "catalog": ("guestOrder.lines.*.product",)},
    ),
    "oneself and one's orders": Read(
        "viewer { name addresses { label } orders(first: 3) { totalCount nodes { number status } } }",
        {"users": ("viewer",), "sessions": ("viewer",), "orders": ("viewer.orders",)},
        as_ann=True,
    ),
    "an order": Read(
        """order(id: $order) { number status total { amount } customer { name }
          lines { quantity product { name stock { available } } } timeline { nodes { kind } } }""",
        {
            "orders": ("order",),
            "sessions": ("order",),
            "users": ("order.customer",),
            "catalog": ("order.lines.*.product",),
            "inventory": ("order.lines.*.product.stock",),
        },
        as_ann=True,
    ),
    "the orders": Read(
        "orders(first: 3) { totalCount nodes { number } }",
        {"orders": ("orders",), "sessions": ("orders",)},
        as_ann=True,
    ),
    "one's devices": Read("sessions { nodes { id device current } }", {"sessions": ("sessions",)}, as_ann=True),
    "what one may like": Read(
        "recommendations(first: 3) { edges { score node { name } } }",
        {
            "recommender": ("recommendations",),
            "sessions": ("recommendations",),
            "catalog": ("recommendations.edges.*.node",),
        },
        as_ann=True,
    ),
}

GUEST_LINES = "cart(token: $guest) { lines { sku quantity } }"
OWN_LINES = "cart { lines { sku quantity } }"
REFUSAL = "... on Refusal { code message }"
FILL_OWN = f"addToCart(input: {{sku: $sku, quantity: 1}}) {{ __typename {REFUSAL} }}"
FILL_GUESTS = f"addToCart(input: {{sku: $sku, quantity: 1, cartToken: $guest}}) {{ __typename {REFUSAL} }}"
PLACE = (
    f"placeOrder(input: $place) {{ __typename {REFUSAL} ... on PlaceOrderSuccess {{ order {{ id number status }} }} }}"
)
LOG_IN = f"""logIn(input: {{email: $email, password: $password}}) {{ __typename {REFUSAL}
  ... on LogInSuccess {{ token user {{ name }} cart {{ itemCount }} }} }}"""


def needs(*services: str) -> frozenset[str]:
    """Whose absence stops a write."""
    return frozenset(services)


WRITES = {
    "to track what a visitor does": Write(
        f"""track(input: {{visitorId: "visitor-0000000001", sessionId: "session-0000000001", consent: ANALYTICS,
          sentAt: "2026-01-01T00:00:00Z", events: [{{id: "event-000001", kind: "pageViewed",
          occurredAt: "2026-01-01T00:00:00Z", properties: "{{\\"path\\": \\"/\\"}}"}}]}}) {{ __typename {REFUSAL} }}""",
        needs(),
        look=GUEST_LINES,
    ),
    "to open a cart": Write(
        f'openCart(input: {{currency: "GBP"}}) {{ __typename {REFUSAL} }}', needs("cart"), look=GUEST_LINES
    ),
    "to put something into a guest's cart": Write(FILL_GUESTS, needs("cart", "catalog"), look=GUEST_LINES),
    "to take something out of it": Write(
        f"removeFromCart(input: {{sku: $sku, cartToken: $guest}}) {{ __typename {REFUSAL} }}",
        needs("cart"),
        look=GUEST_LINES,
        first=(FILL_GUESTS,),
    ),
    "to set another currency": Write(
        f'setCartCurrency(input: {{currency: "EUR", cartToken: $guest}}) {{ __typename {REFUSAL} }}',
        needs("cart", "catalog"),
        look="cart(token: $guest) { version }",
        first=(FILL_GUESTS,),
    ),
    "to put something into one's own": Write(
        FILL_OWN, needs("cart", "catalog", "sessions"), look=OWN_LINES, as_ann=True
    ),
    "to place an order": Write(
        PLACE,
        needs("orders", "cart", "catalog", "sessions"),
        look="orders { totalCount } cart { itemCount }",
        first=(FILL_OWN,),
        as_ann=True,
    ),
    "to call an order off": Write(
        f'cancelOrder(input: {{id: $placed, reason: "No room."}}) {{ __typename {REFUSAL} }}',
        needs("orders", "sessions"),
        look="order(id: $placed) { status reason }",
        first=(FILL_OWN, PLACE),
        as_ann=True,
    ),
    "to order again": Write(
        f"reorder(input: {{id: $placed}}) {{ __typename {REFUSAL} }}",
        needs("orders", "cart", "catalog", "sessions"),
        look=OWN_LINES,
        first=(FILL_OWN, PLACE),
        as_ann=True,
    ),
    "to ask for a link to a guest's order": Write(
        f'requestGuestAccess(input: {{number: "TS-AAAAAAAA", email: "gus@example.com"}}) {{ __typename {REFUSAL} }}',
        needs("orders"),
        look=GUEST_LINES,
    ),
    "to log in": Write(
        LOG_IN,
        needs("sessions", "users"),
        look="sessions { totalCount }",
        without={"cart": ("logIn.cart",)},
    ),
    "to change one's name": Write(
        f"updateProfile(input: {{name: $name}}) {{ __typename {REFUSAL} }}",
        needs("users", "sessions"),
        look="viewer { name }",
        as_ann=True,
    ),
    "to keep an address": Write(
        f"""putAddress(input: {{label: $name, address: {{name: "Ann", lines: ["1 Mill Lane"], city: "York",
          postcode: "YO1 7HD", country: "GB"}}}}) {{ __typename {REFUSAL} }}""",
        needs("users", "sessions"),
        look="viewer { addresses { label } }",
        as_ann=True,
    ),
    "to log the other devices out": Write(
        f"revokeOtherSessions {{ __typename {REFUSAL} }}",
        needs("sessions"),
        look="sessions { totalCount }",
        first=(LOG_IN,),
        as_ann=True,
    ),
}
