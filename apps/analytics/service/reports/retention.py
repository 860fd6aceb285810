"""Retention: of the customers who first bought in a month, how many bought again in each month after."""

from apps.analytics.domain.reports import Column, Report, Table, share
from apps.analytics.service.reports.queries import Selection
from thriftshop.database import statements

MONTHS = 12
COHORTS = """
SELECT substr(customer.first_day, 1, 7) AS cohort, purchase.month, count(*)
FROM analytics_customerrow AS customer
JOIN analytics_customermonth AS purchase
 ON purchase.customer_id = customer.customer_id AND purchase.currency = customer.currency
WHERE customer.currency = %s AND customer.first_day >= %s AND customer.first_day <= %s
GROUP BY cohort, purchase.month"""


def report(selection: Selection) -> Report:
    """The report: cohorts of the months in the period."""
    cohorts: dict[str, dict[int, int]] = {}
    for cohort, month, customers in statements.fetch(COHORTS, [selection.currency, *selection.period.bounds]):
        cohorts.setdefault(cohort, {})[_number(month) - _number(cohort)] = customers
    latest = max((_number(cohort) + max(months) for cohort, months in cohorts.items()), default=0)
    rows = [
        (cohort, months[0], *(_share(cohorts[cohort], number, latest - _number(cohort)) for number in range(1, MONTHS)))
        for cohort, months in sorted(cohorts.items())
    ]
    columns = [
        Column("First order in", "text"),
        Column("Customers"),
        *(Column(f"+{number}", "share") for number in range(1, MONTHS)),
    ]
    notes = ["The share of customers who ordered again in the first, second, ... month after their first order."]
    return Report(tables=[Table("Cohorts", columns, rows, is_matrix=True)], notes=notes)


def _share(months: dict[int, int], number: int, age: int) -> float | None:
    """The share of a cohort that bought in a month; None for a month that has not come."""
    return share(months.get(number, 0), months[0]) if number <= age else None


def _number(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number)
