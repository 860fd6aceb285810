"""The statuses of an order and their transitions, drawn in docs/decisions/0009-order-saga.md."""

from collections.abc import Mapping

from idl.orders import OrderStatus as Status

from idl import orders

NEXT: Mapping[int, tuple[int, ...]] = {
    Status.PENDING: (Status.CONFIRMED, Status.REJECTED, Status.CANCELLED),
    Status.CONFIRMED: (Status.PARTLY_SHIPPED, Status.SHIPPED, Status.CANCELLED),
    Status.PARTLY_SHIPPED: (Status.SHIPPED, Status.RETURNED),
    Status.SHIPPED: (Status.RETURNED,),
    Status.RETURNED: (),
    Status.REJECTED: (),
    Status.CANCELLED: (),
}

LABELS: Mapping[int, str] = {
    Status.PENDING: "pending",
    Status.CONFIRMED: "confirmed",
    Status.REJECTED: "rejected",
    Status.CANCELLED: "cancelled",
    Status.PARTLY_SHIPPED: "partly shipped",
    Status.SHIPPED: "shipped",
    Status.RETURNED: "returned",
}
# Confirmed orders with goods left to ship, all orders with goods left to ship, and orders with goods at the customer.
OPEN = (Status.CONFIRMED, Status.PARTLY_SHIPPED)
UNSENT = (Status.PENDING, *OPEN)
SENT = (Status.PARTLY_SHIPPED, Status.SHIPPED)


def is_pending(status: int) -> bool:
    """Whether an order is neither confirmed nor ended."""
    return status == Status.PENDING


def may_become(status: int, following: int) -> bool:
    """Whether a transition is allowed."""
    return following in NEXT[status]


def by_quantities(ordered: int, shipped: int, cancelled: int, returned: int) -> int:
    """The status of a confirmed order by its ordered, shipped, cancelled and returned quantities."""
    if shipped == 0:
        return int(Status.CONFIRMED)
    if ordered > shipped + cancelled:
        return int(Status.PARTLY_SHIPPED)
    return int(Status.RETURNED if returned == shipped else Status.SHIPPED)


def refuse(status: int, why: str) -> orders.NotAllowedNow:
    """The refusal of a command in this status; `why` is a sentence for people."""
    following = NEXT[status]
    possible = f" Possible next statuses: {_either(following)}." if following else ""
    return orders.NotAllowedNow(
        message=f"The order is {LABELS[status]}. {why}{possible}", status=status, next_statuses=list(following)
    )


def _either(statuses: tuple[int, ...]) -> str:
    labels = [LABELS[status] for status in statuses]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
