"""The desk: the admin's site, with key figures, the contexts in the order of the staff's work, and the latest events."""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from thriftshop import clock, contexts
from thriftshop.desk import figures, overview
from thriftshop.event_store.models import Event
from thriftshop.events import envelope

LATEST_EVENTS = 8
LAST_ORDER = 1_000


class Desk(admin.AdminSite):
    """The staff's admin."""

    site_header = "Thrift Shop"
    site_title = "Thrift Shop"
    index_title = "The shop today"
    index_template = "admin/desk.html"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The contexts in the order of the staff's work; in each, the models with key figures first."""
        app_list = super().get_app_list(request, app_label)
        for app in app_list:
            app["about"] = _menu_entry(app["app_label"]).description
            app["models"].sort(key=lambda model: not isinstance(self._registry[model["model"]], figures.HasFigures))
        return sorted(app_list, key=lambda app: _menu_entry(app["app_label"]).order)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The start page: key figures, the contexts, and the latest events."""
        context = {"figures": self.figures(request), "latest": self.latest(request)}
        return super().index(request, context | (extra_context or {}))

    def get_urls(self) -> list[Any]:
        """The overview beside the pages of models."""
        return [path("overview/", self.admin_view(self.overview), name="overview"), *super().get_urls()]

    def overview(self, request: HttpRequest) -> TemplateResponse:
        """The objectives over the last minutes."""
        return overview.page(request, self.each_context(request))

    def figures(self, request: HttpRequest) -> list[figures.KeyFigure]:
        """The key figures of every model that this member of staff may see, in the order of the contexts."""
        ordered = [
            (_menu_entry(model._meta.app_label).order, figure)
            for model, model_admin in self._registry.items()
            if isinstance(model_admin, figures.HasFigures) and model_admin.has_view_permission(request)
            for figure in model_admin.figures(request)
        ]
        return [figure for _, figure in sorted(ordered, key=lambda pair: pair[0])]

    def latest(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The latest events, if this member of staff may see events."""
        model_admin = self._registry.get(Event)
        if model_admin is None or not model_admin.has_view_permission(request):
            return []
        return [_summary(event) for event in Event.objects.order_by("-position")[:LATEST_EVENTS]]


class MenuEntry(NamedTuple):
    """An app on the start page: its description and its position."""

    description: str = ""
    order: int = LAST_ORDER


# Apps other than contexts.
_OTHER_APPS = {
    "auth": MenuEntry("The permissions of groups of staff.", 65),
    "events": MenuEntry("Events, the progress of consumer groups, and dead letters.", 90),
}


def _menu_entry(label: str) -> MenuEntry:
    if label in _OTHER_APPS or label not in settings.ALL_CONTEXTS:
        return _OTHER_APPS.get(label, MenuEntry())
    config = contexts.get(label)
    return MenuEntry(config.description, config.menu_order)


def _summary(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "topic": event.topic,
        "stream": event.stream,
        "by": envelope.actor_of(envelope.peek(bytes(event.payload)).context),
        "happened": timezone.localtime(clock.datetime_of(event.occurred_at)),
        "href": reverse("admin:events_event_change", args=[event.pk]),
    }
