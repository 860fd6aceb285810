"""Recovery: events that were set apart are validated again, after the contract or the rules changed."""

from collections.abc import Sequence

from django.db import transaction

from apps.analytics.models import SetApartEvent
from apps.analytics.service import recording, tracking
from idl import analytics


def validate_again(events: Sequence[SetApartEvent]) -> tuple[int, int]:
    """Record those events that are valid now; return their number, and that of those still invalid."""
    valid, invalid = tracking.validated([_batch(event) for event in events])
    keys, refused = {event.key for event in valid}, {(event.visitor_id, event.event_id): event for event in invalid}
    for event in events:
        key = event.visitor_id, event.event_id
        event.recorded = key in keys
        if key in refused:
            event.reason, event.problem = refused[key].reason, refused[key].problem
    with transaction.atomic():
        recording.record(valid)
        SetApartEvent.objects.bulk_update(events, ["recorded", "reason", "problem"])
    return len(valid), len(invalid)


def _batch(event: SetApartEvent) -> analytics.TrackedBatch:
    """The batch of one event, as it was received."""
    tracked = analytics.EventInput(
        id=event.event_id, kind=event.kind, occurred_at=event.occurred_at, properties=event.properties
    )
    return analytics.TrackedBatch(
        visitor_id=event.visitor_id,
        session_id=event.session_id,
        consent=analytics.Consent.ANALYTICS,
        sent_at=event.sent_at,
        received_at=event.received_at,
        events=[tracked],
    )
