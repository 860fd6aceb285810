"""Reading orders: viewers see their own, staff and services all."""

from apps.orders.domain import asking, showing
from apps.orders.models import Order
from apps.orders.service import guests, streams
from idl import common, orders
from thriftshop import identity, paging

MOST_IDS = 1_000


def get_orders(ids: list[str], guest: orders.GuestAccess | None = None) -> list[orders.Order]:
    """The orders of these ids that the viewer or guest may see, in that order."""
    found = streams.load_existing(ids[:MOST_IDS])
    visible = {
        id_: one
        for id_, one in found.items()
        if identity.may_see(one[0].customer_id) or guests.opens(guest, id_, one[0])
    }
    known = {one.id: one for one in streams.answers(visible)}
    return [known[id_] for id_ in ids if id_ in known]


def get_order_lines(order_id: str, after: int, first: int) -> list[orders.OrderLine]:
    """Up to `first` lines of an order after a line number."""
    if not 1 <= first <= streams.MOST_LINES:
        raise asking.wrong("first", f"Ask for 1 to {streams.MOST_LINES:,} lines at a time, not {first}.")
    if after < 0:
        raise asking.wrong("after", "Give the number of a line, or 0 for the first lines.")
    return showing.lines(streams.load_visible(order_id), after, first)


def get_guest_order(number: str, cart_token: str) -> orders.Order:
    """A guest's order by its number and the token of its cart."""
    shown = number.strip().upper()[:16]
    row = (
        Order.objects.filter(number=shown, customer_id="", cart_id=guests.cart_id(cart_token))
        .exclude(cart_id="")
        .first()
    )
    if row is None:
        raise common.NotFound(message=f"There is no order {shown!r} that this cart became.", kind="order", id=shown)
    return streams.rows_to_answers([row.id])[0]


def find_orders(filter: orders.OrderFilter, page: common.Page) -> orders.OrderPage:
    """A page of orders, newest first."""
    filter = _restricted(filter)
    cursors = paging.cursors("orders", (int, str), filter)
    asked = paging.read(page, cursors)
    matching = Order.objects.wanted(filter)
    walked = paging.walked(matching, ("placed_at", "id"), asked, descending=True)
    shown, more = asked.cut(list(walked.values_list("placed_at", "id")))
    total = matching.count() if asked.after is None and asked.before is None else None
    info = asked.info([cursors.encode(key) for key in shown], more, total)
    return orders.OrderPage(orders=streams.rows_to_answers([id_ for _, id_ in shown]), page_info=info)


def _restricted(order_filter: orders.OrderFilter) -> orders.OrderFilter:
    """The filter, restricted to the viewer's own orders unless they are staff or a service."""
    if identity.is_staff():
        return order_filter
    own = identity.require_viewer().id
    if order_filter.customer_id not in (None, own):
        raise common.Forbidden(message="Only staff may look for the orders of others.")
    return orders.OrderFilter(
        customer_id=own,
        statuses=order_filter.statuses,
        placed_from=order_filter.placed_from,
        placed_until=order_filter.placed_until,
    )


def get_timeline(order_id: str) -> list[orders.TimelineEntry]:
    """The timeline of an order; customers do not see internal entries."""
    state = streams.load_visible(order_id)
    is_staff = identity.is_staff()
    return [
        orders.TimelineEntry(
            version=record.version,
            kind=record.kind,
            summary=showing.sentence(record.event),
            occurred_at=record.occurred_at,
            actor=record.actor if is_staff else _shown_actor(record.actor, state.customer_id),
        )
        for record in streams.ORDERS.history(order_id)
        if is_staff or record.kind not in showing.BEHIND
    ]


def _shown_actor(actor: str, customer_id: str | None) -> str:
    """Customers do not see which member of staff acted."""
    return actor if actor == customer_id else "shop"
