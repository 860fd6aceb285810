"""The reports of the dashboard."""

from collections.abc import Callable, Mapping

from apps.analytics.domain.reports import Report
from apps.analytics.service.reports import customers, funnel, overview, products, recommendations, retention, search
from apps.analytics.service.reports.queries import Selection

REPORTS: Mapping[str, Callable[[Selection], Report]] = {
    "overview": overview.report,
    "funnel": funnel.report,
    "search": search.report,
    "products": products.report,
    "recommendations": recommendations.report,
    "customers": customers.report,
    "retention": retention.report,
}
"""Reports by name, in the order of their links."""
