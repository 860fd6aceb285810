"""Imports of existing users, without e-mails to them."""

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

MAX_USERS = 10_000
CHUNK = 500


def import_users(users: Sequence[contract.UserImport]) -> list[str]:
    """Import users and return their ids in the order given. Users whose address is known are not changed.

    Services only. Raises common.InvalidInput with the first invalid user before anything is written. Addresses count as
    verified. Staff are imported only if DEBUG is on, with all permissions: for the demo shop.
    """
    if not identity.is_service():
        raise common.Forbidden(message="Only the shop's own services may import users.")
    if len(users) > MAX_USERS:
        problem = f"Import up to {MAX_USERS:,} users at a time, not {len(users):,}."
        raise common.InvalidInput(message=problem, field="users")
    emails: list[str] = []
    imports: dict[str, tuple[contract.UserImport, str, list[common.Address]]] = {}
    for index, user in enumerate(users):
        email, name, addresses = _checked(index, user)
        emails.append(email)
        imports.setdefault(email, (user, name, addresses))
    ids = _existing_ids(emails)
    rows = {email: _row(email, *imports[email]) for email in imports if email not in ids}
    with transaction.atomic():
        # Others may have signed up since the first query.
        ids |= _existing_ids(list(rows))
        _write([(row, imports[email][2]) for email, row in rows.items() if email not in ids])
    ids |= {email: str(row.pk) for email, row in rows.items() if email not in ids}
    return [ids[email] for email in emails]


def _checked(index: int, user: contract.UserImport) -> tuple[str, str, list[common.Address]]:
    try:
        if user.role == common.Role.STAFF and not settings.DEBUG:
            raise common.Forbidden(message="Staff can only be imported in development (DEBUG).")
        return (
            emails.checked(user.email),
            reading.name(user.name),
            [postal.checked(address) for address in user.addresses or []],
        )
    except common.InvalidInput as error:
        raise common.InvalidInput(
            message=f"User {index + 1} of the list: {error.message}", field=f"users.{index}.{error.field}"
        ) from error


def _existing_ids(emails: Sequence[str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for start in range(0, len(emails), CHUNK):
        rows = models.User.objects.filter(email__in=emails[start : start + CHUNK]).values_list("email", "id")
        ids |= {email: str(key) for email, key in rows}
    return ids


def _row(email: str, user: contract.UserImport, name: str, _: object) -> models.User:
    is_staff = user.role == common.Role.STAFF
    return models.User(
        email=email,
        name=name,
        email_verified=True,
        is_staff=is_staff,
        is_superuser=is_staff,
        password=hashers.make_password(user.password),
    )


def _write(pairs: Sequence[tuple[models.User, Sequence[common.Address]]]) -> None:
    models.User.objects.bulk_create([user for user, _ in pairs], batch_size=CHUNK)
    addresses = []
    for user, postal_addresses in pairs:
        for index, address in enumerate(postal_addresses):
            row = models.Address(user=user, is_default=index == 0, added_at=user.joined_at + index)
            row.assign(address)
            addresses.append(row)
    models.Address.objects.bulk_create(addresses, batch_size=CHUNK)
    events.record_many(models.TOPIC, {str(user.pk): [user.registered_event()] for user, _ in pairs})
