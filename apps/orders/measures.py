"""What orders measures of the business: orders, money, rejections, and orders that wait for staff."""

from django.conf import settings

from apps.orders.models import Order
from idl import common, orders
from thriftshop import clock, money
from thriftshop.telemetry.alerts import Alert, Severity
from thriftshop.telemetry.guardrails import Guardrail
from thriftshop.telemetry.measures import Level, Total, once

REASONS = ("out of stock", "payment declined", "timed out")


def units(amount: common.Money) -> float:
    """An amount in units of its currency, as people read it: 12.50 for 1,250 pence."""
    return float(amount.amount / 10 ** money.exponent(amount.currency))


def stuck() -> dict[str, float]:
    """Orders with a failed step that waits for staff, and pending orders that should have been decided long ago."""
    until = clock.now() - 2 * settings.ORDER_TIMEOUT_MINUTES * 60_000
    overdue = Order.objects.filter(status=orders.OrderStatus.PENDING, recorded_at__lt=until, stuck="").count()
    return {"failed step": Order.objects.filter(stuck__gt="").count(), "overdue": overdue}


def money_of(name: str, description: str, kind: type, field: str) -> Total:
    """The sum of an amount of money in events of a kind, by currency."""
    return Total(
        name,
        f"{description}, in units of their currency.",
        {kind: lambda event: units(getattr(event, field))},
        label="currency",
        values=settings.CURRENCIES,
        value_of=lambda event: str(getattr(event, field).currency),
    )


MEASURES = [
    Total("thriftshop_orders_placed_total", "Orders that were placed.", {orders.OrderPlaced: once}),
    Total("thriftshop_orders_confirmed_total", "Orders that were confirmed.", {orders.OrderConfirmed: once}),
    money_of("thriftshop_orders_value_total", "Totals of placed orders", orders.OrderPlaced, "total"),
    money_of("thriftshop_orders_revenue_total", "Captured payments", orders.PaymentCaptured, "amount"),
    money_of("thriftshop_orders_refunds_total", "Refunded payments", orders.PaymentRefunded, "amount"),
    Total(
        "thriftshop_orders_rejected_total",
        "Orders that were rejected, by reason.",
        {orders.OrderRejected: once},
        label="reason",
        values=REASONS,
        value_of=lambda event: event.reason,
    ),
    Total("thriftshop_orders_payments_declined_total", "Declined payments.", {orders.PaymentDeclined: once}),
    Level(
        "thriftshop_orders_stuck",
        "Orders that do not proceed: a failed step waits for staff, or they are pending for too long.",
        stuck,
        label="reason",
    ),
]
ALERTS = [
    Alert(
        "StuckOrders",
        "max by (reason) (thriftshop_orders_stuck) > 0",
        "10m",
        Severity.PAGE,
        "{{ $value }} orders do not proceed ({{ $labels.reason }}).",
    ),
]
GUARDRAILS = [
    Guardrail("rejected orders", "thriftshop_orders_rejected_total", "thriftshop_orders_placed_total", 0.05),
    Guardrail("declined payments", "thriftshop_orders_payments_declined_total", "thriftshop_orders_placed_total", 0.05),
]
