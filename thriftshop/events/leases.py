"""Leases: one process at a time works on a partition, and another takes over soon after it dies."""

import logging
import os
import socket

from django.db.models import Q

from thriftshop import clock
from thriftshop.event_store.models import Lease
from thriftshop.telemetry import repeats

log = logging.getLogger("thriftshop.events")
failures = repeats.Repeats(log)

LEASE_MS = 10_000
RETRY_MS = 900
"""How long a lease that another process holds is not tried again: that process may release it before its end."""
FROM_THE_FUTURE = "lease from the future taken over"

_host = socket.gethostname()
_held_until: dict[tuple[str, str], int] = {}  # until when, by holder and name: forked workers differ by holder
_elsewhere_until: dict[tuple[str, str], int] = {}  # until when not to try again


def holder() -> str:
    """How this process is named in its leases."""
    return f"{_host}:{os.getpid()}"


def holds(name: str) -> bool:
    """Whether this process holds a lease that need not be renewed yet."""
    now = clock.now()
    return now + LEASE_MS // 2 < _held_until.get((holder(), name), 0) <= _latest_end(now)


def is_elsewhere(name: str) -> bool:
    """Whether another process held a lease when this one has just tried to take it."""
    now = clock.now()
    return now < _elsewhere_until.get((holder(), name), 0) <= now + RETRY_MS


def take(name: str, *, from_holder: bool = False) -> bool:
    """Take or renew a lease; False if another process holds it, unless it is taken `from_holder`.

    A lease that ends later than any that can be taken now was taken by a wrong clock, and is free: if its holder died,
    nobody could take it until then. If the holder is alive, both work: checkpoints move by compare-and-set, so each batch
    counts once, and reactions call idempotent methods.
    """
    now = clock.now()
    until = now + LEASE_MS
    lease, created = Lease.objects.get_or_create(name=name, defaults={"holder": holder(), "held_until": until})
    if not created:
        free = Q(holder=holder()) | Q(held_until__lt=now) | Q(held_until__gt=_latest_end(now))
        if not Lease.objects.filter(Q() if from_holder else free, pk=name).update(holder=holder(), held_until=until):
            _elsewhere_until[holder(), name] = now + RETRY_MS
            return False
        if lease.held_until > _latest_end(now):
            _report_from_the_future(lease, now)
    _held_until[holder(), name] = until
    return True


def release(name: str | None = None) -> None:
    """Release one lease of this process, or all of them."""
    rows = Lease.objects.filter(holder=holder())
    (rows if name is None else rows.filter(pk=name)).update(holder="", held_until=0)
    for key in list(_held_until):
        if key[0] == holder() and name in (None, key[1]):
            _held_until.pop(key, None)


def forget() -> None:
    """Forget the leases of this process without releasing them, as after the tables were emptied."""
    _held_until.clear()
    _elsewhere_until.clear()


def _latest_end(now: int) -> int:
    """No lease ends later, unless a clock is wrong."""
    return now + LEASE_MS + clock.SKEW_MS


def _report_from_the_future(lease: Lease, now: int) -> None:
    details = {
        "lease": lease.name,
        "holder": lease.holder,
        "ends_in_seconds": (lease.held_until - now) // 1000,
        "problem": "this machine's clock or the holder's is wrong",
    }
    failures.report(logging.WARNING, FROM_THE_FUTURE, lease.name, extra=details)
