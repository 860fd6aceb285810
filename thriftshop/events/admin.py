"""The staff's view of the events: the log to read, the consumers' progress, the dead letters to replay."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from thriftshop import clock
from thriftshop.events import bus, consumers, envelope
from thriftshop.events.models import Consumer, DeadLetter, Event


class ReadOnly(admin.ModelAdmin[Any]):
    """Nothing is added, changed or removed by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody may."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may."""
        return False


@admin.register(Event)
class EventAdmin(ReadOnly):
    """Every event of every context, newest first. Personal data stays masked."""

    list_display = ("position", "topic", "stream", "version", "kind", "happened", "by")
    list_filter = ("topic", "kind")
    search_fields = ("stream__startswith",)
    search_help_text = "A stream: a SKU, an order's id, a user's id"
    ordering = ("-position",)
    fields = ("topic", "stream", "version", "kind", "happened", "recorded", "by", "trace", "content")
    readonly_fields = fields
    show_full_result_count = False
    list_per_page = 50

    @admin.display(description="Happened", ordering="occurred_at")
    def happened(self, event: Event) -> str:
        """When it happened."""
        return f"{clock.datetime_of(event.occurred_at):%Y-%m-%d %H:%M:%S}"

    @admin.display(description="Recorded")
    def recorded(self, event: Event) -> str:
        """When it was recorded."""
        return f"{clock.datetime_of(envelope.peek(bytes(event.payload)).recorded_at):%Y-%m-%d %H:%M:%S}"

    @admin.display(description="By")
    def by(self, event: Event) -> str:
        """Who did it."""
        context = envelope.peek(bytes(event.payload)).context
        return str(context.viewer or context.caller or "system")

    @admin.display(description="Trace")
    def trace(self, event: Event) -> str:
        """The traceparent it was recorded under."""
        return envelope.peek(bytes(event.payload)).context.traceparent or "-"

    @admin.display(description="Content")
    def content(self, event: Event) -> str:
        """The event's fields, with personal data masked as the contract says."""
        try:
            shown = envelope.masked(envelope.decode(bytes(event.payload)).event)
        except envelope.UnknownEvent as unknown:
            shown = str(unknown)
        return format_html("<pre class='event'>{}</pre>", shown)


@admin.register(Consumer)
class ConsumerAdmin(ReadOnly):
    """How far each consumer group has come."""

    list_display = ("group", "topic", "position", "behind")
    ordering = ("group",)

    @admin.display(description="Events behind")
    def behind(self, consumer: Consumer) -> str:
        """How many events it has yet to take."""
        try:
            return str(bus.lag(bus.group(consumer.group)))
        except LookupError:
            return "no longer there"


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnly):
    """Events that a group could not take; replay them once the cause is mended."""

    list_display = ("group", "stream", "version", "kind", "problem", "tries", "parked_at", "replayed_at")
    list_filter = (("replayed_at", admin.EmptyFieldListFilter), "group", "kind")
    search_fields = ("stream",)
    actions = ("replay",)
    exclude = ("payload",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Who may change dead letters may replay them."""
        return request.user.has_perm("events.change_deadletter")

    @admin.action(description="Replay the selected events, in their streams' order", permissions=["replay"])
    def replay(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        """Takes the events again and says how it went."""
        by_group: dict[str, list[DeadLetter]] = {}
        for letter in letters.filter(replayed_at=None):
            by_group.setdefault(letter.group, []).append(letter)
        if not by_group:
            self.message_user(request, "These were replayed already.", messages.WARNING)
        for name, chosen in by_group.items():
            taken, failed = consumers.replay(bus.group(name), chosen)
            level = messages.ERROR if failed else messages.SUCCESS
            self.message_user(request, f"{name}: {taken} taken, {failed} still failing.", level)
