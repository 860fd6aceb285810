"""A small shop for tests of the gateway, filled through the contracts, and its customers and staff."""

import re
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.core import mail

from idl import catalog, common, inventory, sessions, users
from tests import acting
from tests.gateway import client
from thriftshop import rpc
from thriftshop.events import progress

PASSWORD = "a lamp from the attic"
PRODUCTS = 24
LOG_IN = """mutation ($email: String!, $password: String!, $cartToken: String, $device: String) {
  logIn(input: {email: $email, password: $password, cartToken: $cartToken, device: $device}) {
    __typename
    ... on LogInSuccess { token session { id device current } user { id name } cart { itemCount mergeNotice { strategy } } }
    ... on Refusal { code message }
  }
}"""
REFUSAL = "__typename ... on Refusal { code message }"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, logged in."""

    id: str
    email: str
    token: str


def stock_up(products: int = PRODUCTS) -> None:
    """Two categories below one, with priced and published products, five pieces of each; and a draft."""
    with acting.as_service("demo"):
        shop, stock = rpc.connect(catalog.CatalogService), rpc.connect(inventory.InventoryService)
        home = shop.put_category(None, catalog.CategoryInput(name="Home"))
        below = [
            shop.put_category(None, catalog.CategoryInput(name=name, parent_id=home.id)) for name in ("Lamps", "Chairs")
        ]
        shop.put_products([product(number, below[number % 2].id) for number in range(products)], False)
        shop.put_products([catalog.ProductInput(sku="DRAFT", name="Not yet")], False)
        stock.receive(
            "first", [inventory.StockLine(sku=sku(number), quantity=5) for number in range(products)], None, None
        )
    progress.catch_up()


def sku(number: int) -> str:
    """The SKU of the product of this number."""
    return f"TS-{number:03}"


def product(number: int, category_id: str) -> catalog.ProductInput:
    """A product at ten pounds and as many pence as its number."""
    return catalog.ProductInput(
        sku=sku(number),
        name=f"{'Brass lamp' if number % 2 == 0 else 'Oak chair'} {number}",
        category_id=category_id,
        attributes=[catalog.Attribute(code="colour", name="Colour", value=("Green", "Red", "Blue")[number % 3])],
        prices=[
            common.Money(amount=1_000 + number, currency="GBP"),
            common.Money(amount=1_200 + number, currency="EUR"),
        ],
        status=catalog.ProductStatus.PUBLISHED,
    )


def someone(name: str, *, staff: bool = False) -> Person:
    """A person with an account, logged in on a device."""
    email = f"{name}@example.com"
    if staff:
        get_user_model().objects.create_superuser(email, PASSWORD, name=name)
    else:
        with acting.as_service("demo"):
            brought = users.UserImport(email=email, name=name, password=PASSWORD)
            rpc.connect(users.UsersService).import_users([brought])
    return logged_in(email)


def logged_in(email: str, password: str = PASSWORD) -> Person:
    """The person with this account, logged in again."""
    with acting.as_stranger():
        login = rpc.connect(sessions.SessionsService).log_in(email, password, "a test", None)
    return Person(login.viewer.id, email, login.token)


def token_from_mail() -> str:
    """The token in the link of the last e-mail."""
    match = re.search(r"#token=(\S+)", mail.outbox[-1].body)
    assert match, mail.outbox[-1].body
    return match[1]


def order_id(person: Person, *, key: str = "an order of one", number: int = 0) -> str:
    """The global id of a confirmed order for one lamp."""
    added = client.data(
        "mutation ($sku: String!) { addToCart(input: {sku: $sku, quantity: 1}) "
        "{ ... on AddToCartSuccess { cart { itemCount } } } }",
        person.token,
        sku=sku(number),
    )
    assert added["addToCart"]["cart"]["itemCount"] >= 1
    placed = client.data(PLACE, person.token, input=order_input(key))["placeOrder"]
    progress.catch_up()
    return str(placed["order"]["id"])


PLACE = """mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    __typename
    ... on PlaceOrderSuccess {
      order { id number status paymentStatus nextStatuses cancellable total { amount currency } lines { number sku quantity } }
    }
    ... on InsufficientStock { sku available product { name } }
    ... on TotalChanged { total { amount } }
    ... on IdempotencyConflict { earlierOrder { id } }
    ... on Refusal { code message }
  }
}"""


def order_input(key: str, **changes: object) -> dict[str, object]:
    """What is needed to place an order, as GraphQL has it."""
    address = {"name": "Ann Miller", "lines": ["12 Mill Lane"], "city": "York", "postcode": "YO1 7HD", "country": "GB"}
    return {
        "idempotencyKey": key,
        "payment": {"provider": "card", "token": "tok_ok"},
        "shippingAddress": address,
        **changes,
    }
