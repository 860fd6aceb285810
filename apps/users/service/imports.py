"""Users brought in at once: known to the shop already, so that no e-mail goes out."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth import hashers
from django.db import transaction

from apps.users import models
from apps.users.service import reading
from idl import common
from idl import users as contract
from thriftshop import events, identity
from thriftshop.contact import addresses as postal
from thriftshop.contact import emails

MOST = 10_000
CHUNK = 500


def import_users(users: Sequence[contract.UserImport]) -> list[str]:
    """Brings users in; those whose address is there stay as they are. Gives all their ids in the order given.

    Services only. Raises common.InvalidInput, naming the first user at fault, before anything is written.
    Their addresses count as proven. Staff come in only where DEBUG is on, which production never has, and may
    then do everything: they are the accounts to try in the demo shop.
    """
    if not identity.is_service():
        raise common.Forbidden(message="Only the shop's own services may bring users in.")
    if len(users) > MOST:
        raise common.InvalidInput(message=f"Bring in {MOST:,} users at a time, not {len(users):,}.", field="users")
    emails: list[str] = []
    wanted: dict[str, tuple[contract.UserImport, str, list[common.Address]]] = {}
    for place, one in enumerate(users):
        email, name, addresses = _checked(place, one)
        emails.append(email)
        wanted.setdefault(email, (one, name, addresses))
    ids = _present(emails)
    rows = {email: _row(email, *wanted[email]) for email in wanted if email not in ids}
    with transaction.atomic():
        # Somebody may have signed up since the first look.
        ids |= _present(list(rows))
        _write([(row, wanted[email][2]) for email, row in rows.items() if email not in ids])
    ids |= {email: str(row.pk) for email, row in rows.items() if email not in ids}
    return [ids[email] for email in emails]


def _checked(place: int, one: contract.UserImport) -> tuple[str, str, list[common.Address]]:
    try:
        if one.role == common.Role.STAFF and not settings.DEBUG:
            raise common.Forbidden(message="Staff are brought in only where the shop is in development.")
        return (
            emails.checked(one.email),
            reading.name(one.name),
            [postal.checked(address) for address in one.addresses or []],
        )
    except common.InvalidInput as error:
        raise common.InvalidInput(
            message=f"User {place + 1} of the list: {error.message}", field=f"users.{place}.{error.field}"
        ) from error


def _present(emails: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(emails), CHUNK):
        rows = models.User.objects.filter(email__in=emails[start : start + CHUNK]).values_list("email", "id")
        found |= {email: str(key) for email, key in rows}
    return found


def _row(email: str, one: contract.UserImport, name: str, _: object) -> models.User:
    is_staff = one.role == common.Role.STAFF
    return models.User(
        email=email,
        name=name,
        email_verified=True,
        is_staff=is_staff,
        is_superuser=is_staff,
        password=hashers.make_password(one.password),
    )


def _write(pairs: Sequence[tuple[models.User, Sequence[common.Address]]]) -> None:
    models.User.objects.bulk_create([user for user, _ in pairs], batch_size=CHUNK)
    addresses = []
    for user, given in pairs:
        for place, address in enumerate(given):
            row = models.Address(user=user, is_default=place == 0, added_at=user.joined_at + place)
            row.put(address)
            addresses.append(row)
    models.Address.objects.bulk_create(addresses, batch_size=CHUNK)
    events.record_many(models.TOPIC, {str(user.pk): [user.registered()] for user, _ in pairs})
