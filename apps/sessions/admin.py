"""The staff's door to the sessions: who is logged in where, and ending it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from apps.sessions import models
from apps.sessions.models import Session
from idl import common, sessions
from thriftshop import clock, rpc
from thriftshop.desk import people


class StateFilter(admin.SimpleListFilter):
    """Open, expired or ended."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The states there are."""
        return [("open", "Open"), ("expired", "Expired"), ("ended", "Ended")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session] | None:
        """Those in the chosen state."""
        every = models.Session.objects.all()
        if self.value() == "open":
            return queryset & every.alive()
        if self.value() == "expired":
            return queryset & every.expired()
        return queryset.exclude(ended_at=None) if self.value() == "ended" else queryset


@admin.register(Session)
class SessionAdmin(people.NamesPeople, admin.ModelAdmin[Session]):
    """Sessions to read and to end. Tokens are nowhere to be seen: not even we have them."""

    people_in = ("user_id",)
    list_display = ("device", "person", "address", "started", "used", "state")
    list_filter = (StateFilter,)
    search_fields = ("user_id", "device")
    search_help_text = "A user's id, or a device"
    ordering = ("-used_at", "id")
    list_per_page = 50
    show_full_result_count = False
    actions = ("end_sessions",)
    fields = ("device", "person", "address", "started", "used", "until", "state")
    readonly_fields = fields

    class Media:
        css = {"all": ("sessions/admin.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Sessions begin by logging in."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Sessions are read and ended, not written."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Sessions are read and ended, not deleted."""
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Who may change sessions may end them."""
        return request.user.has_perm("sessions.change_session")

    @admin.display(description="User", ordering="user_id")
    def person(self, session: Session) -> str:
        """Whose it is: name and e-mail address where they can be had."""
        return people.name_of(session, session.user_id)

    @admin.display(description="Started (UTC)", ordering="started_at")
    def started(self, session: Session) -> str:
        """When it was opened."""
        return _time(session.started_at)

    @admin.display(description="Last used (UTC)", ordering="used_at")
    def used(self, session: Session) -> str:
        """When it was last used, to the minute."""
        return _time(session.used_at)

    @admin.display(description="Valid until (UTC)")
    def until(self, session: Session) -> str:
        """When it ends unless it is used, and when at the latest."""
        return f"{_time(session.idle_until())} unless used, {_time(session.expires_at)} at the latest"

    @admin.display(description="State", ordering="ended_at")
    def state(self, session: Session) -> str:
        """Open, expired, or why it ended."""
        if session.ended_at:
            return format_html('<span class="ts-badge quiet">{}</span>', session.end_reason.capitalize())
        if clock.now() >= session.idle_until():
            return format_html('<span class="ts-badge warn">{}</span>', "Expired")
        return format_html('<span class="ts-badge">{}</span>', "Open")

    @admin.action(description="End the selected sessions", permissions=["end"])
    def end_sessions(self, request: HttpRequest, chosen: QuerySet[Session]) -> None:
        """Logs these devices out."""
        service, ended = rpc.connect(sessions.SessionsService), 0
        for session in chosen.filter(ended_at=None):
            try:
                service.revoke(str(session.pk))
                ended += 1
            except common.NotFound as refusal:
                self.message_user(request, refusal.message, messages.ERROR)
        self.message_user(request, f"{ended} session{'' if ended == 1 else 's'} ended.", messages.SUCCESS)


def _time(moment: int) -> str:
    return f"{clock.datetime_of(moment):%-d %b %Y, %H:%M}"
