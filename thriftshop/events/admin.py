"""The staff's view of the events: the log to read, the consumers' progress, the dead letters to replay."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from thriftshop import clock, figures, rpc
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

    list_display = ("position", "happened", "kind", "stream", "version", "by", "topic")
    list_filter = ("topic", "kind")
    search_fields = ("stream__startswith",)
    search_help_text = "A stream: a SKU, an order's id, a user's id"
    ordering = ("-position",)
    fields = ("topic", "stream", "version", "kind", "happened", "recorded", "by", "trace", "content")
    readonly_fields = fields
    show_full_result_count = False
    list_per_page = 50

    def figures(self, request: HttpRequest) -> list[figures.Figure]:
        """How far the log has come."""
        latest = Event.objects.aggregate(position=Max("position"))["position"] or 0
        return [figures.Figure("Latest event", f"No. {latest:,}", reverse("admin:events_event_changelist"))]

    @admin.display(description="Happened", ordering="occurred_at")
    def happened(self, event: Event) -> str:
        """When it happened."""
        return _moment(event.occurred_at)

    @admin.display(description="Recorded")
    def recorded(self, event: Event) -> str:
        """When it was recorded."""
        return _moment(envelope.peek(bytes(event.payload)).recorded_at)

    @admin.display(description="By")
    def by(self, event: Event) -> str:
        """Who did it."""
        return envelope.actor_of(envelope.peek(bytes(event.payload)).context)

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
    fields = ("group", "topic", "position", "behind", "holder")
    readonly_fields = fields

    def figures(self, request: HttpRequest) -> list[figures.Figure]:
        """How many groups have yet to take events that are there, judged by their positions."""
        ends = dict(Event.objects.values_list("topic").annotate(Max("position")))
        behind = sum(
            ends.get(topic, 0) > position for topic, position in Consumer.objects.values_list("topic", "position")
        )
        said = f"{behind} behind" if behind else "All caught up"
        return [
            figures.Figure("Consumers", said, reverse("admin:events_consumer_changelist"), "warn" if behind else "")
        ]

    @admin.display(description="Events behind")
    def behind(self, consumer: Consumer) -> str:
        """How many events it has yet to take."""
        try:
            lag = bus.lag(bus.group(consumer.group))
        except LookupError:
            return format_html('<span class="ts-badge quiet">{}</span>', "no longer there")
        except rpc.RpcError:
            return format_html('<span class="ts-badge warn">{}</span>', f"{consumer.topic} does not answer")
        if not lag:
            return format_html('<span class="ts-badge">{}</span>', "caught up")
        return format_html('<span class="ts-badge warn">{}</span>', f"{lag:,} behind")


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnly):
    """Events that a group could not take; replay them once the cause is mended."""

    list_display = ("stream", "kind", "version", "group", "short_problem", "state", "tries", "parked_at")
    list_filter = (("replayed_at", admin.EmptyFieldListFilter), "group", "kind")
    search_fields = ("stream",)
    search_help_text = "A stream: a SKU, an order's id, a user's id"
    actions = ("replay",)
    fields = ("group", "topic", "stream", "version", "kind", "problem", "tries", "parked_at", "replayed_at")

    def figures(self, request: HttpRequest) -> list[figures.Figure]:
        """How many events wait to be replayed."""
        waiting = DeadLetter.objects.filter(replayed_at=None).count()
        where = reverse("admin:events_deadletter_changelist") + "?replayed_at__isempty=1"
        return [figures.Figure("Dead letters", f"{waiting:,}", where, "bad" if waiting else "")]

    @admin.display(description="Problem")
    def short_problem(self, letter: DeadLetter) -> str:
        """What went wrong, as far as a line holds it."""
        return letter.problem if len(letter.problem) <= 90 else f"{letter.problem[:88]} …"

    @admin.display(description="State", ordering="replayed_at")
    def state(self, letter: DeadLetter) -> str:
        """Whether it still waits."""
        if letter.replayed_at is None:
            return format_html('<span class="ts-badge bad">{}</span>', "Waits")
        return format_html('<span class="ts-badge quiet">{}</span>', "Replayed")

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
            self.message_user(request, f"{taken} taken, {failed} still failing, by {name}.", level)


def _moment(milliseconds: int) -> str:
    return f"{timezone.localtime(clock.datetime_of(milliseconds)):%-d %b %Y, %H:%M:%S}"
