"""What orders know of people, sealed: events keep it encrypted under a key per person, and deleting the key erases it all."""

from collections.abc import Iterable, Mapping

from cryptography.fernet import Fernet, InvalidToken
from django.db import models

from idl import orders
from thriftshop.rpc import codec

NOTHING = orders.Personal()
OWNERS_PER_QUERY = 500


class PersonalKey(models.Model):
    """The key of one person: of a customer, or of a guest's single order. It exists nowhere else."""

    owner = models.CharField(max_length=64, primary_key=True)
    key = models.BinaryField()

    def __str__(self) -> str:
        return self.owner


def owner_of(customer_id: str | None, order_id: str) -> str:
    """Under whose key an order's personal part is: the customer's, or for a guest the order's own."""
    return customer_id or order_id


def seal(personal: orders.Personal, owner: str) -> bytes | None:
    """The personal part, encrypted under its owner's key; None where nothing is known."""
    if personal == NOTHING:
        return None
    found, _ = PersonalKey.objects.get_or_create(owner=owner, defaults={"key": Fernet.generate_key()})
    return Fernet(bytes(found.key)).encrypt(codec.encode(personal))


def unseal(sealed: Mapping[str, tuple[str, bytes | None]]) -> dict[str, orders.Personal]:
    """The personal parts of orders, by order id, of (owner, sealed) pairs; an empty one where the key is gone."""
    keys = _keys({owner for owner, part in sealed.values() if part})
    return {order_id: _open(keys.get(owner), part) for order_id, (owner, part) in sealed.items()}


def _keys(owners: Iterable[str]) -> dict[str, bytes]:
    names = sorted(owners)
    parts = (names[start : start + OWNERS_PER_QUERY] for start in range(0, len(names), OWNERS_PER_QUERY))
    return {
        owner: bytes(key)
        for part in parts
        for owner, key in PersonalKey.objects.filter(owner__in=part).values_list("owner", "key")
    }


def _open(key: bytes | None, sealed: bytes | None) -> orders.Personal:
    if key is None or sealed is None:
        return NOTHING
    try:
        personal: orders.Personal = codec.decode_own(orders.Personal, Fernet(key).decrypt(sealed))
    except InvalidToken:
        # Sealed under a key that was erased before the owner came to have another: as gone as if there were none.
        return NOTHING
    return personal


def forget(owner: str) -> bool:
    """Deletes a person's key: what was sealed under it cannot be read by anybody any more. Gives whether there was one."""
    deleted, _ = PersonalKey.objects.filter(owner=owner).delete()
    return bool(deleted)
