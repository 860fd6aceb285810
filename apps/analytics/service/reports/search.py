"""Searches: the most frequent terms, those without results, and those that were refined."""

import heapq
from collections.abc import Sequence

from django.db.models import Sum

from apps.analytics.domain.reports import Chart, Column, Report, Table, share
from apps.analytics.models import DailySearches
from apps.analytics.service.reports import queries
from apps.analytics.service.reports.queries import MAX_ROWS, Selection

Row = tuple[str, int, int, int]
NAMES = ("searches", "without_results", "refined")


def report(selection: Selection) -> Report:
    """The report."""
    sums = [
        queries.in_period(DailySearches, period).aggregate(**{name: Sum(name, default=0) for name in NAMES})
        for period in (selection.period, selection.period.before)
    ]
    figures = [
        queries.compared("Searches", [total["searches"] for total in sums]),
        queries.compared("Without results", [share(t["without_results"], t["searches"]) for t in sums], "share"),
        queries.compared("Refined", [share(t["refined"], t["searches"]) for t in sums], "share"),
    ]
    rows = queries.in_period(DailySearches, selection.period)
    series = queries.daily(rows, selection.period, {"Searches": "searches", "Without results": "without_results"})
    chart = Chart("Searches by day", selection.period.each_day(), series)
    terms = _terms(selection)
    tables = [
        _table(title, [row for row in terms if row[number]], number)
        for number, title in enumerate(("Most frequent", "Without results", "Refined"), start=1)
    ]
    return Report(figures, [chart], tables)


def _terms(selection: Selection) -> list[Row]:
    """Every term of the period with its sums, added up once for all tables."""
    rows = queries.in_period(DailySearches, selection.period).order_by().values_list("term")
    return list(rows.annotate(Sum("searches"), Sum("without_results"), Sum("refined")))


def _table(title: str, terms: Sequence[Row], by: int) -> Table:
    """The terms with the largest sums of a column."""
    first = heapq.nsmallest(MAX_ROWS, terms, key=lambda row: (-int(row[by]), row[0]))
    columns = [Column("Term", "text"), Column("Searches"), Column("Without results"), Column("Refined")]
    return Table(title, columns, first)
