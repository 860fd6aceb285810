"""The content of an order's page: key figures, lines, shipments, failures and timeline."""

from typing import Any

from django.core.paginator import Paginator

from apps.orders.admin import wording
from apps.orders.domain import showing, states, steps
from apps.orders.domain.order import State
from idl import common, orders
from thriftshop import rpc
from thriftshop.desk import people

BAD_KINDS = frozenset({"OrderRejected", "PaymentDeclined", "StepFailed", "OrderCancelled"})
# The number of lines listed for a shipment; others are only counted.
NAMED = 12
LINES_A_PAGE = 200


def told(order: orders.Order, state: State, page: str) -> dict[str, Any]:
    """The content of the page beside the timeline, with one page of lines."""
    shown = Paginator(range(1, len(state.lines) + 1), LINES_A_PAGE).get_page(page)
    return {
        "figures": _figures(order, state),
        "failures": [(wording.step(one.step), one) for one in state.failures],
        "working": [wording.step(work.step) for work in state.due if not state.failure(work)],
        "stuck": steps.is_stuck(state),
        "following": [states.WORDS[status] for status in order.next_statuses],
        "placed": wording.moment(order.placed_at),
        "updated": wording.moment(order.updated_at),
        "cancellable_until": wording.moment(order.cancellable_until),
        "customer_name": people.names([order.customer_id]).get(order.customer_id) if order.customer_id else None,
        "customer_page": wording.page("users_user_change", order.customer_id) if order.customer_id else "",
        "address": wording.address(order.shipping_address),
        "lines_page": shown,
        "lines": [_line(order, line) for line in showing.lines(state, shown.start_index() - 1, LINES_A_PAGE)],
        "charges": [(one.description, wording.money(one.amount)) for one in order.charges],
        "total": wording.money(order.total),
        "shipments": [(one, wording.moment(one.shipped_at), _parts(state, one.lines)) for one in order.shipments],
        "returns": [
            (one, wording.moment(one.returned_at), _parts(state, one.lines), wording.money(one.refund))
            for one in order.returns
        ],
        "see_also": _see_also(order),
    }


def _figures(order: orders.Order, state: State) -> list[tuple[str, str]]:
    counted = state.figures
    return [
        ("Status", wording.status(order.status)),
        (f"Payment by {order.provider}", wording.payment_status(order.payment_status)),
        ("Total", wording.money(order.total)),
        ("Captured", wording.money(order.captured)),
        ("Refunded", wording.money(order.refunded)),
        ("Pieces shipped", f"{counted.shipped:,} of {counted.units - counted.cancelled:,}"),
    ]


def _line(order: orders.Order, line: orders.OrderLine) -> tuple[orders.OrderLine, str, str, str, str]:
    """A line, the URL of its stock card, its price, its amount, and its amount with the allocated charges."""
    comes_to = common.Money(amount=line.quantity * line.unit_price.amount, currency=order.total.currency)
    card = wording.page("inventory_level_change", line.sku)
    shared = wording.money(line.discounted_total) if line.discounted_total else ""
    return line, card, wording.money(line.unit_price), wording.money(comes_to), shared


def _parts(state: State, lines: list[orders.LineQuantity]) -> list[str]:
    named = [f"{part.quantity} x {state.lines[part.number - 1].name}" for part in lines[:NAMED]]
    rest = len(lines) - NAMED
    return [*named, f"and {rest} more line{'s' * (rest > 1)}"] if rest > 0 else named


def _see_also(order: orders.Order) -> list[tuple[str, str]]:
    places = {
        "Staff history": wording.page("orders_order_history", order.id),
        "Events": wording.page("events_event_changelist", q=order.id),
        "Books": wording.page("orders_entry_changelist", q=order.id),
        "E-mails": wording.page("orders_letter_changelist", q=order.id),
        "Stock movements": wording.page("inventory_movement_changelist", q=order.id),
    }
    if order.provider == "card":
        places["Sandbox card entries"] = wording.page("orders_cardentry_changelist", q=order.id)
    return [(words, href) for words, href in places.items() if href]


def timeline(order: orders.Order, reader: str) -> list[tuple[orders.TimelineEntry, Any, str, str]]:
    """The timeline, the latest first: each entry with its time, its style and its actor."""
    entries = rpc.connect(orders.OrdersService).get_timeline(order.id)
    names = people.names(entry.actor for entry in entries)
    return [
        (
            entry,
            wording.moment(entry.occurred_at),
            "bad" if entry.kind in BAD_KINDS else "",
            wording.who(entry.actor, order.customer_id, reader, names),
        )
        for entry in reversed(entries)
    ]
