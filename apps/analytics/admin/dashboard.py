"""The dashboard: pages of key figures, charts and tables, each also as a CSV file."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from apps.analytics.admin import drawing, ranges
from apps.analytics.domain.reports import Report
from apps.analytics.models import Dashboard
from apps.analytics.service.reports import REPORTS
from apps.analytics.service.reports.queries import Selection
from thriftshop.desk import read_only

FIRST = "overview"
KEPT = ("since", "until", "currency", "days")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@admin.register(Dashboard)
class DashboardAdmin(read_only.ReadOnly):
    """The pages of the dashboard instead of a list."""

    def get_urls(self) -> list[URLPattern]:
        """A page for each report."""
        page = self.admin_site.admin_view(self.page)
        return [path("<slug:name>/", page, name="analytics_dashboard_page"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The first report."""
        return self.page(request, FIRST)

    def page(self, request: HttpRequest, name: str) -> HttpResponse:
        """A report as a page, or as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if name not in REPORTS:
            raise Http404(f"There is no report {name!r}.")
        form = ranges.form_of(request.GET)
        context = {
            **self.admin_site.each_context(request),
            "title": name.capitalize(),
            "opts": self.opts,
            "form": form,
            "media": self.media,
            "name": name,
            "names": list(REPORTS),
            "lengths": ranges.LENGTHS,
            "kept": kept(request.GET),
        }
        if not form.is_valid():
            return TemplateResponse(request, "admin/analytics/dashboard.html", context)
        selection = ranges.selection(form, request.GET)
        report = REPORTS[name](selection)
        if request.GET.get("format") == "csv":
            return as_file(report, f"{name}-{selection.period.first}-{selection.period.last}.csv")
        content = drawn(report, selection)
        return TemplateResponse(request, "admin/analytics/dashboard.html", context | content)


def drawn(report: Report, selection: Selection) -> dict[str, Any]:
    """A report as the template shows it."""
    currency = selection.currency
    return {
        "selection": selection,
        "figures": [drawing.figure(figure, currency) for figure in report.figures],
        "charts": [drawing.drawing(chart, currency) for chart in report.charts],
        "tables": [(table, drawing.cells(table, currency)) for table in report.tables],
        "notes": report.notes,
        "width": drawing.WIDTH,
        "height": drawing.HEIGHT,
    }


def kept(query: QueryDict) -> str:
    """The part of the address that stays the same on all pages."""
    values = QueryDict(mutable=True)
    for name in KEPT:
        if name in query:
            values[name] = str(query[name])
    return values.urlencode()


def as_file(report: Report, filename: str) -> HttpResponse:
    """All tables and charts as CSV, amounts in minor units."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    writer = csv.writer(response)
    writer.writerows([_safe(value) for value in row] for row in _rows(report))
    return response


def _rows(report: Report) -> Iterator[list[Any]]:
    yield ["Figure", "Value", "The period before"]
    yield from ([figure.label, figure.value, figure.before] for figure in report.figures)
    for chart in report.charts:
        yield from ([], [chart.title], ["", *(series.name for series in chart.series)])
        for number, label in enumerate(chart.labels):
            yield [label, *(series.values[number] for series in chart.series)]
    for table in report.tables:
        yield from ([], [table.title], [column.title for column in table.columns])
        yield from (list(row) for row in table.rows)


def _safe(value: Any) -> Any:
    """A text that a spreadsheet program does not take for a formula: visitors choose what they search for."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
