"""For every method, a call by which another viewer could try to reach a customer's data, and its required outcome."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from idl import analytics, cart, catalog, common, experiments, inventory, orders, sessions, users
from tests.experiments import steps
from thriftshop import rpc

NOT_FOUND = (common.NotFound,)
FORBIDDEN = (common.Forbidden,)


@dataclass(frozen=True, slots=True)
class CustomerData:
    """A customer's data: their identity, and the ids that another viewer may have learned."""

    user_id: str
    email: str
    address_id: str
    session_id: str
    cart_id: str
    order: orders.Order

    def marks(self) -> set[str]:
        """Values that no response to another viewer may contain."""
        order = {self.order.id, self.order.number}
        return {self.user_id, self.email, self.address_id, self.session_id, self.cart_id, "12 Mill Lane", *order}


@dataclass(frozen=True, slots=True)
class ForeignCall:
    """A call by another viewer with a customer's ids: it must raise one of `refusals` or, if there are none,
    answer without a trace of the customer."""

    args: Callable[[CustomerData], tuple[Any, ...]]
    refusals: tuple[type[Exception], ...] = ()


@dataclass(frozen=True, slots=True)
class ServicesOnly:
    """A method without access for viewers: the gateway is refused."""

    args: Callable[[CustomerData], tuple[Any, ...]] = field(default=lambda _: ())


def _ref(data: CustomerData) -> cart.CartRef:
    return cart.CartRef(token=data.cart_id)


def _stock(data: CustomerData) -> list[inventory.StockLine]:
    return [inventory.StockLine(sku=line.sku, quantity=1) for line in data.order.lines]


def _sku(data: CustomerData) -> str:
    return str(data.order.lines[0].sku)


def _tracked(data: CustomerData) -> analytics.TrackedBatch:
    """A visitor who claims to be the customer."""
    return analytics.TrackedBatch(
        visitor_id="another-visitor-01",
        session_id="another-session-01",
        consent=analytics.Consent.ACCOUNT,
        sent_at=1,
        received_at=1,
        events=[],
        customer_id=data.user_id,
    )


def _item(data: CustomerData) -> cart.CartItem:
    return cart.CartItem(sku=_sku(data), quantity=1)


def _order(data: CustomerData, **changes: Any) -> orders.PlaceOrder:
    return orders.PlaceOrder(
        idempotency_key="somebody else's key", payment=orders.PaymentMethod(provider="card", token="tok_ok"), **changes
    )


LINE = [orders.LineQuantity(number=1, quantity=1)]
POUND = common.Money(amount=100, currency="GBP")
PAGE = common.Page(first=100)
ADDRESS = common.Address(name="Ben", lines=["1 High Street"], city="Leeds", postcode="LS1 4DY", country="GB")
ANYTHING = catalog.ProductFilter()

