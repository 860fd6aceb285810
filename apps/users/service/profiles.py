"""Profiles: name, settings and addresses."""

from collections.abc import Mapping

from django.conf import settings as shop
from django.db import transaction

from apps.users import domain, models
from apps.users.service import reading
from idl import common, users
from thriftshop.contact import addresses, texts


def update(name: str | None = None, settings: Mapping[str, str] | None = None) -> users.User:
    """Change the viewer's name and settings, if given, and return the changed user."""
    with transaction.atomic():
        user = reading.lock_viewer()
        changed = []
        if name is not None and (new_name := reading.name(name)) != user.name:
            user.name = new_name
            changed.append("name")
        new_settings = domain.changed_settings(user.settings, settings or {}, shop.CURRENCIES)
        if new_settings != user.settings:
            user.settings = new_settings
            changed.append("settings")
        if changed:
            models.change(user, users.ProfileChanged(id=str(user.pk), fields=changed), changed)
        return user.to_struct()


def put_address(id: str | None, address: common.Address, label: str | None, is_default: bool) -> users.UserAddress:
    """Add an address to the viewer's, or replace the one with this id. An identical one is not added again."""
    valid, valid_label = addresses.checked(address), _label(label)
    with transaction.atomic():
        user = reading.lock_viewer()
        existing = list(user.addresses.all())
        row = _row(user, existing, id, valid)
        row.assign(valid)

        row.label = valid_label
        if row not in existing:
            existing.append(row)
        row.save()
        _update_default(existing, str(row.pk) if is_default else None)
        _record_change(user)
        return row.to_struct()


def _label(text: str | None) -> str:
    return texts.optional(text or "", "label", domain.MAX_LABEL_LENGTH, "The label")


def _row(
    user: models.User, existing: list[models.Address], address_id: str | None, valid: common.Address
) -> models.Address:
    if address_id is not None:
        return _find(existing, address_id)
    same = [row for row in existing if row.to_address() == valid]
    if same:
        return same[0]
    if len(existing) >= domain.MAX_ADDRESSES:
        raise common.InvalidInput(
            message=f"You already have {domain.MAX_ADDRESSES} addresses, the maximum. Remove one first.",
            field="address",
        )
    return models.Address(user=user)


def _find(existing: list[models.Address], address_id: str) -> models.Address:
    for row in existing:
        if row.pk == models.parse_id(address_id):
            return row
    raise common.NotFound(message="You have no such address.", kind="address", id=address_id[:64])


def _update_default(existing: list[models.Address], preferred: str | None) -> None:
    """Make exactly one address the default; the previous one is unset first, because of the unique constraint."""
    default = domain.default_address({str(row.pk): row.is_default for row in existing}, preferred)
    changed = [row for row in existing if row.is_default != (str(row.pk) == default)]
    for row in sorted(changed, key=lambda row: not row.is_default):
        row.is_default = str(row.pk) == default
        row.save(update_fields=["is_default"])


def remove_address(id: str) -> None:
    """Remove one of the viewer's addresses. If it was the default, the oldest remaining one becomes the default."""
    with transaction.atomic():
        user = reading.lock_viewer()
        existing = list(user.addresses.all())
        removed = _find(existing, id)
        existing.remove(removed)
        removed.delete()
        _update_default(existing, None)
        _record_change(user)


def _record_change(user: models.User) -> None:
    models.change(user, users.ProfileChanged(id=str(user.pk), fields=["addresses"]))
