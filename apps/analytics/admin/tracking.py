"""Events that were not recorded: their counts, and the invalid ones, which can be validated again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.analytics.models import Exclusion, SetApartEvent
from apps.analytics.service import recovery
from thriftshop import clock
from thriftshop.desk import read_only

MAX_VALIDATED = 1_000


@admin.register(Exclusion)
class ExclusionAdmin(read_only.ReadOnly):
    """How many events were not recorded, by day and reason."""

    list_display = ("day", "reason", "events")
    list_filter = ("reason",)
    ordering = ("-day", "reason")
    date_hierarchy = "day"


@admin.register(SetApartEvent)
class SetApartEventAdmin(read_only.ReadOnly):
    """Invalid events, newest first."""

    list_display = ("received", "kind", "reason", "problem", "recorded")
    list_filter = ("reason", "recorded")
    ordering = ("-received_at", "-id")
    fields = ("received", "kind", "reason", "problem", "properties", "recorded")
    readonly_fields = fields
    show_full_result_count = False
    actions = ("validate_again",)

    @admin.display(description="Received", ordering="received_at")
    def received(self, event: SetApartEvent) -> str:
        """The time at which the shop received the event."""
        return f"{timezone.localtime(clock.datetime_of(event.received_at)):%-d %b %Y, %H:%M:%S}"

    @admin.action(description="Validate the selected events again", permissions=["view"])
    def validate_again(self, request: HttpRequest, events: QuerySet[SetApartEvent]) -> None:
        """Record the selected events that are valid now."""
        waiting = list(events.filter(recorded=False)[:MAX_VALIDATED])
        valid, invalid = recovery.validate_again(waiting)
        level = messages.SUCCESS if valid else messages.WARNING
        messages.add_message(request, level, f"{valid} recorded, {invalid} still invalid.")
