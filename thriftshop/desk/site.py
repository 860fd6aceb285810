"""The desk: the admin's site, with what needs the staff first, the contexts in the order of their work, the latest events."""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from thriftshop import clock, contexts
from thriftshop.desk import figures
from thriftshop.event_store.models import Event
from thriftshop.events import envelope

LATEST = 8
LAST = 1_000


class Desk(admin.AdminSite):
    """The staff's admin."""

    site_header = "Thrift Shop"
    site_title = "Thrift Shop"
    index_title = "The shop today"
    index_template = "admin/desk.html"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The contexts in the order of the staff's work; in each, what has figures before what only explains them."""
        found = super().get_app_list(request, app_label)
        for app in found:
            app["about"] = _menu_entry(app["app_label"]).description
            app["models"].sort(key=lambda one: not isinstance(self._registry[one["model"]], figures.HasFigures))
        return sorted(found, key=lambda app: _menu_entry(app["app_label"]).order)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What needs somebody, what is where, what happened lately."""
        own = {"figures": self.figures(request), "latest": self.latest(request)}
        return super().index(request, own | (extra_context or {}))

    def figures(self, request: HttpRequest) -> list[figures.Figure]:
        """Of every model that this member of staff may see, in the order of the contexts."""
        told = [
            (_menu_entry(model._meta.app_label).order, one)
            for model, model_admin in self._registry.items()
            if isinstance(model_admin, figures.HasFigures) and model_admin.has_view_permission(request)
            for one in model_admin.figures(request)
        ]
        return [one for _, one in sorted(told, key=lambda pair: pair[0])]

    def latest(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The latest events in words, for who may read the log."""
        model_admin = self._registry.get(Event)
        if model_admin is None or not model_admin.has_view_permission(request):
            return []
        return [_told(event) for event in Event.objects.order_by("-position")[:LATEST]]


class MenuEntry(NamedTuple):
    """What the start page says of an app, and where it stands."""

    description: str = ""
    order: int = LAST


# The apps that are no contexts.
_OWN = {
    "auth": MenuEntry("What groups of colleagues may do.", 65),
    "events": MenuEntry("All that happened, who has yet to take it, and what could not be taken.", 90),
}


def _menu_entry(label: str) -> MenuEntry:
    if label in _OWN or label not in settings.ALL_CONTEXTS:
        return _OWN.get(label, MenuEntry())
    config = contexts.get(label)
    return MenuEntry(config.description, config.menu_order)


def _told(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "topic": event.topic,
        "stream": event.stream,
        "by": envelope.actor_of(envelope.peek(bytes(event.payload)).context),
        "happened": timezone.localtime(clock.datetime_of(event.occurred_at)),
        "href": reverse("admin:events_event_change", args=[event.pk]),
    }
