"""The admin of events: the events to read, the progress of consumer groups, the dead letters to replay."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.html import format_html

from thriftshop import clock, rpc
from thriftshop.desk import figures, read_only, stories
from thriftshop.event_store.models import Checkpoint, DeadLetter, Event
from thriftshop.events import dead_letters, envelope, feed, groups, progress
from thriftshop.events.feed import Cursor
from thriftshop.events.relay import Relay
from thriftshop.telemetry import tracing


@admin.register(Event)
class EventAdmin(read_only.ReadOnly):
    """The events of every context, newest first, with personal data masked."""

    list_display = ("position", "happened", "kind", "stream", "version", "by", "topic")
    list_filter = ("topic", "kind")
    search_fields = ("stream__startswith",)
    search_help_text = "A stream: a SKU, an order's id, a user's id"
    ordering = ("-position",)
    fields = ("topic", "stream", "version", "kind", "happened", "recorded", "by", "trace", "content")
    readonly_fields = fields
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        """With the page of a trace."""
        story = path("trace/<str:trace>/", self.admin_site.admin_view(self.story), name="events_event_story")
        return [story, *super().get_urls()]

    def story(self, request: HttpRequest, trace: str) -> HttpResponse:
        """The events and log lines of a trace."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return stories.page(request, trace, self.admin_site.each_context(request))

    def figures(self, request: HttpRequest) -> list[figures.KeyFigure]:
        """The number of the latest event."""
        latest = Event.objects.aggregate(position=Max("position"))["position"] or 0
        return [figures.KeyFigure("Latest event", f"No. {latest:,}", reverse("admin:events_event_changelist"))]

    @admin.display(description="Happened", ordering="occurred_at")
    def happened(self, event: Event) -> str:
        """The time when it happened."""
        return _moment(event.occurred_at)

    @admin.display(description="Recorded")
    def recorded(self, event: Event) -> str:
        """The time when it was recorded."""
        return _moment(envelope.peek(bytes(event.payload)).recorded_at)

    @admin.display(description="By")
    def by(self, event: Event) -> str:
        """The actor."""
        return envelope.actor_of(envelope.peek(bytes(event.payload)).context)

    @admin.display(description="Trace")
    def trace(self, event: Event) -> str:
        """The trace of the call that recorded it, with a link to its events and log lines."""
        trace = tracing.trace_id(envelope.peek(bytes(event.payload)).context.traceparent or "")
        return format_html('<a href="{}">{}</a>', reverse(stories.PAGE, args=[trace]), trace) if trace else "-"

    @admin.display(description="Content")
    def content(self, event: Event) -> str:
        """The event's fields, with personal data masked according to the contract."""
        try:
            content = envelope.masked(envelope.decode(bytes(event.payload)).event)
        except envelope.UnknownEvent as unknown:
            content = str(unknown)
        return format_html("<pre class='event'>{}</pre>", content)


@admin.register(Checkpoint)
class CheckpointAdmin(read_only.ReadOnly):
    """The progress of each consumer group in each partition."""

    list_display = ("group", "state", "waiting_for", "topic", "partition")
    ordering = ("group", "partition")
    fields = ("group", "topic", "partition", "cursor", "state", "waiting_for")
    readonly_fields = fields

    def figures(self, request: HttpRequest) -> list[figures.KeyFigure]:
        """The number of groups that are behind, among those whose topics are hosted here."""
        late = len(progress.behind([group for group in groups.hosted() if feed.is_local(group.topic)]))
        text = f"{late} behind" if late else "All caught up"
        url = reverse("admin:events_checkpoint_changelist")
        return [figures.KeyFigure("Consumer groups", text, url, "warn" if late else "")]

    @admin.display(description="State")
    def state(self, checkpoint: Checkpoint) -> str:
        """The group's lag."""
        try:
            lag = _lag(checkpoint)
        except LookupError:
            return format_html('<span class="ts-badge quiet">{}</span>', "removed")
        except rpc.RpcError:
            return format_html('<span class="ts-badge warn">{}</span>', f"{checkpoint.topic} does not answer")
        if checkpoint.waiting_for:
            return format_html('<span class="ts-badge bad">{}</span>', "waits for a newer version")
        if not lag:
            return format_html('<span class="ts-badge">{}</span>', "caught up")
        return format_html('<span class="ts-badge warn">{}</span>', f"{lag:,} behind")


def _lag(checkpoint: Checkpoint) -> int:
    group = groups.get(checkpoint.group)
    with groups.as_caller(group.name):
        source = feed.of(group.topic)
        return source.count(checkpoint.partition, Cursor(checkpoint.cursor), group.kinds)


@admin.register(DeadLetter)
class DeadLetterAdmin(read_only.ReadOnly):
    """Events that a consumer group failed to process; replay them when the cause is fixed."""

    list_display = ("stream", "kind", "version", "group", "short_problem", "state", "tries", "parked_at")
    list_filter = (("replayed_at", admin.EmptyFieldListFilter), "group", "kind")
    search_fields = ("stream",)
    search_help_text = "A stream: a SKU, an order's id, a user's id"
    actions = ("replay",)
    fields = ("group", "topic", "stream", "version", "kind", "problem", "tries", "parked_at", "replayed_at")

    def figures(self, request: HttpRequest) -> list[figures.KeyFigure]:
        """The number of dead letters that wait to be replayed."""
        waiting = DeadLetter.objects.filter(replayed_at=None).count()
        url = reverse("admin:events_deadletter_changelist") + "?replayed_at__isempty=1"
        return [figures.KeyFigure("Dead letters", f"{waiting:,}", url, "bad" if waiting else "")]

    @admin.display(description="Problem")
    def short_problem(self, letter: DeadLetter) -> str:
        """The problem, truncated to a line."""
        return letter.problem if len(letter.problem) <= 90 else f"{letter.problem[:88]} …"

    @admin.display(description="State", ordering="replayed_at")
    def state(self, letter: DeadLetter) -> str:
        """Whether it was replayed."""
        if letter.replayed_at is None:
            return format_html('<span class="ts-badge bad">{}</span>', "Waiting")
        return format_html('<span class="ts-badge quiet">{}</span>', "Replayed")

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Replaying needs the permission to change dead letters."""
        return request.user.has_perm("events.change_deadletter")

    @admin.action(description="Replay the selected events, in their streams' order", permissions=["replay"])
    def replay(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        """Process the events again and report the result."""
        by_group: dict[str, list[DeadLetter]] = {}
        for letter in letters.filter(replayed_at=None):
            by_group.setdefault(letter.group, []).append(letter)
        if not by_group:
            self.message_user(request, "These were replayed already.", messages.WARNING)
        for name, chosen in by_group.items():
            self._replay_group(request, name, chosen)

    def _replay_group(self, request: HttpRequest, name: str, letters: Sequence[DeadLetter]) -> None:
        try:
            group = groups.get(name)
        except LookupError as error:  # another version of the code has it, or another process
            self.message_user(request, str(error), messages.ERROR)
            return
        if not isinstance(group, Relay):  # a relay has no dead letters
            succeeded, failed = dead_letters.replay(group, letters)
            level = messages.ERROR if failed else messages.SUCCESS
            self.message_user(request, f"{name}: {succeeded} replayed, {failed} failed again.", level)


def _moment(milliseconds: int) -> str:
    return f"{timezone.localtime(clock.datetime_of(milliseconds)):%-d %b %Y, %H:%M:%S}"
