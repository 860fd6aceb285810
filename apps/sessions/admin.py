"""The sessions' admin: a list of sessions, and an action to end them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from apps.sessions import models
from apps.sessions.models import Session
from idl import common, sessions
from thriftshop import clock, rpc
from thriftshop.desk import people, read_only


class StateFilter(admin.SimpleListFilter):
    """Open, expired or ended."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The states."""
        return [("open", "Open"), ("expired", "Expired"), ("ended", "Ended")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session] | None:
        """Sessions in the chosen state."""
        sessions_ = models.Session.objects.all()
        if self.value() == "open":
            return queryset & sessions_.alive()
        if self.value() == "expired":
            return queryset & sessions_.expired()
        return queryset.exclude(ended_at=None) if self.value() == "ended" else queryset


@admin.register(Session)
class SessionAdmin(people.NamesPeople, read_only.ReadOnly):
    """Sessions, read-only except that they can be ended. Tokens are not stored, so they are not shown."""

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

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whether the user has the permission to change sessions."""
        return request.user.has_perm("sessions.change_session")

    @admin.display(description="User", ordering="user_id")
    def person(self, session: Session) -> str:
        """The user's name and e-mail address, if the users service is available."""
        return people.name_of(session, session.user_id)

    @admin.display(description="Started (UTC)", ordering="started_at")
    def started(self, session: Session) -> str:
        """When it was started."""
        return _time(session.started_at)

    @admin.display(description="Last used (UTC)", ordering="used_at")
    def used(self, session: Session) -> str:
        """When it was last used, to the minute."""
        return _time(session.used_at)

    @admin.display(description="Valid until (UTC)")
    def until(self, session: Session) -> str:
        """When it expires if it is not used, and at the latest."""
        return f"{_time(session.idle_until())} unless used, {_time(session.expires_at)} at the latest"

    @admin.display(description="State", ordering="ended_at")
    def state(self, session: Session) -> str:
        """Open, expired, or the reason for its end."""
        if session.ended_at:
            return format_html('<span class="ts-badge quiet">{}</span>', session.end_reason.capitalize())
        if clock.now() >= session.idle_until():
            return format_html('<span class="ts-badge warn">{}</span>', "Expired")
        return format_html('<span class="ts-badge">{}</span>', "Open")

    @admin.action(description="End the selected sessions", permissions=["end"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """End these sessions."""
        service, ended = rpc.connect(sessions.SessionsService), 0

        for session in queryset.filter(ended_at=None):
            try:
                service.revoke(str(session.pk))
                ended += 1
            except common.NotFound as refusal:
                self.message_user(request, refusal.message, messages.ERROR)
        self.message_user(request, f"{ended} session{'' if ended == 1 else 's'} ended.", messages.SUCCESS)


def _time(moment: int) -> str:
    return f"{clock.datetime_of(moment):%-d %b %Y, %H:%M}"
