"""The journey of a visitor who consents, until it is in the figures: a search, a recommendation, a cart and an order."""

import datetime as dt
import json
import time
import uuid
from collections.abc import Callable
from typing import NamedTuple

import orjson

from apps.gateway import tracking
from idl import platform
from tests import acting
from tests.journeys import figures
from tests.journeys.shop import TIMEOUT_SECONDS, OneProcess, Shop, order_input
from thriftshop import rpc

TRACK = "mutation ($input: TrackInput!) { track(input: $input) { __typename ... on TrackSuccess { accepted } } }"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SCRIPT = "import json; from tests.journeys import figures; print(json.dumps(figures.of({sku!r}, {term!r})))"


class Analytics(NamedTuple):
    """The process that hosts analytics: runs a script, which takes seconds, and knows whether a visitor has ordered."""

    run: Callable[[str], str]
    has_ordered: Callable[[str], bool]


def look_around_and_order(shop: Shop, analytics: Analytics | None = None) -> None:
    """All of it; without `analytics` the figures are read in this process."""
    shop.stock_up(2)
    shop.person("ann")
    visitor, session, term = (
        f"visitor-{shop.mark}-{uuid.uuid4().hex[:8]}",
        f"session-of-{shop.mark}",
        f"lamp {shop.mark}",
    )
    cart = shop.act("openCart", {"currency": "GBP"}, "... on OpenCartSuccess { token cart { id } }")
    track(
        shop,
        visitor,
        session,
        ("pageViewed", {"path": "/lamps"}),
        ("searchPerformed", {"query": term, "results": 1}),
        ("recommendationsDisplayed", {"placement": "home", "skus": [shop.sku(0), shop.sku(1)]}),
        ("recommendationClicked", {"placement": "home", "sku": shop.sku(0)}),
        ("productViewed", {"sku": shop.sku(0)}),
        ("productViewed", {"sku": shop.sku(1)}),
        ("checkoutStepReached", {"step": "PAYMENT"}),
        cartId=cart["cart"]["id"],
    )
    shop.act("addToCart", {"sku": shop.sku(0), "quantity": 2, "cartToken": cart["token"]})
    order = order_input(f"visitor {shop.mark}", cartToken=cart["token"], email=shop.email("vi"))
    assert "order" in shop.act("placeOrder", order, "... on PlaceOrderSuccess { order { number } }")
    if analytics:
        until(lambda: analytics.has_ordered(visitor))
    shop.catch_up()
    until(lambda: has_figures(analytics, shop.sku(0), term))


def track(shop: Shop, visitor: str, session: str, *events: tuple[str, dict], **fields: object) -> None:
    """Track events as a browser does."""
    before, now = ends(), dt.datetime.now(dt.UTC).isoformat()
    sent = [
        {"id": uuid.uuid4().hex, "kind": kind, "occurredAt": now, "properties": json.dumps(properties)}
        for kind, properties in events
    ]
    values = {"visitorId": visitor, "sessionId": session, "consent": "ANALYTICS", "sentAt": now, "events": sent}
    body = orjson.dumps({"query": TRACK, "variables": {"input": values | fields}})
    headers = {"user_agent" if isinstance(shop.door, OneProcess) else "user-agent": BROWSER}
    answer = orjson.loads(shop.door.send(body, "", **headers))
    assert answer["data"]["track"] == {"__typename": "TrackSuccess", "accepted": len(events)}
    if isinstance(shop.door, OneProcess):
        tracking.BUFFER.flush()
    until(lambda: ends() != before)
    # What happens to the cart before its session is known is recorded by a job once a minute.
    shop.catch_up()


def ends() -> object:
    """Where the events of visitors end."""
    with acting.as_service("demo"):
        return rpc.connect(platform.PlatformService, at="analytics").get_ends("analytics")


def has_figures(analytics: Analytics | None, sku: str, term: str) -> bool:
    """Whether staff see what happened, everything counted once."""
    found = json.loads(analytics.run(SCRIPT.format(sku=sku, term=term))) if analytics else figures.of(sku, term)
    of_the_shop = [found.pop(name) for name in ("visits with an order", "attributed orders", "logins")]
    expected = {"searches": 1, "Goods ordered": 2_000, "Views": 1, "Added to carts": 1}
    return bool(found == expected and min(of_the_shop) >= 1)


def until(holds: Callable[[], bool]) -> None:
    """Wait for what happens later; the limit only prevents a broken test from hanging."""
    limit = time.monotonic() + TIMEOUT_SECONDS
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.05)
