"""What the gateway follows: changes for its cache and for subscriptions, and the ends of sessions."""

from functools import partial

from apps.gateway import cache, flags, tokens
from apps.gateway.schema.subscriptions import customer
from idl import orders
from thriftshop.events import Recorded, envelope
from thriftshop.events.broadcast import Subscription
from thriftshop.graphql import live

PRODUCT_KINDS = frozenset({"ProductWritten", "ProductPublished", "ProductArchived", "PriceChanged"})
CATEGORY_KINDS = frozenset({"CategoryWritten", "CategoryRemoved"})
# The others change no account.
USER_KINDS = frozenset(envelope.kinds("users")) - {
    "UserRegistered",
    "RegistrationRepeated",
    "PasswordResetRequested",
    "VerificationRequested",
}
# Adjustments are bookings without an order.
ORDER_KINDS = frozenset(envelope.kinds("orders")) - {"AdjustmentBooked"}


def product_changed(record: Recorded) -> None:
    """Drop the product from the cache, then wake its subscriptions, which read it again."""
    cache.drop_product(record)
    live.notify(record)


def level_changed(record: Recorded) -> None:
    """Drop the stock level from the cache, then wake its subscriptions, which read it again."""
    cache.drop_level(record)
    live.notify(record)


def order_changed(record: Recorded) -> None:
    """Wake the subscriptions of an order; a new one is announced to those of its customer."""
    placed = record.event if isinstance(record.event, orders.OrderPlaced) else None
    live.notify(record, *([customer(placed.customer_id)] if placed and placed.customer_id else []))


def session_ended(record: Recorded) -> None:
    """Refuse the token of a session, and close its connections."""
    tokens.CHECKED.drop(record.event.id)
    live.end_session(record.event.id, record.recorded_at)


# Not exposures, of which there are many.
# What visitors do changes no flag.
VISITOR_KINDS = {"VariantExposed", "VisitorClaimed", "VisitorOrdered", "OperationsMeasured"}
FLAG_KINDS = frozenset(envelope.kinds("experiments")) - VISITOR_KINDS

SUBSCRIPTIONS = [
    Subscription("gateway.products", "catalog", product_changed, PRODUCT_KINDS),
    Subscription("gateway.categories", "catalog", cache.drop_categories, CATEGORY_KINDS),
    Subscription("gateway.levels", "inventory", level_changed),
    Subscription("gateway.orders", "orders", order_changed, ORDER_KINDS),
    # Carts change most often; nothing but subscriptions needs their events.
    Subscription("gateway.carts", "cart", live.notify, is_wanted=partial(live.is_followed, "cart")),
    Subscription(flags.SUBSCRIPTION, "experiments", flags.changed, FLAG_KINDS),
    Subscription("gateway.users", "users", cache.drop_account, USER_KINDS),
    Subscription(
        tokens.SUBSCRIPTION,
        "sessions",
        session_ended,
        frozenset({"SessionEnded"}),
        patience=tokens.CURRENT_SECONDS / 4,
    ),
]