CART: Mapping[str, ForeignCall | ServicesOnly] = {
    "open_guest_cart": ForeignCall(lambda a: ("GBP",)),
    "get_cart": ForeignCall(lambda a: (_ref(a),), NOT_FOUND),
    "add_item": ForeignCall(lambda a: (_ref(a), _item(a), None), NOT_FOUND),
    "add_items": ForeignCall(lambda a: (_ref(a), [_item(a)], None), NOT_FOUND),
    "set_quantity": ForeignCall(lambda a: (_ref(a), _sku(a), 0), NOT_FOUND),
    "remove_item": ForeignCall(lambda a: (_ref(a), _sku(a)), NOT_FOUND),
    "clear": ForeignCall(lambda a: (_ref(a),), NOT_FOUND),
    "set_currency": ForeignCall(lambda a: (_ref(a), "EUR"), NOT_FOUND),
    "merge": ForeignCall(lambda a: (a.cart_id,), NOT_FOUND),
    "check_out": ForeignCall(lambda a: (_ref(a), 1, [_item(a)], "an order", b""), (*NOT_FOUND, rpc.NotAllowed)),
    "put_back": ServicesOnly(lambda a: (a.cart_id, a.order.id)),
}
CATALOG: Mapping[str, ForeignCall | ServicesOnly] = {
    "get_products": ForeignCall(lambda a: ([_sku(a)],)),
    "get_products_by_slug": ForeignCall(lambda a: ([a.user_id],)),
    "find_products": ForeignCall(lambda a: (catalog.ProductFilter(query=a.email), catalog.ProductSort.RELEVANCE, PAGE)),
    "get_facets": ForeignCall(lambda a: (ANYTHING, [])),
    "get_categories": ForeignCall(lambda a: ()),
    "get_prices": ForeignCall(lambda a: ([_sku(a)], "GBP", None)),
    "get_price_history": ForeignCall(lambda a: (_sku(a),)),
    "get_product_history": ForeignCall(lambda a: (_sku(a),), FORBIDDEN),
    "put_products": ForeignCall(lambda a: ([catalog.ProductInput(sku=_sku(a), name="Mine")], False), FORBIDDEN),
    "publish_products": ForeignCall(lambda a: ([_sku(a)],), FORBIDDEN),
    "archive_products": ForeignCall(lambda a: ([_sku(a)],), FORBIDDEN),
    "set_prices": ForeignCall(lambda a: ([catalog.PriceInput(sku=_sku(a), money=POUND)],), FORBIDDEN),
    "put_category": ForeignCall(lambda a: (None, catalog.CategoryInput(name="Mine")), FORBIDDEN),
    "remove_category": ForeignCall(lambda a: ("home",), FORBIDDEN),
    "add_image": ForeignCall(lambda a: (_sku(a), b"", "A lamp"), FORBIDDEN),
    "get_media": ForeignCall(lambda a: ("catalog/00/none.png",), NOT_FOUND),
    "remove_image": ForeignCall(lambda a: (_sku(a), "1"), FORBIDDEN),
}
INVENTORY: Mapping[str, ForeignCall | ServicesOnly] = {
    "get_levels": ForeignCall(lambda a: ([_sku(a)],)),
    "get_levels_at": ForeignCall(lambda a: ([_sku(a)], 0), FORBIDDEN),
    "list_levels": ForeignCall(lambda a: (None, 10), FORBIDDEN),
    "get_totals": ForeignCall(lambda a: (), FORBIDDEN),
    "get_movements": ForeignCall(lambda a: (_sku(a), PAGE), FORBIDDEN),
    "receive": ForeignCall(lambda a: ("somebody else", _stock(a), None, None), FORBIDDEN),
    "reserve": ServicesOnly(lambda a: (a.order.id, _stock(a), 60, None)),
    "allocate": ServicesOnly(lambda a: (a.order.id, [_sku(a)])),
    "release": ServicesOnly(lambda a: (a.order.id, [_sku(a)], "mine now")),
    "release_lines": ServicesOnly(lambda a: ("somebody else", a.order.id, _stock(a), "mine now")),
    "ship": ServicesOnly(lambda a: ("somebody else", a.order.id, _stock(a))),
    "take_back": ServicesOnly(lambda a: ("somebody else", _stock(a), a.order.id, None)),
    "write_off": ForeignCall(lambda a: ("somebody else", _stock(a), "lost", None), FORBIDDEN),
    "count": ForeignCall(lambda a: ("somebody else", _sku(a), 1, "counted"), FORBIDDEN),
}
ORDERS: Mapping[str, ForeignCall | ServicesOnly] = {
    "place": ForeignCall(lambda a: (_order(a, customer_id=a.user_id),), FORBIDDEN),
    "get_orders": ForeignCall(lambda a: ([a.order.id],)),
    "get_guest_order": ForeignCall(lambda a: (a.order.number, a.cart_id), NOT_FOUND),
    "request_guest_access": ForeignCall(lambda a: (a.order.number, a.email, None)),
    "get_order_by_link": ForeignCall(lambda a: (a.order.id,), NOT_FOUND),
    "prepare_erasure": ServicesOnly(lambda a: (a.user_id,)),
    "abandon_erasure": ServicesOnly(lambda a: (a.user_id,)),
    "find_orders": ForeignCall(lambda a: (orders.OrderFilter(customer_id=a.user_id), PAGE), FORBIDDEN),
    "get_timeline": ForeignCall(lambda a: (a.order.id,), NOT_FOUND),
    "get_order_lines": ForeignCall(lambda a: (a.order.id, 0, 10), NOT_FOUND),
    "cancel": ForeignCall(lambda a: (a.order.id, "mine now"), NOT_FOUND),
    "cancel_lines": ForeignCall(lambda a: ("somebody else", a.order.id, LINE, "mine now"), FORBIDDEN),
    "ship": ForeignCall(lambda a: ("somebody else", a.order.id, [], None), FORBIDDEN),
    "return_lines": ForeignCall(lambda a: ("somebody else", a.order.id, LINE, "mine now", False, None), NOT_FOUND),
    "refund": ForeignCall(lambda a: ("somebody else", a.order.id, POUND, "mine now"), FORBIDDEN),
    "retry_step": ForeignCall(lambda a: (a.order.id,), FORBIDDEN),
    "book_adjustment": ForeignCall(
        lambda a: ("somebody else", orders.ChargeKind.MANUAL, "Mine now", POUND, a.user_id, a.order.id), FORBIDDEN
    ),
    "get_revenue": ForeignCall(lambda a: ("GBP", None, None), FORBIDDEN),
}
RECOMMENDER: Mapping[str, ForeignCall | ServicesOnly] = {
    "get_bought_together": ForeignCall(lambda a: (_sku(a), 10)),
    "get_for_cart": ForeignCall(lambda a: ([_sku(a)], 10)),
    "get_for_viewer": ForeignCall(lambda a: (10,)),
    "get_popular": ForeignCall(lambda a: (None, 10)),
}
SESSIONS: Mapping[str, ForeignCall | ServicesOnly] = {
    "log_in": ForeignCall(lambda a: (a.email, "not the password", "a device", None), (sessions.LoginFailed,)),
    "authenticate": ForeignCall(lambda a: (a.session_id,), (sessions.InvalidSession,)),
    "get_sessions": ForeignCall(lambda a: ()),
    "revoke": ForeignCall(lambda a: (a.session_id,), NOT_FOUND),
    "revoke_others": ForeignCall(lambda a: ()),
    "log_out": ForeignCall(lambda a: (a.session_id,)),
    "count_attempt": ServicesOnly(lambda a: (a.email, None)),
    "forgive_attempts": ServicesOnly(lambda a: (a.email, None)),
}
USERS: Mapping[str, ForeignCall | ServicesOnly] = {
    "sign_up": ForeignCall(lambda a: (a.email, "another password", "Ann")),
    "verify_email": ForeignCall(lambda a: (a.user_id,), (users.InvalidToken,)),
    "resend_verification": ForeignCall(lambda a: ()),
    "verify_password": ServicesOnly(lambda a: (a.email, "not the password")),
    "authenticate_staff": ServicesOnly(lambda a: (a.email, "not the password", None)),
    "get_staff": ServicesOnly(lambda a: (a.user_id,)),
    "get_users": ForeignCall(lambda a: ([a.user_id],)),
    "find_verified": ServicesOnly(lambda a: ([a.email],)),
    "update_profile": ForeignCall(lambda a: ("Ben", None)),
    "put_address": ForeignCall(lambda a: (a.address_id, ADDRESS, None, False), NOT_FOUND),
    "remove_address": ForeignCall(lambda a: (a.address_id,), NOT_FOUND),
    "change_password": ForeignCall(
        lambda a: ("not the password", "three pots of blue paint"), (users.WrongCredentials,)
    ),
    "request_password_reset": ForeignCall(lambda a: (a.email,)),
    "reset_password": ForeignCall(lambda a: (a.user_id, "three pots of blue paint"), (users.InvalidToken,)),
    "deactivate": ForeignCall(lambda a: (a.user_id,), NOT_FOUND),
    "reactivate": ForeignCall(lambda a: (a.user_id,), FORBIDDEN),
    "export_data": ForeignCall(lambda a: ()),
    "erase": ForeignCall(lambda a: ("not the password",), (users.WrongCredentials,)),
    "erase_account": ForeignCall(lambda a: ("not the password",), (users.WrongCredentials,)),
    "add_staff": ServicesOnly(lambda a: (a.email, "Ann")),
    "set_role": ServicesOnly(lambda a: (a.user_id, common.Role.STAFF)),
    "import_users": ServicesOnly(lambda a: ([users.UserImport(email=a.email, name="Mine now")],)),
}
ANALYTICS: Mapping[str, ForeignCall | ServicesOnly] = {
    "track": ForeignCall(lambda a: ([_tracked(a)], [])),
    "get_segments": ForeignCall(lambda a: ()),
}
EXPERIMENTS: Mapping[str, ForeignCall | ServicesOnly] = {
    "get_flags": ForeignCall(lambda a: ()),
    "resolve_subject": ForeignCall(lambda a: ("another-visitor-01",)),
    "expose": ForeignCall(
        lambda a: ([experiments.Exposure(unit=f"customer:{a.user_id}", flag="button", variant="blue", at=1)],)
    ),
    "attribute": ForeignCall(
        lambda a: ([experiments.GuestOrder(unit="another-visitor-01", order_id=a.order.id, at=1)],)
    ),
    "measure": ForeignCall(lambda a: ("another gateway", [steps.operations()])),
    "create_flag": ServicesOnly(lambda a: (steps.draft(),)),
    "edit_flag": ServicesOnly(lambda a: (steps.draft(),)),
    "set_weights": ServicesOnly(lambda a: ("button", {}, "mine")),
    "set_share": ServicesOnly(lambda a: ("button", 0, "mine")),
    "start_flag": ServicesOnly(lambda a: ("button",)),
    "stop_flag": ServicesOnly(lambda a: ("button", "mine")),
    "ship_variant": ServicesOnly(lambda a: ("button", "blue", "mine")),
    "set_override": ServicesOnly(lambda a: ("button", a.user_id, None)),
    "get_history": ServicesOnly(lambda a: ("button",)),
}
PLATFORM: Mapping[str, ForeignCall | ServicesOnly] = {
    "describe": ForeignCall(lambda a: ()),
    "get_contract": ForeignCall(lambda a: ("orders",)),
    "get_ends": ForeignCall(lambda a: ("orders",)),
    "get_publishing_delay": ForeignCall(lambda a: ("orders",)),
    "await_ends": ForeignCall(lambda a: ("orders", {}, 0)),
    "read_feed": ForeignCall(lambda a: ("orders", 0, "", 1000, None), (rpc.NotAllowed,)),
    "count_feed": ForeignCall(lambda a: ("orders", 0, "", None), (rpc.NotAllowed,)),
    "get_progress": ForeignCall(lambda a: ()),
}
FOREIGN_CALLS: Mapping[str, Mapping[str, ForeignCall | ServicesOnly]] = {
    "AnalyticsService": ANALYTICS,
    "CartService": CART,
    "CatalogService": CATALOG,
    "ExperimentsService": EXPERIMENTS,
    "InventoryService": INVENTORY,
    "OrdersService": ORDERS,
    "RecommenderService": RECOMMENDER,
    "SessionsService": SESSIONS,
    "UsersService": USERS,
    "PlatformService": PLATFORM,
}
