"""Password attempts: counted before they are made, so that concurrent ones all count, and forgiven on success."""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet

from apps.sessions import domain, models
from idl import sessions
from thriftshop import clock
from thriftshop.contact import emails, networks
from thriftshop.database import bulk, prepared

COLUMNS = ("key", "failures", "last_at")


class Source(NamedTuple):
    """Where an attempt comes from: the keys that it is counted under, and that of the known address, if there is one."""

    with_account: str
    throttles: Mapping[str, domain.Throttle]
    known_key: str


def count(account: str, address: str | None = None) -> None:
    """Count an attempt as failed. Raises sessions.TooManyAttempts, without counting, if it comes too early."""
    count_from(source(account, address))


def count_from(origin: Source) -> None:
    """As `count`."""
    keys = origin.throttles
    with transaction.atomic():
        stored = _lock(keys)
        now = clock.now()
        counts = [(key, throttle, stored[key]) for key, throttle in keys.items()]
        wait = max(domain.wait_ms(throttle, attempts, now) for _, throttle, attempts in counts)
        if wait:
            raise _too_many(math.ceil(wait / 1000))
        after = [(key, domain.with_attempt(throttle, attempts, now)) for key, throttle, attempts in counts]
        _save(dict(after))


def _lock(keys: Iterable[str]) -> dict[str, domain.Attempts]:
    """The counts of these keys, locked. Missing rows are created first: PostgreSQL cannot lock what does not exist."""
    ordered = sorted(keys)
    if len(locked := _locked(keys=ordered)) < len(ordered):
        bulk.insert(
            models.Attempt.objects.all(),
            COLUMNS,
            [(key, *domain.Attempts()) for key in ordered],
            " ON CONFLICT DO NOTHING",
        )
        locked = _locked(keys=ordered)
    return {key: domain.Attempts(failures, last_at) for key, failures, last_at in locked}


@prepared.query
def _locked(keys: Collection[str]) -> "QuerySet[models.Attempt, tuple[str, int, int]]":
    return models.Attempt.objects.select_for_update().filter(key__in=keys).order_by("key").values_list(*COLUMNS)


def _save(attempts: Mapping[str, domain.Attempts]) -> None:
    rows = [(key, state.failures, state.last_at) for key, state in sorted(attempts.items())]
    bulk.upsert(models.Attempt.objects.all(), COLUMNS, rows, "key")


def forgive(account: str, address: str | None = None) -> None:
    """After a login: reset the count of this account and address, and subtract one attempt from the others.

    Only one, so that the owner of one account cannot reset the count of attempts on others. The address is known to the
    account from then on.
    """
    forgive_from(source(account, address))


def forgive_from(origin: Source) -> None:
    """As `forgive`."""
    with transaction.atomic():
        rows = _locked(keys=sorted(origin.throttles))
        counts = {key: domain.Attempts(failures, last_at) for key, failures, last_at in rows}
        _save({key: domain.forgiven(counted, every=key == origin.with_account) for key, counted in counts.items()})
        if origin.known_key:
            known = [(origin.known_key, clock.now())]
            bulk.upsert(models.KnownAddress.objects.all(), ("key", "seen_at"), known, "key")


def uncount(origin: Source) -> None:
    """Uncount an attempt that was not made."""
    counted = models.Attempt.objects.filter(key__in=origin.throttles, failures__gt=0)
    counted.update(failures=F("failures") - 1)


def sweep() -> int:
    """Delete counts that have expired; returns their number."""

    throttles = (domain.WITH_ACCOUNT, domain.WITH_ANY, domain.FROM_ANYWHERE)
    oldest = clock.now() - max(throttle.forget_ms for throttle in throttles)
    models.KnownAddress.objects.filter(seen_at__lte=clock.now() - domain.KNOWN_MS).delete()
    return models.Attempt.objects.filter(last_at__lte=oldest).delete()[0]


def source(account: str, address: str | None) -> Source:
    """The source of attempts at an account. Unknown addresses are not counted."""
    network, normal = networks.network(address), emails.normal(account)
    with_account = models.attempt_key("account", network, normal)
    throttles = {with_account: domain.WITH_ACCOUNT}
    if not network:
        return Source(with_account, throttles, "")
    known_key = models.attempt_key("known", network, normal)
    throttles[models.attempt_key("address", network)] = domain.WITH_ANY
    if not _known(key=known_key, since=clock.now() - domain.KNOWN_MS):
        throttles[models.attempt_key("anywhere", normal)] = domain.FROM_ANYWHERE
    return Source(with_account, throttles, known_key)


@prepared.query
def _known(key: str, since: int) -> "QuerySet[models.KnownAddress, str]":
    return models.KnownAddress.objects.filter(key=key, seen_at__gt=since).values_list("key", flat=True)


def _too_many(seconds: int) -> sessions.TooManyAttempts:
    wait = f"{seconds} seconds" if seconds < 90 else f"{math.ceil(seconds / 60)} minutes"
    return sessions.TooManyAttempts(
        message=f"Too many attempts. Wait {wait} and try again, or set a new password.", retry_after_seconds=seconds
    )
