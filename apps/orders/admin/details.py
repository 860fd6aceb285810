"""The content of an order's page: key figures, lines, shipments, failures and timeline."""

from typing import Any

from django.core.paginator import Paginator

from apps.orders.admin import labels
from apps.orders.domain import presentation, states, steps
from apps.orders.domain.order import State
from idl import common, orders
from thriftshop import rpc
from thriftshop.desk import people, stories

BAD_KINDS = frozenset({"OrderRejected", "PaymentDeclined", "StepFailed", "OrderCancelled"})
# The number of lines listed for a shipment; others are only totals.
MAX_LISTED = 12
LINES_PER_PAGE = 200


def page_context(order: orders.Order, state: State, page: str, user: Any) -> dict[str, Any]:
    """The content of the page beside the timeline, with one page of lines, for a member of staff."""
    return {
        "figures": _figures(order, state),
        "failures": [(labels.step(failure.step), failure) for failure in state.failures],
        "in_progress": [labels.step(step.name) for step in state.pending_steps if not state.failure(step)],
        "stuck": steps.is_stuck(state),
        "following": [states.LABELS[status] for status in order.next_statuses],
        "placed": labels.moment(order.placed_at),
        "updated": labels.moment(order.updated_at),
        "cancellable_until": labels.moment(order.cancellable_until),
        "address": labels.address(order.shipping_address),
        "charges": [(charge.description, labels.money(charge.amount)) for charge in order.charges],
        "total": labels.money(order.total),
        "shipments": [
            (shipment, labels.moment(shipment.shipped_at), _items(state, shipment.lines))
            for shipment in order.shipments
        ],
        "returns": [
            (return_, labels.moment(return_.returned_at), _items(state, return_.lines), labels.money(return_.refund))
            for return_ in order.returns
        ],
        "see_also": _see_also(order, user),
        **_customer(order),
        **_lines(order, state, page),
    }


def _customer(order: orders.Order) -> dict[str, Any]:
    if not order.customer_id:
        return {"customer_name": None, "customer_page": ""}
    return {
        "customer_name": people.names([order.customer_id]).get(order.customer_id),
        "customer_page": labels.page("users_user_change", order.customer_id),
    }


def _lines(order: orders.Order, state: State, page: str) -> dict[str, Any]:
    lines_page = Paginator(range(1, len(state.lines) + 1), LINES_PER_PAGE).get_page(page)
    lines = presentation.lines(state, lines_page.start_index() - 1, LINES_PER_PAGE)
    return {"lines_page": lines_page, "lines": [_line(order, line) for line in lines]}


def _figures(order: orders.Order, state: State) -> list[tuple[str, str]]:
    totals = state.totals
    return [
        ("Status", labels.status(order.status)),
        (f"Payment by {order.provider}", labels.payment_status(order.payment_status)),
        ("Total", labels.money(order.total)),
        ("Captured", labels.money(order.captured)),
        ("Refunded", labels.money(order.refunded)),
        ("Pieces shipped", f"{totals.shipped:,} of {totals.units - totals.cancelled:,}"),
    ]


def _line(order: orders.Order, line: orders.OrderLine) -> tuple[orders.OrderLine, str, str, str, str]:
    """A line, the URL of its stock card, its price, its amount, and its amount with the allocated charges."""
    amount = common.Money(amount=line.quantity * line.unit_price.amount, currency=order.total.currency)
    card = labels.page("inventory_level_change", line.sku)
    shared = labels.money(line.discounted_total) if line.discounted_total else ""
    return line, card, labels.money(line.unit_price), labels.money(amount), shared


def _items(state: State, lines: list[orders.LineQuantity]) -> list[str]:
    listed = [f"{line.quantity} x {state.lines[line.number - 1].name}" for line in lines[:MAX_LISTED]]
    rest = len(lines) - MAX_LISTED
    return [*listed, f"and {rest} more line{'s' * (rest > 1)}"] if rest > 0 else listed


def _see_also(order: orders.Order, user: Any) -> list[tuple[str, str]]:
    """Links with their texts to pages about an order that a member of staff may open."""
    lists = {"Events": "events_event", "Books": "orders_entry", "E-mails": "orders_email"}
    lists["Stock movements"] = "inventory_movement"
    if order.provider == "card":
        lists["Sandbox card entries"] = "orders_cardentry"
    may_view = {name: user.has_perm(".view_".join(name.split("_"))) for name in lists.values()}
    pages = {"Staff history": labels.page("orders_order_history", order.id)}
    pages |= {words: labels.page(f"{name}_changelist", q=order.id) for words, name in lists.items() if may_view[name]}
    shown = [(words, href) for words, href in pages.items() if href]
    return [*shown, *(stories.links("orders", order.id) if may_view["events_event"] else ())]


def timeline(order: orders.Order, user_id: str) -> list[tuple[orders.TimelineEntry, Any, str, str]]:
    """The timeline, the latest first: each entry with its time, its style and its actor."""
    entries = rpc.connect(orders.OrdersService).get_timeline(order.id)
    names = people.names(entry.actor for entry in entries)
    return [
        (
            entry,
            labels.moment(entry.occurred_at),
            "bad" if entry.kind in BAD_KINDS else "",
            labels.actor_name(entry.actor, order.customer_id, user_id, names),
        )
        for entry in reversed(entries)
    ]
