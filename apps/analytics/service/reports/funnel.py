"""The funnel: from a visit to an order, with drop-off and the time between steps."""

from apps.analytics.domain.reports import Chart, Column, Report, Series, Table, share
from apps.analytics.models import DailyVisits
from apps.analytics.service.reports import queries
from apps.analytics.service.reports.queries import Selection

STEPS = {
    "Visit": ("visits", ""),
    "Product viewed": ("products", ""),
    "Added to the cart": ("carts", "to_cart"),
    "Checkout": ("checkouts", "to_checkout"),
    "Order": ("orders", "to_order"),
}
MINUTE_MS = 60_000


def report(selection: Selection) -> Report:
    """The report."""
    now, before = queries.visits(selection.period), queries.visits(selection.period.before)
    figures = [
        queries.compared("Visits", [now["visits"], before["visits"]]),
        queries.compared("Visits with an order", [share(v["orders"], v["visits"]) for v in (now, before)], "share"),
        queries.compared("Left after one page", [share(v["bounces"], v["visits"]) for v in (now, before)], "share"),
        queries.compared("Pages a visit", [share(v["pages"], v["visits"]) for v in (now, before)], "decimal"),
    ]
    steps = Chart(
        "Visits that reached each step",
        list(STEPS),
        [Series("This period", [now[name] for name, _ in STEPS.values()])],
        kind="bars",
    )
    return Report(figures, [steps, _by_day(selection)], [_table(now, before)])


def _by_day(selection: Selection) -> Chart:
    rows = queries.in_period(DailyVisits, selection.period)
    series = queries.daily(
        rows, selection.period, {"Visits": "visits", "With a cart": "carts", "With an order": "orders"}
    )
    return Chart("Visits by day", selection.period.each_day(), series)


def _table(now: dict[str, int], before: dict[str, int]) -> Table:
    rows = []
    previous = ""
    for step, (name, timed) in STEPS.items():
        reached = share(now[name], now[previous]) if previous else 1.0
        minutes = share(now[f"{timed}_ms"], now[timed]) / MINUTE_MS if timed and now[timed] else None
        rows.append((step, now[name], reached, 1.0 - reached, minutes, before[name]))
        previous = name
    columns = [
        Column("Step", "text"),
        Column("Visits"),
        Column("Of the step before", "share"),
        Column("Drop-off", "share"),
        Column("Minutes since the step before", "decimal"),
        Column("The period before"),
    ]
    return Table("Steps", columns, rows)
