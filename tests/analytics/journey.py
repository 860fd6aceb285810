"""Visitors of every kind: pages, searches, recommendations, a cart, a checkout and an order."""

from idl import cart
from tests import acting
from tests.analytics import visitors
from tests.orders import buying, shop
from tests.orders.shop import COAT, LAMP, TEAPOT
from thriftshop import clock, rpc
from thriftshop.events import progress

MINUTE = 60_000
BUYER, LOOKER = "visitor-of-the-cart", "visitor-who-looks-on"


def cart_of(token: str) -> str:
    """The id of a guest's cart."""
    with acting.as_stranger():
        return rpc.connect(cart.CartService).get_cart(cart.CartRef(token=token)).id


def send(visitor: str, *events, session: str = visitors.SESSION) -> None:
    """Track events that were sent now."""
    now = clock.now()
    visitors.track(visitors.batch(*events, visitor=visitor, session=session, sent_at=now, received_at=now))


def look_around(visitor: str, number: int = 100, session: str = visitors.SESSION) -> None:
    """View pages and products, search, and click a recommendation."""
    at = clock.now() - 10 * MINUTE
    send(
        visitor,
        visitors.tracked(number, at=at, path="/", referrer="search.example"),
        visitors.tracked(number + 1, "search_performed", at=at + 1_000, query="Kettle", results=0),
        visitors.tracked(
            number + 2, "search_performed", at=at + 2_000, query="teapot", results=1, refined_from="kettle"
        ),
        visitors.tracked(number + 3, "product_viewed", at=at + MINUTE, sku=TEAPOT),
        visitors.tracked(number + 4, "recommendations_displayed", at=at + MINUTE, placement="cart", skus=[LAMP, COAT]),
        visitors.tracked(number + 5, "recommendation_clicked", at=at + 2 * MINUTE, placement="cart", sku=LAMP),
        session=session,
    )


def buy(visitor: str = BUYER, email: str = "vi@example.org"):
    """Fill a cart before the shop knows whose it is, reach the checkout, and order; returns the order."""
    token = buying.guest_cart({TEAPOT: 2})
    progress.catch_up()
    used = visitors.tracked(200, "cart_used", at=clock.now(), cart_id=cart_of(token))
    step = visitors.tracked(201, "checkout_step_reached", at=clock.now(), step="PAYMENT")
    send(visitor, used, step)
    progress.catch_up()
    with acting.as_stranger():
        buying.fill({LAMP: 1}, token)
        placed = shop.shop().place(buying.buy(cart_token=token, email=email))
    progress.catch_up()
    return placed


def happen() -> None:
    """Two visitors: one buys, in the second session of the day, and the other looks on."""
    look_around(BUYER, session="session-before-that")
    look_around(BUYER, number=300)
    look_around(LOOKER)
    buy()
