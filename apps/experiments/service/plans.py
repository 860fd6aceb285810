"""The metrics by which the results of a flag are judged."""

from collections.abc import Sequence

from apps.experiments.statistics.plans import Metric, Plan, Role
from idl import experiments

GOAL = experiments.Goal
DEFAULT = experiments.Plan(goal=GOAL.CONVERSION, min_lift=500, visitors=20_000)
"""For flags about whose results nothing was decided."""
MAX_WORSE_DURATION = 0.10
# For what is rare, margins are absolute: one in a hundred visitors, two units for a hundred visitors, five in a thousand.
MAX_MORE_CANCELLED, MAX_MORE_RETURNED, MAX_MORE_FAILED = 0.01, 0.02, 0.005

CONVERSION = "conversion"
REVENUE = "revenue per visitor"
UNITS = "units per visitor"
GOALS = {
    GOAL.CONVERSION: (CONVERSION, "buyers", ("bought_before",)),
    GOAL.REVENUE: (REVENUE, "revenue", ("spent_before", "bought_before")),
    GOAL.UNITS: (UNITS, "units", ("bought_before",)),
}
ORDER_VALUE = Metric("value of an order", "revenue", denominator="orders", role=Role.SECONDARY)
CANCELLED_SHARE = Metric(
    "share of orders cancelled", "cancelled", denominator="orders", role=Role.SECONDARY, lower_is_better=True
)
CANCELLED = Metric(
    "cancelled orders per visitor",
    "cancelled",
    role=Role.GUARDRAIL,
    lower_is_better=True,
    margin=MAX_MORE_CANCELLED,
    is_margin_absolute=True,
)
RETURNED = Metric(
    "returned units per visitor",
    "returned",
    role=Role.GUARDRAIL,
    lower_is_better=True,
    margin=MAX_MORE_RETURNED,
    is_margin_absolute=True,
)
FAILED = Metric(
    "share of operations failed",
    "failed",
    denominator="operations",
    role=Role.GUARDRAIL,
    lower_is_better=True,
    margin=MAX_MORE_FAILED,
    is_margin_absolute=True,
)
DURATION = Metric(
    "duration of an operation",
    "duration",
    denominator="operations",
    role=Role.GUARDRAIL,
    lower_is_better=True,
    margin=MAX_WORSE_DURATION,
)
OF_ORDERS = (CANCELLED, RETURNED)
OF_OPERATIONS = (FAILED, DURATION)
AMOUNTS = frozenset({REVENUE, ORDER_VALUE.name})
SHARES = frozenset({CONVERSION, CANCELLED_SHARE.name, FAILED.name})


def weights_of(flag: experiments.Flag, periods: Sequence[dict[str, int]]) -> dict[str, float]:
    """The variants that anybody could get, the default first: the others are compared with it."""
    current = {variant.key: variant.weight for variant in flag.variants}
    greatest = {key: max([current[key], *(weights.get(key, 0) for weights in periods)]) for key in current}
    order = sorted(current, key=lambda key: key != flag.default_variant)
    return {key: float(current[key] or greatest[key]) for key in order if greatest[key]}


def plan_of(flag: experiments.Flag, weights: dict[str, float], *, has_operations: bool) -> Plan:
    """The plan of a flag's results. Raises ValueError for a flag with a single variant."""
    decided = flag.plan or DEFAULT
    metrics = [
        Metric(name, column, covariates=covariates, role=Role.GOAL if goal == decided.goal else Role.SECONDARY)
        for goal, (name, column, covariates) in GOALS.items()
    ]
    guardrails = (*OF_ORDERS, *(OF_OPERATIONS if has_operations else ()))
    return Plan(
        weights=weights,
        metrics=(*metrics, ORDER_VALUE, CANCELLED_SHARE, *guardrails),
        visitors=decided.visitors,
        min_lift=decided.min_lift / 10_000,
    )
