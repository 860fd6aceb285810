"""Reading orders: viewers see their own, staff and services all."""

from apps.orders.domain import presentation, validation
from apps.orders.models import Order, listing
from apps.orders.service import guests, streams
from idl import common, orders
from thriftshop import identity, paging

MAX_IDS = 1_000


def get_orders(ids: list[str], guest: orders.GuestAccess | None = None) -> list[orders.Order]:
    """The orders of these ids that the viewer or guest may see, in that order."""
    states = streams.load_existing(ids[:MAX_IDS])
    visible = {
        id_: state
        for id_, state in states.items()
        if identity.may_see(state[0].customer_id) or guests.may_access(guest, id_, state[0])
    }
    orders_by_id = {order.id: order for order in streams.answers(visible)}
    return [orders_by_id[id_] for id_ in ids if id_ in orders_by_id]


def get_order_lines(order_id: str, after: int, first: int) -> list[orders.OrderLine]:
    """Up to `first` lines of an order after a line number."""
    if not 1 <= first <= streams.MAX_LINES:
        raise validation.invalid("first", f"Ask for 1 to {streams.MAX_LINES:,} lines at a time, not {first}.")
    if after < 0:
        raise validation.invalid("after", "Give the number of a line, or 0 for the first lines.")
    return presentation.lines(streams.load_visible(order_id), after, first)


def get_guest_order(number: str, cart_token: str) -> orders.Order:
    """A guest's order by its number and the token of its cart."""
    normal = number.strip().upper()[:16]
    row = (
        Order.objects.filter(number=normal, customer_id="", cart_id=guests.cart_id(cart_token))
        .exclude(cart_id="")
        .first()
    )
    if row is None:
        raise common.NotFound(message=f"This cart was not bought with an order {normal!r}.", kind="order", id=normal)
    return streams.load_answers([row.id])[0]


def find_orders(filter: orders.OrderFilter, page: common.Page) -> orders.OrderPage:
    """A page of orders, newest first."""
    filter = _restricted(filter)
    cursors = paging.cursors("orders", (int, str), filter)
    position = paging.read(page, cursors)
    rows, has_more = position.cut(_rows(filter, position))
    total = None
    if position.after is None and position.before is None:
        total = Order.objects.matching(filter).count() if has_more else len(rows)
    info = position.info([cursors.encode((placed_at, id_)) for id_, placed_at, _, _ in rows], has_more, total)
    states = streams.load_existing(id_ for id_, _, _, _ in rows)
    times = streams.times_of(states, {(id_, version): updated_at for id_, _, version, updated_at in rows})
    return orders.OrderPage(orders=streams.answers(states, times), page_info=info)


def _rows(filter: orders.OrderFilter, position: paging.Slice) -> list[listing.Listed]:
    """The rows of a page; those of a customer's own orders with a query that is built once."""
    customer_id = filter.customer_id
    is_first_page = position == paging.Slice(position.size)
    if is_first_page and customer_id is not None and filter == orders.OrderFilter(customer_id=customer_id):
        return listing.newest_of(customer_id, position.most)
    rows = paging.walked(Order.objects.matching(filter), ("placed_at", "id"), position, descending=True)
    return list(rows.values_list(*listing.LISTED))


def _restricted(order_filter: orders.OrderFilter) -> orders.OrderFilter:
    """The filter, restricted to the viewer's own orders unless they are staff or a service."""
    if identity.is_staff():
        return order_filter
    viewer_id = identity.require_viewer().id
    if order_filter.customer_id not in (None, viewer_id):
        raise common.Forbidden(message="Only staff may look for the orders of others.")
    return orders.OrderFilter(
        customer_id=viewer_id,
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
            summary=presentation.sentence(record.event),
            occurred_at=record.occurred_at,
            actor=record.actor if is_staff else _public_actor(record.actor, state.customer_id),
        )
        for record in streams.ORDERS.history(order_id)
        if is_staff or record.kind not in presentation.INTERNAL_EVENTS
    ]


def _public_actor(actor: str, customer_id: str | None) -> str:
    """Customers do not see which member of staff acted."""
    return actor if actor == customer_id else "shop"
