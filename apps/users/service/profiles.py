"""Profiles: what users tell us about themselves: name, settings, addresses."""

from collections.abc import Mapping

from django.conf import settings as shop
from django.db import transaction

from apps.users import domain, models
from apps.users.service import reading
from idl import common, users
from thriftshop.contact import addresses, texts


def update(name: str | None = None, settings: Mapping[str, str] | None = None) -> users.User:
    """Changes the viewer's name and settings; what is absent stays. Gives the user as they are then."""
    with transaction.atomic():
        user = reading.lock_viewer()
        changed = []
        if name is not None and (kept := reading.name(name)) != user.name:
            user.name = kept
            changed.append("name")
        wanted = domain.changed_settings(user.settings, settings or {}, shop.CURRENCIES)
        if wanted != user.settings:
            user.settings = wanted
            changed.append("settings")
        if changed:
            models.change(user, users.ProfileChanged(id=str(user.pk), fields=changed), changed)
        return user.to_struct()


def put_address(id: str | None, address: common.Address, label: str | None, is_default: bool) -> users.UserAddress:
    """Adds an address to the viewer's, or rewrites the one of this id. The same one added twice is there once."""
    valid, named = addresses.checked(address), _label(label)
    with transaction.atomic():
        user = reading.lock_viewer()
        present = list(user.addresses.all())
        row = _row(user, present, id, valid)
        row.put(valid)
        row.label = named
        if row not in present:
            present.append(row)
        row.save()
        _settle_default(present, str(row.pk) if is_default else None)
        _note(user)
        return row.to_struct()


def _label(text: str | None) -> str:
    return texts.optional(text or "", "label", domain.LABEL_LENGTH, "The label")


def _row(
    user: models.User, present: list[models.Address], address_id: str | None, valid: common.Address
) -> models.Address:
    if address_id is not None:
        return _own(present, address_id)
    same = [one for one in present if one.to_address() == valid]
    if same:
        return same[0]
    if len(present) >= domain.MOST_ADDRESSES:
        raise common.InvalidInput(
            message=f"You keep {domain.MOST_ADDRESSES} addresses, which is the most; remove one first.", field="address"
        )
    return models.Address(user=user)


def _own(present: list[models.Address], address_id: str) -> models.Address:
    for one in present:
        if one.pk == models.known(address_id):
            return one
    raise common.NotFound(message="You have no such address.", kind="address", id=address_id[:64])


def _settle_default(present: list[models.Address], wanted: str | None) -> None:
    """Leaves exactly one default address; the one that was is unset first, for there may never be two."""
    chosen = domain.default_after({str(one.pk): one.is_default for one in present}, wanted)
    moved = [one for one in present if one.is_default != (str(one.pk) == chosen)]
    for one in sorted(moved, key=lambda one: not one.is_default):
        one.is_default = str(one.pk) == chosen
        one.save(update_fields=["is_default"])


def remove_address(id: str) -> None:
    """Removes one of the viewer's addresses; where it was the default one, the oldest that is left becomes it."""
    with transaction.atomic():
        user = reading.lock_viewer()
        present = list(user.addresses.all())
        gone = _own(present, id)
        present.remove(gone)
        gone.delete()
        _settle_default(present, None)
        _note(user)


def _note(user: models.User) -> None:
    models.change(user, users.ProfileChanged(id=str(user.pk), fields=["addresses"]))
