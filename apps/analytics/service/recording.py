"""Recording valid events: each once, by its id, in the stream of its visitor."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.conf import settings

from idl import events as idl_events
from thriftshop.event_store.models import Event
from thriftshop.events import envelope, outbox
from thriftshop.events.streams import Refused, Write, Written

TOPIC = "analytics"
# Of the processes that record events of one visitor at once, one succeeds at each attempt.
MAX_ATTEMPTS = 50
QUERY_SIZE = 500


class Valid(NamedTuple):
    """An event with its visitor, its id, when it happened by the shop's clock, and the visitor's variants."""

    visitor_id: str
    event_id: str
    occurred_at: int
    event: Any
    variants: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Visitor and id: unique among all events."""
        return self.visitor_id, self.event_id


def record(events: Sequence[Valid]) -> int:
    """Record events in the open transaction; return how many had not been recorded before."""
    waiting, recorded = list({event.key: event for event in events}.values()), 0
    for _ in range(MAX_ATTEMPTS):
        known = _known(waiting)
        waiting = [event for event in waiting if event.key not in known]
        if not waiting:
            return recorded
        outcomes = outbox.write(TOPIC, _writes(waiting))
        recorded += sum(isinstance(outcome, Written) for outcome in outcomes)
        # Another process recorded events of the same visitor meanwhile.
        waiting = [event for event, outcome in zip(waiting, outcomes, strict=True) if isinstance(outcome, Refused)]
        if not waiting:
            return recorded
    raise RuntimeError(f"{len(waiting)} events could not be recorded in {MAX_ATTEMPTS} attempts.")


def known_ids(visitors: Collection[str], event_ids: Collection[str]) -> set[str]:
    """Those ids under which events of these visitors have been recorded."""
    return {event_id for _, event_id in _recorded(visitors, event_ids)}


def _known(events: Sequence[Valid]) -> set[tuple[str, str]]:
    """The keys of those events that have been recorded."""
    known: set[tuple[str, str]] = set()
    for start in range(0, len(events), QUERY_SIZE):
        part = events[start : start + QUERY_SIZE]
        known |= _recorded({event.visitor_id for event in part}, {event.event_id for event in part})
    return known


def _recorded(visitors: Collection[str], event_ids: Collection[str]) -> set[tuple[str, str]]:
    rows = Event.objects.filter(topic=TOPIC, stream__in=visitors, key__in=event_ids)
    return {(stream, str(key)) for stream, key in rows.values_list("stream", "key")}


def _writes(events: Sequence[Valid]) -> list[Write]:
    """A write for each event: they have times and keys of their own."""
    versions = outbox.last_versions(TOPIC, sorted({event.visitor_id for event in events}))
    stamp = envelope.stamp()
    writes = []
    for event in events:
        version = versions.get(event.visitor_id, 0)
        versions[event.visitor_id] = version + 1
        own = replace(stamp, occurred_at=event.occurred_at)
        if event.variants:
            own = replace(own, context=_with_variants(stamp.context, event.variants))
        writes.append(Write(event.visitor_id, version, [event.event], event.event_id, own))
    return writes


def _with_variants(context: idl_events.EventContext, variants: str) -> idl_events.EventContext:
    return idl_events.EventContext(
        traceparent=context.traceparent,
        viewer=context.viewer,
        caller=context.caller,
        variant=variants,
        causation=context.causation,
    )


def digest(text: str) -> str:
    """An id for an event that is derived from something that must not be recorded."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]
