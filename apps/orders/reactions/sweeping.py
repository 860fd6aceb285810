"""The sweeper: gives steps that failed another try when their time has come, and rejects orders that waited too long."""

import logging

from django.conf import settings

from apps.orders.domain import course
from apps.orders.models import Order
from apps.orders.reactions import saga
from apps.orders.service import changing
from thriftshop import circumstances, clock

log = logging.getLogger("thriftshop.orders")

MINUTE_MS = 60_000
AT_ONCE = 500


def sweep() -> int:
    """Looks after what nothing else would come back to; gives how many orders were looked after.

    It may run at any time, anywhere, beside everything else: each step is taken once whoever takes it.
    """
    now = clock.now()
    overdue = Order.objects.overdue(now - settings.ORDER_TIMEOUT_MINUTES * MINUTE_MS)
    late = list(overdue.values_list("id", flat=True)[:AT_ONCE])
    waiting = list(Order.objects.waiting(now).order_by("retry_at").values_list("id", flat=True)[:AT_ONCE])
    with circumstances.within(circumstances.Circumstances(caller="orders")):
        for order_id in late:
            _finish(order_id)
        for order_id in waiting:
            if order_id not in late:
                saga.advance(order_id)
    return len(set(late) | set(waiting))


def _finish(order_id: str) -> None:
    """A last try; then the order is rejected, and what it held is given back."""
    if course.is_open(saga.advance(order_id).status):
        changing.time_out(order_id)
        log.warning("order timed out", extra={"order": order_id})
        saga.advance(order_id)
