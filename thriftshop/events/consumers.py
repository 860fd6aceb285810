"""Consumer groups: projections and reactions, how they take events, and what becomes of an event that they cannot take."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import OperationalError, models, transaction

from thriftshop import circumstances
from thriftshop.events import envelope
from thriftshop.events.envelope import Recorded
from thriftshop.events.models import Consumer, DeadLetter
from thriftshop.events.relay import Relay
from thriftshop.rpc import errors
from thriftshop.telemetry import metrics

log = logging.getLogger("thriftshop.events")

TRIES = 5
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
        """Handles the events one after the other, each under the circumstances that it came with."""
        for record in records:
            with circumstances.within(_following(self.name.partition(".")[0], record)):
                self.handle(record)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Periodic work of a context: `run()` every so many seconds, in one process at a time. It must bear being repeated."""

    name: str
    every_seconds: int
    run: Callable[[], object]


Group = Projection | Reaction | Relay


def _following(context: str, record: Recorded) -> circumstances.Circumstances:
    """Circumstances for what follows from an event; what follows from an imported one is imported with its date."""
    imported = record.recorded_at - record.occurred_at > IMPORT_GAP_MS
    return circumstances.Circumstances(
        caller=context,
        traceparent=record.context.traceparent or "",
        occurred_at=record.occurred_at if imported else None,
        causation=record.id,
        variant=record.context.variant or "",
    )


def consume(group: Group, consumer: Consumer, rows: Sequence[tuple[int, bytes]]) -> int:
    """Takes a batch and moves the group's position past what was taken or parked. Gives how many that were.

    A failure of what the handler needs raises, with the position where it was left; any other is tried five times
    and then parked as a dead letter, together with all that follows in its stream.
    """
    parked = parked_streams(group.name)
    readable = _readable(group, rows)
    plain = [(position, record) for position, record in readable if record.stream not in parked]
    if len(plain) == len(rows) and _take_together(group, consumer, plain):
        return len(rows)
    for position, payload in rows:
        _take_alone(group, consumer, position, payload)
    return len(rows)


def parked_streams(group: str) -> set[str]:
    """The streams that wait behind a dead letter of this group."""
    return set(DeadLetter.objects.filter(group=group, replayed_at=None).values_list("stream", flat=True))


def _readable(group: Group, rows: Sequence[tuple[int, bytes]]) -> list[tuple[int, Recorded]]:
    found = []
    for position, payload in rows:
        try:
            found.append((position, envelope.decode_shared(payload)))
        except envelope.UnknownEvent:
            continue
    return found


def _take_together(group: Group, consumer: Consumer, plain: Sequence[tuple[int, Recorded]]) -> bool:
    """The whole batch at once; False where anything in it fails."""
    try:
        with transaction.atomic() if isinstance(group, Projection) else _no_transaction():
            group.take([record for _, record in plain])
            _move(consumer, plain[-1][0])
    except PASSING:
        raise
    except Exception as error:
        log.warning("batch failed", extra={"group": group.name, "problem": repr(error)})
        return False
    metrics.EVENTS_CONSUMED.labels(group.name).inc(len(plain))
    return True


class _no_transaction:  # noqa: N801 - stands where transaction.atomic() does
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _take_alone(group: Group, consumer: Consumer, position: int, payload: bytes) -> None:
    """One event by itself: parked if its stream waits already, or if it cannot be taken in five tries."""
    try:
        record = envelope.decode_shared(payload)
    except envelope.UnknownEvent as error:
        _park(group, consumer, position, payload, str(error), 1)
        return
    if record.stream in parked_streams(group.name):
        _park(group, consumer, position, payload, "waits behind an earlier event of its stream", 0)
        return
    problem = _try(group, record, lambda: _move(consumer, position))
    if problem:
        _park(group, consumer, position, payload, problem, TRIES)
    else:
        metrics.EVENTS_CONSUMED.labels(group.name).inc()


def _try(group: Group, record: Recorded, and_then: Callable[[], object]) -> str:
    """Takes one event, trying up to five times; gives the last problem, or nothing."""
    problem = ""
    for attempt in range(TRIES):
        try:
            with transaction.atomic() if isinstance(group, Projection) else _no_transaction():
                group.take([record])
                and_then()
        except PASSING:
            raise
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            log.exception("event failed", extra={"group": group.name, "stream": record.stream, "kind": record.kind})
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
    consumer.position = position
    # Never back: whoever lost its hold on the group meanwhile may be far behind whoever took it over.
    Consumer.objects.filter(pk=consumer.pk, position__lt=position).update(position=position)


def replay(group: Group, letters: Iterable[DeadLetter]) -> tuple[int, int]:
    """Takes parked events again, in the order of their streams; gives how many were taken and how many still fail."""
    taken = failed = 0
    stuck: set[str] = set()
    for letter in sorted(letters, key=lambda letter: (letter.stream, letter.version)):
        problem = (
            "waits behind an earlier event of its stream" if letter.stream in stuck else _replay_one(group, letter)
        )
        if problem:
            stuck.add(letter.stream)
            DeadLetter.objects.filter(pk=letter.pk).update(problem=problem, tries=letter.tries + 1)
            failed += 1
        else:
            taken += 1
    return taken, failed


def _replay_one(group: Group, letter: DeadLetter) -> str:
    from django.utils import timezone

    earlier = DeadLetter.objects.filter(
        group=letter.group, stream=letter.stream, version__lt=letter.version, replayed_at=None
    )
    if earlier.exists():
        return "waits behind an earlier event of its stream"
    try:
        record = envelope.decode(bytes(letter.payload))
    except envelope.UnknownEvent as error:
        return str(error)
    done = DeadLetter.objects.filter(pk=letter.pk)
    try:
        return _try(group, record, lambda: done.update(replayed_at=timezone.now()))
    except PASSING as error:
        return f"{type(error).__name__}: {error}"
