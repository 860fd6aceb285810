"""What a consumer group does with events, and with the failures of that."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, transaction

from thriftshop.database import disk
from thriftshop.events import checkpoints, event_spans
from thriftshop.events.envelope import Recorded
from thriftshop.events.groups import Projection, Reaction
from thriftshop.rpc import errors
from thriftshop.telemetry import metrics, repeats

failures = repeats.Repeats(logging.getLogger("thriftshop.events"))

TRIES = 5
TRANSIENT = (errors.Unavailable, errors.DeadlineExceeded, errors.NotHosted, OperationalError)
"""Failures of what a group depends on, not of the event: repeated until they end."""

Consumer = Projection | Reaction
Save = Callable[[], object]


@contextmanager
def timed(group: str) -> Iterator[None]:
    """Measure how long a group takes for a batch."""
    began, outcome = time.perf_counter(), "failed"
    try:
        yield
        outcome = "ok"
    finally:
        metrics.CONSUMER_SECONDS.labels(group, outcome).observe(time.perf_counter() - began)


def run(group: Consumer, records: Sequence[Recorded], save: Save) -> None:
    """Apply or handle events and save that in `save`: a projection in one transaction, a reaction afterwards.

    A projection saves first: another process with the same events waits there, and then finds them processed.
    """
    try:
        with timed(group.name):
            _run(group, records, save)
    except OSError as error:
        if full := disk.note(error):
            raise errors.Unavailable(full) from error
        raise


def _run(group: Consumer, records: Sequence[Recorded], save: Save) -> None:
    if isinstance(group, Reaction):
        _handle(group, records)
        save()
        return
    with transaction.atomic():
        save()
        with event_spans.projecting(group.name, group.topic, records):
            group.apply(records)


def _handle(group: Reaction, records: Sequence[Recorded]) -> None:
    for record in records:
        with event_spans.reacting(group, record):
            group.handle(record)


def attempt(group: Consumer, record: Recorded, save: Save) -> str:
    """Run one event, up to five times; return the last problem, or an empty string. Transient errors are raised."""
    problem = ""
    for number in range(TRIES):
        try:
            run(group, [record], save)
        except (*TRANSIENT, checkpoints.CheckpointMoved):
            raise
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            details = {"group": group.name, "stream": record.stream, "kind": record.kind}
            failures.report(logging.ERROR, "event failed", f"{group.name} {record.kind}", error, details)
            time.sleep(0.005 * 2**number)
        else:
            return ""
    return problem
