"""Consumer groups: projections and reactions, how they take events, and what becomes of an event that they cannot take."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import OperationalError, models, transaction
from django.utils import timezone

from thriftshop import call_context, disk
from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded
from thriftshop.events.models import Consumer, DeadLetter
from thriftshop.events.relay import Relay
from thriftshop.rpc import errors
from thriftshop.telemetry import metrics, repeats

log = logging.getLogger("thriftshop.events")
failures = repeats.Repeats(log)

TRIES = 5
BEHIND = "waits behind an earlier event of its stream"
# Failures of what the handler needs, not of the event: waited out, however long they last.
PASSING = (errors.Unavailable, errors.DeadlineExceeded, errors.NotHosted, OperationalError)
IMPORT_GAP_MS = 60_000


@dataclass(frozen=True, slots=True)
class Projection:
    """Events to own tables: `apply(events)` runs in a transaction with the position; `tables` are emptied by a rebuild."""

    name: str
    topic: str
    apply: Callable[[Sequence[Recorded]], None]
    tables: tuple[type[models.Model], ...]
    kinds: frozenset[str] | None = None

    batch = 500

    def take(self, records: Sequence[Recorded]) -> None:
        """Applies the events; the caller has opened the transaction."""
        self.apply(records)


@dataclass(frozen=True, slots=True)
class Reaction:
    """Events to calls: `handle(event)` once or more for each; never replayed. Its calls must bear being repeated."""

    name: str
    topic: str
    handle: Callable[[Recorded], None]
    kinds: frozenset[str] | None = None

    batch = 100

    def take(self, records: Sequence[Recorded]) -> None:
        """Handles the events one after the other, each in the call context it was recorded with."""
        for record in records:
            with call_context.within(_following(self.name.partition(".")[0], record)):
                self.handle(record)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Periodic work of a context: `run()` every so many seconds in each process that hosts it.

    It must bear being repeated, and being done by two processes at once.
    """

    name: str
    every_seconds: int
    run: Callable[[], object]


Group = Projection | Reaction | Relay


def _following(context: str, record: Recorded) -> call_context.CallContext:
    """CallContext for what follows from an event; what follows from an imported one is imported with its date."""
    imported = record.recorded_at - record.occurred_at > IMPORT_GAP_MS
    return call_context.CallContext(
        caller=context,
        traceparent=record.context.traceparent or "",
        occurred_at=record.occurred_at if imported else None,
        causation=record.id,
        variant=record.context.variant or "",
    )


class MovedOn(Exception):
    """Somebody else has moved the group meanwhile: whatever it still had to take here is theirs now."""


def consume(group: Group, consumer: Consumer, rows: Sequence[tuple[int, bytes]]) -> int:
    """Takes a batch and moves the group's position past what was taken or parked. Gives how many that were.

    A failure of what the handler needs raises, with the position where it was left; any other is tried five times
    and then parked as a dead letter, together with all that follows in its stream. Where somebody else has moved
    the group since the batch was read, the rest of it is left to them.
    """
    done = 0
    try:
        if _take_together(group, consumer, rows):
            return len(rows)
        for position, payload in rows:
            _take_alone(group, consumer, position, payload)
            done += 1
    except MovedOn:
        log.warning("group moved on", extra={"group": group.name, "left": len(rows) - done})
    return done


def parked_streams(group: str) -> set[str]:
    """The streams that wait behind a dead letter of this group."""
    return set(DeadLetter.objects.filter(group=group, replayed_at=None).values_list("stream", flat=True))


def _readable(rows: Sequence[tuple[int, bytes]]) -> list[Recorded]:
    found = []
    for _, payload in rows:
        try:
            found.append(envelope.decode_shared(payload))
        except envelope.UnknownEvent:
            continue
    return found


def _take_together(group: Group, consumer: Consumer, rows: Sequence[tuple[int, bytes]]) -> bool:
    """The whole batch at once; False where any of it must wait or fails."""
    parked = parked_streams(group.name)
    records = [record for record in _readable(rows) if record.stream not in parked]
    if len(records) < len(rows):
        return False
    try:
        _take(group, records, lambda: _move(consumer, rows[-1][0]))
    except (*PASSING, MovedOn):
        raise
    except Exception as error:
        log.warning("batch failed", extra={"group": group.name, "problem": repr(error)})
        return False
    metrics.EVENTS_CONSUMED.labels(group.name).inc(len(rows))
    return True


