"""Tries at passwords: counted before they are made, so that a hundred at once are not one; forgiven when they succeed."""

import math

from django.db import transaction
from django.db.models import F

from apps.sessions import domain, models
from idl import sessions
from thriftshop import clock
from thriftshop.contact import emails, networks


def count(account: str, address: str | None = None) -> None:
    """Counts a try as failed. Raises sessions.TooManyAttempts, and counts nothing, where it comes too soon."""
    keys = _keys(account, address)
    with transaction.atomic():
        rows = models.Attempt.objects.select_for_update().filter(key__in=keys).order_by("key")
        present = {row.key: row.state() for row in rows}
        now = clock.now()
        counts = [(key, patience, present.get(key, domain.Attempts())) for key, patience in keys.items()]
        wait = max(domain.wait_ms(patience, attempts, now) for _, patience, attempts in counts)
        if wait:
            raise _too_many(math.ceil(wait / 1000))
        after = [(key, domain.tried(patience, attempts, now)) for key, patience, attempts in counts]
        models.Attempt.objects.bulk_create(
            [models.Attempt(key=key, failures=one.failures, last_at=one.last_at) for key, one in after],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["failures", "last_at"],
        )


def forgive(account: str, address: str | None = None) -> None:
    """The password was right: forgets this account's tries from this address, and this one try wherever else it counts.

    No more than one: who has an account of their own may not wipe out what they tried on others. The address is known
    to the account from then on.
    """
    with_account, *others = _keys(account, address)
    models.Attempt.objects.filter(key=with_account).delete()
    models.Attempt.objects.filter(key__in=others, failures__gt=0).update(failures=F("failures") - 1)
    if networks.network(address):
        models.KnownAddress.objects.update_or_create(
            key=_known_key(account, address), defaults={"seen_at": clock.now()}
        )


def uncount(account: str, address: str | None) -> None:
    """The try was never made: takes it back wherever it was counted."""
    models.Attempt.objects.filter(key__in=_keys(account, address), failures__gt=0).update(failures=F("failures") - 1)


def sweep() -> int:
    """Forgets tries that count for nothing any more; gives how many counts went."""
    patiences = (domain.WITH_ACCOUNT, domain.WITH_ANY, domain.FROM_ANYWHERE)
    oldest = clock.now() - max(one.forget_ms for one in patiences)
    models.KnownAddress.objects.filter(seen_at__lte=clock.now() - domain.KNOWN_MS).delete()
    return models.Attempt.objects.filter(last_at__lte=oldest).delete()[0]


def _keys(account: str, address: str | None) -> dict[str, domain.Patience]:
    """What a try is counted under, that with the account first. An unknown address is not counted by itself."""
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
    """One account, however it is written: a name that is not an e-mail address is counted as it is."""
    return emails.normal(account)


def _too_many(seconds: int) -> sessions.TooManyAttempts:
    wait = f"{seconds} seconds" if seconds < 90 else f"{math.ceil(seconds / 60)} minutes"
    return sessions.TooManyAttempts(
        message=f"Too many tries. Wait {wait} and try again, or set a new password.", retry_after_seconds=seconds
    )
