"""Tracking: events are validated and recorded, invalid ones set apart, and visitors linked as far as they consent."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.utils import timezone

from apps.analytics.domain import batches as rules
from apps.analytics.domain import kinds
from apps.analytics.domain.refusals import Invalid, Reason
from apps.analytics.models import CartUse, Exclusion, SetApartEvent, VisitorLink
from apps.analytics.service import recording
from apps.analytics.service.recording import Valid
from idl import analytics
from thriftshop import call_context, clock, rpc
from thriftshop.flags import variants
from thriftshop.rpc import validation

# Invalid events beyond these are counted, but not kept: a flood must not fill the disk.
MAX_SET_APART = 10_000
MAX_KEPT_PROPERTIES = 20_000
MAX_REASON = 20


def track(batches: list[analytics.TrackedBatch], exclusions: list[analytics.Exclusion]) -> analytics.TrackResult:
    """Record the valid events, set the invalid ones apart, and count all that were not recorded."""
    valid, invalid = validated(batches)
    counts = Counter({exclusion.reason[:MAX_REASON]: exclusion.events for exclusion in exclusions})
    # Nobody acts in person: a visitor is known by their pseudonym alone.
    with call_context.using(viewer=""), transaction.atomic():
        recorded = recording.record(valid)
        counts[Reason.REPEATED] += len(valid) - recorded
        _set_apart(invalid, counts)
        _link(batches)
        Exclusion.objects.add(today(), {reason: count for reason, count in counts.items() if count > 0})
    return analytics.TrackResult(recorded=recorded, repeated=len(valid) - recorded, set_apart=len(invalid))


def validated(batches: Sequence[analytics.TrackedBatch]) -> tuple[list[Valid], list[SetApartEvent]]:
    """The valid events, and the invalid ones with their reasons. Without consent there are neither."""
    valid, invalid = [], []
    for batch in batches:
        for tracked in batch.events if rules.may_record(batch.consent) else ():
            try:
                event = _valid(batch, tracked)
            except Invalid as refusal:
                invalid.append(_invalid(batch, tracked, refusal))
            else:
                if rules.may_link(batch.consent) or not rules.names_account(event.event):
                    valid.append(event)
    return valid, invalid


def _valid(batch: analytics.TrackedBatch, tracked: analytics.EventInput) -> Valid:
    rules.check_pseudonyms(batch.visitor_id, batch.session_id)
    rules.check_event_id(tracked.id)
    occurred_at = rules.happened_at(tracked.occurred_at, batch.sent_at, batch.received_at)
    event = kinds.to_event(tracked.kind, batch.session_id, tracked.properties)
    try:
        validation.check(event)
    except rpc.MalformedCall as error:
        raise Invalid(Reason.INVALID, str(error)) from None
    assigned = variants.text(variants.parse(batch.variants or ""))
    return Valid(batch.visitor_id, tracked.id, occurred_at, event, assigned)


def _invalid(batch: analytics.TrackedBatch, tracked: analytics.EventInput, refusal: Invalid) -> SetApartEvent:
    return SetApartEvent(
        visitor_id=batch.visitor_id[:64],
        session_id=batch.session_id[:64],
        event_id=tracked.id[:64],
        kind=tracked.kind[:64],
        reason=refusal.reason.value,
        problem=refusal.problem[:300],
        properties=tracked.properties,
        occurred_at=tracked.occurred_at,
        sent_at=batch.sent_at,
        received_at=batch.received_at,
        recorded=False,
    )


def _set_apart(events: Sequence[SetApartEvent], counts: Counter[str]) -> None:
    """Count invalid events, and keep them as far as there is room."""
    if not events:
        return
    counts.update(event.reason for event in events)
    room = max(MAX_SET_APART - SetApartEvent.objects.count(), 0)
    small = [event for event in events if len(event.properties) <= MAX_KEPT_PROPERTIES]
    SetApartEvent.objects.add(_storable(small[:room]))


def _storable(events: Sequence[SetApartEvent]) -> Iterator[SetApartEvent]:
    """The events in their order of keys, without zero bytes, which PostgreSQL does not store."""
    for event in sorted(events, key=lambda event: (event.visitor_id, event.event_id)):
        for name in ("visitor_id", "session_id", "event_id", "kind", "problem", "properties"):
            setattr(event, name, getattr(event, name).replace("\0", ""))
        yield event


def _link(batches: Sequence[analytics.TrackedBatch]) -> None:
    """Link visitors who consent with their accounts; unlink those who no longer do."""
    links: dict[str, str] = {}
    unlinked: set[str] = set()
    for batch in batches:
        if not rules.may_link(batch.consent):
            unlinked.add(batch.visitor_id)
            links.pop(batch.visitor_id, None)
        elif batch.customer_id and rules.PSEUDONYM.fullmatch(batch.visitor_id):
            links[batch.visitor_id] = batch.customer_id
            unlinked.discard(batch.visitor_id)
    CartUse.objects.remove(unlinked, {batch.visitor_id for batch in batches if not rules.may_record(batch.consent)})
    VisitorLink.objects.remove(unlinked)
    VisitorLink.objects.put(links, clock.now())


def today() -> str:
    """The current day in the shop's time zone."""
    return timezone.localtime(clock.datetime_of(clock.now())).date().isoformat()