def _take(group: Group, records: Sequence[Recorded], note: Callable[[], object]) -> None:
    """Takes events and notes that they are taken: both or neither for a projection, for others the note comes last.

    A projection's note comes first: whoever else is at the same events waits there, and then finds them taken.
    """
    try:
        if not isinstance(group, Projection):
            group.take(records)
            note()
            return
        with transaction.atomic():
            note()
            group.take(records)
    except OSError as error:
        if full := disk.note(error):
            raise errors.Unavailable(full) from error
        raise


def _take_alone(group: Group, consumer: Consumer, position: int, payload: bytes) -> None:
    """One event by itself: parked if its stream waits already, or if it cannot be taken in five tries."""
    try:
        record = envelope.decode_shared(payload)
    except envelope.UnknownEvent as error:
        _park(group, consumer, position, payload, str(error), 1)
    else:
        if record.stream in parked_streams(group.name):
            _park(group, consumer, position, payload, BEHIND, 0)
        elif problem := _try(group, record, lambda: _move(consumer, position)):
            _park(group, consumer, position, payload, problem, TRIES)
        else:
            metrics.EVENTS_CONSUMED.labels(group.name).inc()
    consumer.position = position


def _try(group: Group, record: Recorded, note: Callable[[], object]) -> str:
    """Takes one event, trying up to five times; gives the last problem, or nothing."""
    problem = ""
    for attempt in range(TRIES):
        try:
            _take(group, [record], note)
        except (*PASSING, MovedOn):
            raise
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            about = {"group": group.name, "stream": record.stream, "kind": record.kind}
            failures.report(logging.ERROR, "event failed", f"{group.name} {record.kind}", error, about)
            time.sleep(0.005 * 2**attempt)
        else:
            return ""
    return problem


def _park(group: Group, consumer: Consumer, position: int, payload: bytes, problem: str, tries: int) -> None:
    envelope_ = envelope.peek(payload)
    with transaction.atomic():
        DeadLetter.objects.update_or_create(
            group=group.name,
            topic=group.topic,
            stream=envelope_.stream,
            version=envelope_.version,
            defaults={
                "kind": envelope.kind_of(payload),
                "payload": payload,
                "problem": problem,
                "tries": tries,
                "replayed_at": None,
            },
        )
        _move(consumer, position)
    metrics.DEAD_LETTERS.labels(group.name).inc()
    log.error("event parked", extra={"group": group.name, "stream": envelope_.stream, "problem": problem})


def _move(consumer: Consumer, position: int) -> None:
    """Moves a group on from where it was when its batch was read. Raises MovedOn where it is not there any more."""
    there = Consumer.objects.filter(pk=consumer.pk, position=consumer.position)
    if not there.update(position=position):
        raise MovedOn


def replay(group: Group, letters: Iterable[DeadLetter]) -> tuple[int, int]:
    """Takes parked events again, in the order of their streams; gives how many were taken and how many still fail."""
    taken = failed = 0
    stuck: set[str] = set()
    for letter in sorted(letters, key=lambda letter: (letter.stream, letter.version)):
        problem = BEHIND if letter.stream in stuck else _replay_one(group, letter)
        if problem:
            stuck.add(letter.stream)
            DeadLetter.objects.filter(pk=letter.pk).update(problem=problem, tries=letter.tries + 1)
            failed += 1
        else:
            taken += 1
    return taken, failed


def _replay_one(group: Group, letter: DeadLetter) -> str:
    earlier = DeadLetter.objects.filter(
        group=letter.group, stream=letter.stream, version__lt=letter.version, replayed_at=None
    )
    if earlier.exists():
        return BEHIND
    try:
        record = envelope.decode(bytes(letter.payload))
    except envelope.UnknownEvent as error:
        return str(error)
    try:
        return _try(group, record, lambda: _note_replayed(letter))
    except MovedOn:
        return ""
    except PASSING as error:
        return f"{type(error).__name__}: {error}"


def _note_replayed(letter: DeadLetter) -> None:
    """Raises MovedOn where somebody else has replayed it meanwhile."""
    if not DeadLetter.objects.filter(pk=letter.pk, replayed_at=None).update(replayed_at=timezone.now()):
        raise MovedOn
