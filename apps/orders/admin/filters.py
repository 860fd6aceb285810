"""The filters of the lists of orders."""

import datetime
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.orders.domain import states, validation
from apps.orders.models import Order
from thriftshop import clock

SINCE, BEFORE = "since", "before"
SPANS = (("Today", 0), ("Past 7 days", 6), ("Past 30 days", 29), ("Past year", 364))


class WaitsFor(admin.SimpleListFilter):
    """A filter by what orders wait for."""

    title = "what it waits for"
    parameter_name = "waits_for"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Waiting for staff, for a retry, or for shipping."""
        return [("stuck", "Needs attention"), ("retrying", "Will be retried"), ("open", "To be shipped")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """The orders of the choice."""
        if self.value() == "stuck":
            return queryset.filter(stuck__gt="")
        if self.value() == "retrying":
            return queryset.filter(retry_at__isnull=False)
        return queryset.filter(status__in=states.OPEN) if self.value() == "open" else queryset


class BuyerKind(admin.SimpleListFilter):
    """A filter by guests and customers."""

    title = "buyer"
    parameter_name = "buyer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("customer", "Customer"), ("guest", "Guest")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """The orders of the choice."""
        if self.value() == "guest":
            return queryset.filter(customer_id="")
        return queryset.filter(customer_id__gt="") if self.value() == "customer" else queryset


class Provider(admin.SimpleListFilter):
    """A filter by payment provider."""

    title = "payment provider"
    parameter_name = "provider"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The shop's providers."""
        return [(name, name.capitalize()) for name in validation.PROVIDERS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """The orders of the choice."""
        return queryset.filter(provider=self.value()) if self.value() else queryset


class Days(admin.ListFilter):
    """A filter by a range of days, typed or selected from common ranges."""

    template = "admin/orders/days.html"
    title = "day"
    column = "occurred_at"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in (SINCE, BEFORE):
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def has_output(self) -> bool:
        """Always."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Both bounds."""
        return [SINCE, BEFORE]

    def bounds(self) -> tuple[int | None, int | None]:
        """The starts of the typed days in milliseconds; None for an invalid day."""
        since, before = (midnight(str(self.used_parameters.get(name, ""))) for name in (SINCE, BEFORE))
        return since, before

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in the range."""
        since, before = self.bounds()
        if since is not None:
            queryset = queryset.filter(**{f"{self.column}__gte": since})
        return queryset if before is None else queryset.filter(**{f"{self.column}__lt": before})

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """The common ranges as links, the typed days, and the other filters for the form."""
        bounds, today = [SINCE, BEFORE], timezone.localdate(clock.datetime_of(clock.now()))
        spans = [("Any day", "")] + [(words, str(today - datetime.timedelta(days=days))) for words, days in SPANS]
        others = changelist.get_query_string(remove=[*bounds, "p"])
        typed = {name: self.used_parameters.get(name, "") for name in bounds}
        yield {
            "spans": [
                {
                    "words": words,
                    "selected": typed == {SINCE: day, BEFORE: ""},
                    "href": changelist.get_query_string({SINCE: day} if day else {}, [*bounds, "p"]),
                }
                for words, day in spans
            ],
            "other_filters": parse_qsl(others.lstrip("?")),
            "typed": [(SINCE, "From", typed[SINCE]), (BEFORE, "Before", typed[BEFORE])],
        }


class PlacedDays(Days):
    """Orders by the day on which they were placed."""

    title = "day placed"
    column = "placed_at"


def midnight(typed: str) -> int | None:
    """The start of a day in the shop's time zone, in milliseconds; None for an invalid day."""
    try:
        day = datetime.date.fromisoformat(typed)
        return clock.moment(timezone.make_aware(datetime.datetime.combine(day, datetime.time())))
    except (ValueError, OverflowError):
        return None
