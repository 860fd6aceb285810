"""A short load on a running shop, so that every metric has values; run in a process of its own as the driver `demo`."""

import itertools
import json
import time

import httpx

from idl import catalog, users
from tests import acting
from tests.experiments import steps
from tests.orders import shop
from thriftshop import rpc

LIST = "{ products(first: 3) { nodes { sku name price { amount } stock { available } } } }"
PAGE = '{ product(sku: "%s") { name boughtTogether(first: 2) { edges { node { sku } } } } }'
INVALID = "{ nothing }"
OPEN = 'mutation { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token } } }'
ADD = 'mutation { addToCart(input: {sku: "%s", quantity: 1, cartToken: "%s"}) { __typename } }'
LOG_IN = 'mutation { logIn(input: {email: "%s", password: "%s"}) { ... on LogInSuccess { token } } }'
CHANGE = 'mutation { changePassword(input: {oldPassword: "%s", newPassword: "%s"}) { __typename } }'
TRACK = """mutation ($input: TrackInput!) { track(input: $input) { __typename } }"""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PASSWORD = "a lamp from the attic"
ROUNDS = 6
"""Each has all kinds of events, so that some are seen between two scrapes, which are two seconds apart."""
REST_SECONDS = 1.0


def run(gateway: str) -> None:
    """Sell, ship, decline a card, log in and browse, again and again for some seconds."""
    shop.open_shop(stock=500)
    shop.receive({"RARE": 1})
    for number, sku in zip(range(ROUNDS), itertools.cycle(shop.PRICES), strict=False):
        shop.receive({f"CRATE-{number}": 5})
        _trade(sku, number)
        for query in (LIST, PAGE % sku, INVALID) * 3:
            _post(gateway, query)
        cart = _post(gateway, OPEN)["data"]["openCart"]["token"]
        _post(gateway, ADD % (sku, cart))
        _customer(gateway, f"ann-{number}@shop.example")
        _track(gateway, sku, number)
        _experiment(number)


def _customer(gateway: str, email: str) -> None:
    """Register, log in and change the password, which ends other sessions."""
    with acting.as_service("demo"):
        rpc.connect(users.UsersService).import_users([users.UserImport(email=email, name="Ann", password=PASSWORD)])
    token = _post(gateway, LOG_IN % (email, PASSWORD))["data"]["logIn"]["token"]
    assert "errors" not in _post(gateway, CHANGE % (PASSWORD, f"{PASSWORD} again"), token)


def _track(gateway: str, sku: str, number: int) -> None:
    """A visitor looks at a product; one event is invalid."""
    now = "2026-01-01T12:00:00Z"
    properties = {"productViewed": json.dumps({"sku": sku}), "danced": "{}"}
    events = [
        {"id": f"event-{number}-{kind}", "kind": kind, "occurredAt": now, "properties": text}
        for kind, text in properties.items()
    ]
    batch = {"visitorId": f"visitor-{number:08}", "sessionId": f"session-{number:08}", "consent": "ANALYTICS"}
    body = {"query": TRACK, "variables": {"input": {**batch, "sentAt": now, "events": events}}}
    answer = httpx.post(f"{gateway}/graphql", json=body, headers={"User-Agent": BROWSER}, timeout=60)
    assert "errors" not in answer.json()


def _experiment(number: int) -> None:
    """A flag is started, seen and stopped."""
    flag = f"button-{number}"
    steps.start(flag)
    steps.expose(steps.exposure(f"visitor-{number:08}", flag=flag))
    steps.do("stop_flag", flag, "enough was seen")


def _trade(sku: str, number: int) -> None:
    with acting.as_service("demo"):
        price, published = shop.gbp(shop.PRICES[sku]), catalog.ProductStatus.PUBLISHED
        changed = catalog.ProductInput(sku=sku, name=f"{sku} of week {number}", prices=[price], status=published)
        rpc.connect(catalog.CatalogService).put_products([changed], False)
    order = shop.place((sku, 2))
    shop.place((sku, 1), token="tok_decline")
    time.sleep(REST_SECONDS)
    shop.ship(order.id)


def _post(gateway: str, query: str, token: str = "") -> dict:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(f"{gateway}/graphql", json={"query": query}, headers=headers, timeout=60)
    content: dict = answer.json()
    return content
