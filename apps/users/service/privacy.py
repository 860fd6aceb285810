"""Data protection: the export and the erasure of personal data."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth import hashers
from django.db import transaction

from apps.users import models
from apps.users.service import passwords, reading
from idl import cart, common, orders, sessions, users
from thriftshop import call_context, clock, rpc
from thriftshop.events import streams

LINES_PER_CALL = 1_000


def export() -> str:
    """The viewer's personal data as JSON: profile, addresses, settings, sessions, cart, orders, history.

    Services that do not respond are listed under `missing`.
    """
    user = reading.viewer()
    document: dict[str, Any] = {"exported_at": _date(clock.now())}
    struct = plain(user.to_struct())
    last_login = user.last_login.isoformat() if user.last_login else None
    addresses, chosen = struct.pop("addresses"), struct.pop("settings")
    document |= {"profile": struct | {"last_login_at": last_login}, "addresses": addresses, "settings": chosen}
    document["history"] = _history(str(user.pk))
    missing: list[str] = []
    with call_context.using(caller="users"):
        for name, fetch in (("sessions", _sessions), ("cart", _cart), ("orders", _orders)):
            document[name] = _fetched(name, fetch, str(user.pk), missing)
    document["missing"] = missing
    return json.dumps(document, ensure_ascii=False, indent=2)


def _fetched(name: str, fetch: Callable[[str], Iterable[Any]], user_id: str, missing: list[str]) -> list[Any] | None:
    try:
        return [plain(struct) for struct in fetch(user_id)]
    except rpc.RpcError:
        missing.append(f"Your {name} could not be read. Request the export again later.")
        return None


def _sessions(_: str) -> list[sessions.Session]:
    return rpc.connect(sessions.SessionsService).get_sessions()


def _cart(_: str) -> list[cart.CartLine]:
    lines: list[cart.CartLine] = rpc.connect(cart.CartService).get_cart(cart.CartRef()).lines
    return lines


def _orders(user_id: str) -> Iterable[orders.Order]:
    after = None
    while True:
        page = rpc.connect(orders.OrdersService).find_orders(
            orders.OrderFilter(customer_id=user_id), common.Page(first=100, after=after)
        )
        for order in page.orders:
            yield _whole(order)
        if not page.page_info.has_next_page:
            return
        after = page.page_info.end_cursor


def _whole(order: orders.Order) -> orders.Order:
    """The order with all of its lines: a page of orders has only the first ones."""
    while len(order.lines) < (order.line_count or 0):
        more = rpc.connect(orders.OrdersService).get_order_lines(order.id, len(order.lines), LINES_PER_CALL)
        if not more:
            break
        order.lines = [*order.lines, *more]
    return order


def _history(user_id: str) -> list[dict[str, Any]]:
    recorded = streams.of(models.TOPIC).read({user_id: 0})[user_id]
    return [{"what": record.kind, "at": _date(record.occurred_at)} for record in recorded]


def plain(value: Any, kind: Any = None, name: str = "") -> Any:
    """A struct as values for JSON, with dates for moments and names for enum values."""
    if hasattr(value, "thrift_spec"):
        specs = value.thrift_spec.values()
        fields = {spec[1]: (getattr(value, spec[1]), spec[2] if len(spec) == 4 else None) for spec in specs}

        return {key: plain(member, detail, key) for key, (member, detail) in fields.items()}
    if isinstance(value, list | tuple):
        return [plain(member, kind[1] if isinstance(kind, tuple) else None, "") for member in value]
    if isinstance(value, int) and not isinstance(value, bool):
        names = getattr(kind, "_VALUES_TO_NAMES", None)
        if names:
            return names.get(value, value)
        return _date(value) if name.endswith(("_at", "_until")) else value
    return value


def _date(moment: int) -> str:
    return clock.datetime_of(moment).isoformat()


def erase(password: str) -> None:
    """`erase_account` for clients that do not know OpenOrders."""
    try:
        erase_account(password)
    except users.OpenOrders as refusal:
        raise users.WrongCredentials(message=refusal.message) from refusal


def erase_account(password: str) -> None:
    """Erase the viewer's personal data permanently, after checking the password. Only the id remains, for accounting.

    Raises users.OpenOrders if any of their orders is open, because it could not be shipped without an address. From
    `prepare_erasure` on, the orders service refuses new orders of the user.
    """
    user = reading.viewer()
    passwords.confirm(user, password)
    _prepare_orders(str(user.pk))
    with transaction.atomic():
        locked = reading.lock_viewer()
        if locked.password == user.password:
            _wipe(locked)
            return
    with call_context.using(caller="users", viewer=""):
        rpc.connect(orders.OrdersService).abandon_erasure(str(user.pk))
    raise users.WrongCredentials(message="The password was changed meanwhile. Try again with the new password.")


def _prepare_orders(user_id: str) -> None:
    try:
        with call_context.using(caller="users", viewer=""):
            rpc.connect(orders.OrdersService).prepare_erasure(user_id)
    except orders.OpenOrders as refusal:
        raise users.OpenOrders(message=refusal.message, numbers=refusal.numbers) from refusal


def _wipe(user: models.User) -> None:
    user.addresses.all().delete()
    user.groups.clear()
    user.user_permissions.clear()
    models.SentMail.objects.filter(user_id=user.pk).delete()
    user.email = f"{user.pk}@erased.invalid"
    user.name, user.settings, user.password = "", {}, hashers.make_password(None)
    user.is_active = user.is_staff = user.is_superuser = user.email_verified = False
    user.last_login, user.erased_at = None, clock.now()
    erased = ["email", "name", "settings", "password", "last_login", "erased_at"]
    flags = ["is_active", "is_staff", "is_superuser", "email_verified"]
    models.change(user, users.UserErased(id=str(user.pk)), [*erased, *flags])
