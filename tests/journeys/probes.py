"""For every method, a call by which another viewer could try to reach a customer's data, and its required outcome."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from idl import cart, catalog, common, inventory, orders, sessions, users
from thriftshop import rpc

NOT_FOUND = (common.NotFound,)
FORBIDDEN = (common.Forbidden,)


@dataclass(frozen=True, slots=True)
class Theirs:
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
class Probe:
    """A call by another viewer with a customer's ids: it must raise one of `refusals` or, if there are none,
    answer without a trace of the customer."""

    args: Callable[[Theirs], tuple[Any, ...]]
    refusals: tuple[type[Exception], ...] = ()


@dataclass(frozen=True, slots=True)
class Services:
    """A method without access for viewers: the gateway is refused."""

    args: Callable[[Theirs], tuple[Any, ...]] = field(default=lambda _: ())


def _ref(theirs: Theirs) -> cart.CartRef:
    return cart.CartRef(token=theirs.cart_id)


def _stock(theirs: Theirs) -> list[inventory.StockLine]:
    return [inventory.StockLine(sku=line.sku, quantity=1) for line in theirs.order.lines]


def _sku(theirs: Theirs) -> str:
    return str(theirs.order.lines[0].sku)


def _item(theirs: Theirs) -> cart.CartItem:
    return cart.CartItem(sku=_sku(theirs), quantity=1)


def _order(theirs: Theirs, **changes: Any) -> orders.PlaceOrder:
    return orders.PlaceOrder(
        idempotency_key="somebody else's key", payment=orders.PaymentMethod(provider="card", token="tok_ok"), **changes
    )


LINE = [orders.LineQuantity(number=1, quantity=1)]
POUND = common.Money(amount=100, currency="GBP")
PAGE = common.Page(first=100)
ADDRESS = common.Address(name="Ben", lines=["1 High Street"], city="Leeds", postcode="LS1 4DY", country="GB")
ANYTHING = catalog.ProductFilter()

CART: Mapping[str, Probe | Services] = {
    "open_guest_cart": Probe(lambda a: ("GBP",)),
    "get_cart": Probe(lambda a: (_ref(a),), NOT_FOUND),
    "add_item": Probe(lambda a: (_ref(a), _item(a), None), NOT_FOUND),
    "add_items": Probe(lambda a: (_ref(a), [_item(a)], None), NOT_FOUND),
    "set_quantity": Probe(lambda a: (_ref(a), _sku(a), 0), NOT_FOUND),
    "remove_item": Probe(lambda a: (_ref(a), _sku(a)), NOT_FOUND),
    "clear": Probe(lambda a: (_ref(a),), NOT_FOUND),
    "set_currency": Probe(lambda a: (_ref(a), "EUR"), NOT_FOUND),
    "merge": Probe(lambda a: (a.cart_id,), NOT_FOUND),
    "check_out": Probe(lambda a: (_ref(a), 1, [_item(a)], "an order", b""), (*NOT_FOUND, rpc.NotAllowed)),
    "put_back": Services(lambda a: (a.cart_id, a.order.id)),
}
CATALOG: Mapping[str, Probe | Services] = {
    "get_products": Probe(lambda a: ([_sku(a)],)),
    "get_products_by_slug": Probe(lambda a: ([a.user_id],)),
    "find_products": Probe(lambda a: (catalog.ProductFilter(query=a.email), catalog.ProductSort.RELEVANCE, PAGE)),
    "get_facets": Probe(lambda a: (ANYTHING, [])),
    "get_categories": Probe(lambda a: ()),
    "get_prices": Probe(lambda a: ([_sku(a)], "GBP", None)),
    "get_price_history": Probe(lambda a: (_sku(a),)),
    "get_product_history": Probe(lambda a: (_sku(a),), FORBIDDEN),
    "put_products": Probe(lambda a: ([catalog.ProductInput(sku=_sku(a), name="Mine")], False), FORBIDDEN),
    "publish_products": Probe(lambda a: ([_sku(a)],), FORBIDDEN),
    "archive_products": Probe(lambda a: ([_sku(a)],), FORBIDDEN),
    "set_prices": Probe(lambda a: ([catalog.PriceInput(sku=_sku(a), money=POUND)],), FORBIDDEN),
    "put_category": Probe(lambda a: (None, catalog.CategoryInput(name="Mine")), FORBIDDEN),
    "remove_category": Probe(lambda a: ("home",), FORBIDDEN),
    "add_image": Probe(lambda a: (_sku(a), b"", "A lamp"), FORBIDDEN),
    "get_media": Probe(lambda a: ("catalog/00/none.png",), NOT_FOUND),
    "remove_image": Probe(lambda a: (_sku(a), "1"), FORBIDDEN),
}
INVENTORY: Mapping[str, Probe | Services] = {
    "get_levels": Probe(lambda a: ([_sku(a)],)),
    "get_levels_at": Probe(lambda a: ([_sku(a)], 0), FORBIDDEN),
    "list_levels": Probe(lambda a: (None, 10), FORBIDDEN),
    "get_totals": Probe(lambda a: (), FORBIDDEN),
    "get_movements": Probe(lambda a: (_sku(a), PAGE), FORBIDDEN),
    "receive": Probe(lambda a: ("somebody else", _stock(a), None, None), FORBIDDEN),
    "reserve": Services(lambda a: (a.order.id, _stock(a), 60, None)),
    "allocate": Services(lambda a: (a.order.id, [_sku(a)])),
    "release": Services(lambda a: (a.order.id, [_sku(a)], "mine now")),
    "release_lines": Services(lambda a: ("somebody else", a.order.id, _stock(a), "mine now")),
    "ship": Services(lambda a: ("somebody else", a.order.id, _stock(a))),
    "take_back": Services(lambda a: ("somebody else", _stock(a), a.order.id, None)),
    "write_off": Probe(lambda a: ("somebody else", _stock(a), "lost", None), FORBIDDEN),
    "count": Probe(lambda a: ("somebody else", _sku(a), 1, "counted"), FORBIDDEN),
}
ORDERS: Mapping[str, Probe | Services] = {
    "place": Probe(lambda a: (_order(a, customer_id=a.user_id),), FORBIDDEN),
    "get_orders": Probe(lambda a: ([a.order.id],)),
    "get_guest_order": Probe(lambda a: (a.order.number, a.cart_id), NOT_FOUND),
    "request_guest_access": Probe(lambda a: (a.order.number, a.email, None)),
    "get_order_by_link": Probe(lambda a: (a.order.id,), NOT_FOUND),
    "prepare_erasure": Services(lambda a: (a.user_id,)),
    "abandon_erasure": Services(lambda a: (a.user_id,)),
    "find_orders": Probe(lambda a: (orders.OrderFilter(customer_id=a.user_id), PAGE), FORBIDDEN),
    "get_timeline": Probe(lambda a: (a.order.id,), NOT_FOUND),
    "get_order_lines": Probe(lambda a: (a.order.id, 0, 10), NOT_FOUND),
    "cancel": Probe(lambda a: (a.order.id, "mine now"), NOT_FOUND),
    "cancel_lines": Probe(lambda a: ("somebody else", a.order.id, LINE, "mine now"), FORBIDDEN),
    "ship": Probe(lambda a: ("somebody else", a.order.id, [], None), FORBIDDEN),
    "return_lines": Probe(lambda a: ("somebody else", a.order.id, LINE, "mine now", False, None), NOT_FOUND),
    "refund": Probe(lambda a: ("somebody else", a.order.id, POUND, "mine now"), FORBIDDEN),
    "retry_step": Probe(lambda a: (a.order.id,), FORBIDDEN),
    "book_adjustment": Probe(
        lambda a: ("somebody else", orders.ChargeKind.MANUAL, "Mine now", POUND, a.user_id, a.order.id), FORBIDDEN
    ),
    "get_revenue": Probe(lambda a: ("GBP", None, None), FORBIDDEN),
}
RECOMMENDER: Mapping[str, Probe | Services] = {
    "get_bought_together": Probe(lambda a: (_sku(a), 10)),
    "get_for_cart": Probe(lambda a: ([_sku(a)], 10)),
    "get_for_viewer": Probe(lambda a: (10,)),
    "get_popular": Probe(lambda a: (None, 10)),
}
SESSIONS: Mapping[str, Probe | Services] = {
    "log_in": Probe(lambda a: (a.email, "not the password", "a device", None), (sessions.LoginFailed,)),
    "authenticate": Probe(lambda a: (a.session_id,), (sessions.InvalidSession,)),
    "get_sessions": Probe(lambda a: ()),
    "revoke": Probe(lambda a: (a.session_id,), NOT_FOUND),
    "revoke_others": Probe(lambda a: ()),
    "log_out": Probe(lambda a: (a.session_id,)),
    "count_attempt": Services(lambda a: (a.email, None)),
    "forgive_attempts": Services(lambda a: (a.email, None)),
}
USERS: Mapping[str, Probe | Services] = {
    "sign_up": Probe(lambda a: (a.email, "another password", "Ann")),
    "verify_email": Probe(lambda a: (a.user_id,), (users.InvalidToken,)),
    "resend_verification": Probe(lambda a: ()),
    "verify_password": Services(lambda a: (a.email, "not the password")),
    "authenticate_staff": Services(lambda a: (a.email, "not the password", None)),
    "get_staff": Services(lambda a: (a.user_id,)),
    "get_users": Probe(lambda a: ([a.user_id],)),
    "find_verified": Services(lambda a: ([a.email],)),
    "update_profile": Probe(lambda a: ("Ben", None)),
    "put_address": Probe(lambda a: (a.address_id, ADDRESS, None, False), NOT_FOUND),
    "remove_address": Probe(lambda a: (a.address_id,), NOT_FOUND),
    "change_password": Probe(lambda a: ("not the password", "three pots of blue paint"), (users.WrongCredentials,)),
    "request_password_reset": Probe(lambda a: (a.email,)),
    "reset_password": Probe(lambda a: (a.user_id, "three pots of blue paint"), (users.InvalidToken,)),
    "deactivate": Probe(lambda a: (a.user_id,), NOT_FOUND),
    "reactivate": Probe(lambda a: (a.user_id,), FORBIDDEN),
    "export_data": Probe(lambda a: ()),
    "erase": Probe(lambda a: ("not the password",), (users.WrongCredentials,)),
    "erase_account": Probe(lambda a: ("not the password",), (users.WrongCredentials,)),
    "add_staff": Services(lambda a: (a.email, "Ann")),
    "set_role": Services(lambda a: (a.user_id, common.Role.STAFF)),
    "import_users": Services(lambda a: ([users.UserImport(email=a.email, name="Mine now")],)),
}
PLATFORM: Mapping[str, Probe | Services] = {
    "describe": Probe(lambda a: ()),
    "get_contract": Probe(lambda a: ("orders",)),
    "get_ends": Probe(lambda a: ("orders",)),
    "await_ends": Probe(lambda a: ("orders", {}, 0)),
    "read_feed": Probe(lambda a: ("orders", 0, "", 1000, None), (rpc.NotAllowed,)),
    "count_feed": Probe(lambda a: ("orders", 0, "", None), (rpc.NotAllowed,)),
    "get_progress": Probe(lambda a: ()),
}
PROBES: Mapping[str, Mapping[str, Probe | Services]] = {
    "CartService": CART,
    "CatalogService": CATALOG,
    "InventoryService": INVENTORY,
    "OrdersService": ORDERS,
    "RecommenderService": RECOMMENDER,
    "SessionsService": SESSIONS,
    "UsersService": USERS,
    "PlatformService": PLATFORM,
}
