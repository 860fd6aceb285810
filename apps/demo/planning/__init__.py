"""Plans the months of trade before now: customers and their orders, and visitors who take part in experiments."""

import datetime as dt

from apps.demo.planning import visitors
from apps.demo.planning.trade import (
    FREE_POSTAGE_FROM,
    POSTAGE,
    ZONE,
    Cancel,
    Line,
    Place,
    Refund,
    Return,
    Ship,
    Step,
    order_steps,
)
from apps.demo.planning.trade import plan as plan_trade
from apps.demo.planning.visitors import Visit
from apps.demo.reading import Content

__all__ = [
    "FREE_POSTAGE_FROM",
    "POSTAGE",
    "ZONE",
    "Cancel",
    "Line",
    "Place",
    "Refund",
    "Return",
    "Ship",
    "Step",
    "Visit",
    "order_steps",
    "plan",
    "visits",
]

visits = visitors.visits


def plan(content: Content, now: dt.datetime) -> list[Step]:
    """Everything that was bought until `now`, in chronological order. `now` must be aware."""
    trade = plan_trade(content, now)
    steps = [*trade, *visitors.plan(content, now, trade)]
    return sorted(steps, key=lambda step: (step.at, step.order))
