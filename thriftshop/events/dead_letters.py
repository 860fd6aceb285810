"""Dead letters: events that a group failed to process. Later events of the stream wait behind them, other streams go on."""

import logging
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from thriftshop.database import statements
from thriftshop.event_store.models import DeadLetter
from thriftshop.events import checkpoints, effects, envelope
from thriftshop.events.effects import Consumer, Save
from thriftshop.telemetry import metrics

log = logging.getLogger("thriftshop.events")

WAITING = 'SELECT stream FROM events_deadletter WHERE "group" = %s AND replayed_at IS NULL'
BEHIND = "waits behind an earlier event of its stream"
_without: set[str] = set()  # the groups that have none


def streams(group: str) -> set[str]:
    """The streams in which events wait for this group.

    While this process holds a group's lease, no other parks its events: that there are none is read once.
    """
    if group in _without:
        return set()
    waiting = {stream for (stream,) in statements.fetch(WAITING, [group])}
    if not waiting:
        _without.add(group)
    return waiting


def forget(*groups: str) -> None:
    """Forget which of these groups, or of all, have no dead letters: others may have held their leases."""
    _without.difference_update(groups or set(_without))


def park(group: Consumer, payload: bytes, problem: str, tries: int, save: Save) -> None:
    """Add an event to the dead letters and save that it was dealt with, in one transaction."""
    parked = envelope.peek(payload)
    forget(group.name)
    with transaction.atomic():
        save()
        DeadLetter.objects.update_or_create(
            group=group.name,
            topic=group.topic,
            stream=parked.stream,
            version=parked.version,
            defaults={
                "kind": envelope.kind_of(payload),
                "payload": payload,
                "problem": problem,
                "tries": tries,
                "replayed_at": None,
            },
        )
    metrics.DEAD_LETTERS.labels(group.name).inc()
    log.error("event parked", extra={"group": group.name, "stream": parked.stream, "problem": problem})


def replay(group: Consumer, letters: Iterable[DeadLetter]) -> tuple[int, int]:
    """Process dead letters again, in the order of their streams; return how many succeeded and how many failed."""
    succeeded = failed = 0
    stuck: set[str] = set()
    for letter in sorted(letters, key=lambda letter: (letter.stream, letter.version)):
        problem = BEHIND if letter.stream in stuck else _replay_event(group, letter)
        if problem:
            stuck.add(letter.stream)
            DeadLetter.objects.filter(pk=letter.pk).update(problem=problem, tries=letter.tries + 1)
            failed += 1
        else:
            succeeded += 1
    return succeeded, failed


def _replay_event(group: Consumer, letter: DeadLetter) -> str:
    """Return the problem, or an empty string."""
    waiting = DeadLetter.objects.filter(group=letter.group, stream=letter.stream, replayed_at=None)
    if waiting.filter(version__lt=letter.version).exists():
        return BEHIND
    try:
        record = envelope.decode(bytes(letter.payload))
    except envelope.UnknownEvent as error:
        return str(error)
    try:
        return effects.attempt(group, record, lambda: _save_replayed(letter))
    except checkpoints.CheckpointMoved:
        return ""
    except effects.TRANSIENT as error:
        return f"{type(error).__name__}: {error}"


def _save_replayed(letter: DeadLetter) -> None:
    """Raise CheckpointMoved if another process has replayed it meanwhile."""
    if not DeadLetter.objects.filter(pk=letter.pk, replayed_at=None).update(replayed_at=timezone.now()):
        raise checkpoints.CheckpointMoved
