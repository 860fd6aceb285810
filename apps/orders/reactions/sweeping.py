"""The sweep: retries failed steps when it is time, and rejects orders that were pending for too long."""

import logging
from collections.abc import Callable

from django.conf import settings

from apps.orders.domain import states
from apps.orders.models import Order
from apps.orders.reactions import saga
from apps.orders.service import changing
from thriftshop import call_context, clock
from thriftshop.events import effects

log = logging.getLogger("thriftshop.orders")

MINUTE_MS = 60_000
AT_ONCE = 500


def sweep() -> int:
    """Retry and time out orders; returns their number. Safe to run concurrently with everything else."""
    now = clock.now()
    overdue = Order.objects.overdue(now - settings.ORDER_TIMEOUT_MINUTES * MINUTE_MS)
    late = list(overdue.values_list("id", flat=True)[:AT_ONCE])
    waiting = list(Order.objects.to_retry(now).order_by("retry_at").values_list("id", flat=True)[:AT_ONCE])
    with call_context.within(call_context.CallContext(caller="orders")):
        for order_id in dict.fromkeys([*late, *waiting]):
            _handle(order_id, _finish if order_id in late else saga.advance)
    return len({*late, *waiting})


def _handle(order_id: str, handle: Callable[[str], object]) -> None:
    """Handle one order; a failure is logged and left to the next sweep."""
    try:
        handle(order_id)
    except effects.TRANSIENT:
        raise
    except Exception:
        log.exception("order could not be swept", extra={"order": order_id})


def _finish(order_id: str) -> None:
    """A last attempt; then the order is rejected and its stock and payment are released."""
    if states.is_pending(saga.advance(order_id).status):
        changing.time_out(order_id)
        log.warning("order timed out", extra={"order": order_id})
        saga.advance(order_id)
