"""The sweeper: gives steps that failed another try when their time has come, and rejects orders that waited too long."""

import logging
from collections.abc import Callable

from django.conf import settings

from apps.orders.domain import course
from apps.orders.models import Order
from apps.orders.reactions import saga
from apps.orders.service import changing
from thriftshop import call_context, clock
from thriftshop.events import effects

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
    with call_context.within(call_context.CallContext(caller="orders")):
        for order_id in dict.fromkeys([*late, *waiting]):
            _look_after(order_id, _finish if order_id in late else saga.advance)
    return len({*late, *waiting})


def _look_after(order_id: str, look: Callable[[str], object]) -> None:
    """Looks after one order; what goes wrong with it is left for the next round, and stands in nobody else's way."""
    try:
        look(order_id)
    except effects.TRANSIENT:
        raise
    except Exception:
        log.exception("order could not be looked after", extra={"order": order_id})


def _finish(order_id: str) -> None:
    """A last try; then the order is rejected, and what it held is given back."""
    if course.is_open(saga.advance(order_id).status):
        changing.time_out(order_id)
        log.warning("order timed out", extra={"order": order_id})
        saga.advance(order_id)
