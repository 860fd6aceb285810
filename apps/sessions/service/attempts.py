"""Password attempts: counted before they are made, so that concurrent ones all count, and forgiven on success."""

import math
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from apps.sessions import domain, models
from idl import sessions
from thriftshop import clock
from thriftshop.contact import emails, networks


def count(account: str, address: str | None = None) -> None:
    """Count an attempt as failed. Raises sessions.TooManyAttempts, without counting, if it comes too early."""
    keys = _keys(account, address)
    with transaction.atomic():
        stored = _lock(keys)
        now = clock.now()
        counts = [(key, throttle, stored[key]) for key, throttle in keys.items()]
        wait = max(domain.wait_ms(throttle, attempts, now) for _, throttle, attempts in counts)
        if wait:
            raise _too_many(math.ceil(wait / 1000))
        after = [(key, domain.with_attempt(throttle, attempts, now)) for key, throttle, attempts in counts]
        models.Attempt.objects.bulk_create(
            [models.Attempt(key=key, failures=state.failures, last_at=state.last_at) for key, state in after],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["failures", "last_at"],
        )


def _lock(keys: Iterable[str]) -> dict[str, domain.Attempts]:
    """The counts of these keys, locked. Missing rows are created first: PostgreSQL cannot lock what does not exist."""
    ordered = sorted(keys)
    rows = models.Attempt.objects.select_for_update().filter(key__in=ordered).order_by("key")
    if len(locked := list(rows)) < len(ordered):
        none = domain.Attempts()
        empty = [models.Attempt(key=key, failures=none.failures, last_at=none.last_at) for key in ordered]
        models.Attempt.objects.bulk_create(empty, ignore_conflicts=True)
        locked = list(rows.all())
    return {row.key: row.state() for row in locked}


def forgive(account: str, address: str | None = None) -> None:
    """After a login: reset the count of this account and address, and subtract one attempt from the others.

    Only one, so that the owner of one account cannot reset the count of attempts on others. The address is known to the
    account from then on.
    """
    with_account, *others = _keys(account, address)
    models.Attempt.objects.filter(key=with_account).delete()
    models.Attempt.objects.filter(key__in=others, failures__gt=0).update(failures=F("failures") - 1)
    if networks.network(address):
        models.KnownAddress.objects.update_or_create(
            key=_known_key(account, address), defaults={"seen_at": clock.now()}
        )


def uncount(account: str, address: str | None) -> None:
    """Uncount an attempt that was not made."""
    models.Attempt.objects.filter(key__in=_keys(account, address), failures__gt=0).update(failures=F("failures") - 1)


def sweep() -> int:
    """Delete counts that have expired; returns their number."""

    throttles = (domain.WITH_ACCOUNT, domain.WITH_ANY, domain.FROM_ANYWHERE)
    oldest = clock.now() - max(throttle.forget_ms for throttle in throttles)
    models.KnownAddress.objects.filter(seen_at__lte=clock.now() - domain.KNOWN_MS).delete()
    return models.Attempt.objects.filter(last_at__lte=oldest).delete()[0]


def _keys(account: str, address: str | None) -> dict[str, domain.Throttle]:
    """The keys of an attempt, that with the account first. Unknown addresses are not counted."""
    network = networks.network(address)
    keys = {models.attempt_key("account", network, _normal(account)): domain.WITH_ACCOUNT}
    if network:
        keys[models.attempt_key("address", network)] = domain.WITH_ANY
        if not _is_known(account, address):
            keys[models.attempt_key("anywhere", _normal(account))] = domain.FROM_ANYWHERE
    return keys


def _known_key(account: str, address: str | None) -> str:
    return models.attempt_key("known", networks.network(address), _normal(account))


def _is_known(account: str, address: str | None) -> bool:
    since = clock.now() - domain.KNOWN_MS
    return models.KnownAddress.objects.filter(key=_known_key(account, address), seen_at__gt=since).exists()


def _normal(account: str) -> str:
    """The normalised account; names that are not e-mail addresses stay as they are."""
    return emails.normal(account)


def _too_many(seconds: int) -> sessions.TooManyAttempts:
    wait = f"{seconds} seconds" if seconds < 90 else f"{math.ceil(seconds / 60)} minutes"
    return sessions.TooManyAttempts(
        message=f"Too many attempts. Wait {wait} and try again, or set a new password.", retry_after_seconds=seconds
    )
