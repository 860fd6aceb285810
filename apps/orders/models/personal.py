"""Personal data in orders: events have it encrypted with a key per person, and deleting the key erases it."""

from collections.abc import Iterable, Mapping

from cryptography.fernet import Fernet, InvalidToken
from django.db import models

from idl import orders
from thriftshop.database import bulk
from thriftshop.rpc import codec

NOTHING = orders.Personal()
OWNERS_PER_QUERY = 500


class PersonalKey(models.Model):
    """The key of a customer, or of a guest's order. It is stored nowhere else."""

    owner = models.CharField(max_length=64, primary_key=True)
    key = models.BinaryField()

    def __str__(self) -> str:
        return self.owner


def owner_of(customer_id: str | None, order_id: str) -> str:
    """The owner of the key: the customer, or a guest's order itself."""
    return customer_id or order_id


def seal(personal: orders.Personal, owner: str, *, is_new: bool = False) -> bytes | None:
    """The personal data, encrypted with its owner's key; None if it is empty. `is_new` saves looking for a key."""
    if personal == NOTHING:
        return None
    known = {} if is_new else _keys([owner])
    return Fernet(known[owner] if known else _new_key(owner)).encrypt(codec.encode(personal))


def _new_key(owner: str) -> bytes:
    """A new key. If another process makes one at the same time, the first is used."""
    key = Fernet.generate_key()
    is_new = bulk.insert_once(PersonalKey.objects.all(), {"owner": owner, "key": key}) is not None
    return key if is_new else _keys([owner])[owner]


def unseal(sealed: Mapping[str, tuple[str, bytes | None]]) -> dict[str, orders.Personal]:
    """Decrypt (owner, sealed) pairs by order id; without a key the personal data is empty."""
    keys = _keys({owner for owner, data in sealed.values() if data})
    return {order_id: _open(keys.get(owner), data) for order_id, (owner, data) in sealed.items()}


def _keys(owners: Iterable[str]) -> dict[str, bytes]:
    unique = sorted(owners)
    batches = (unique[start : start + OWNERS_PER_QUERY] for start in range(0, len(unique), OWNERS_PER_QUERY))
    return {
        owner: bytes(key)
        for batch in batches
        for owner, key in bulk.read(PersonalKey.objects.all(), ("owner", "key"), "owner", batch)
    }


def _open(key: bytes | None, sealed: bytes | None) -> orders.Personal:
    if key is None or sealed is None:
        return NOTHING
    try:
        personal: orders.Personal = codec.decode_own(orders.Personal, Fernet(key).decrypt(sealed))
    except InvalidToken:
        # Encrypted with an earlier key of this owner, which was deleted.
        return NOTHING
    return personal


def forget(owner: str) -> bool:
    """Delete a person's key, so that nobody can decrypt their data; returns whether there was one."""
    deleted, _ = PersonalKey.objects.filter(owner=owner).delete()
    return bool(deleted)
