"""Global ids, unique across all types: opaque to clients, made of a type's name and a key."""

import base64
import binascii

from idl import common


def encode(kind: str, key: str) -> str:
    """The global id of the object of this type and key."""
    return base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


def split(global_id: str) -> tuple[str, str] | None:
    """The type and key of a global id; None if it is not valid."""
    try:
        raw = base64.b64decode(global_id + "=" * (-len(global_id) % 4), altchars=b"-_", validate=True)
        kind, colon, key = raw.decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (kind, key) if colon and key and encode(kind, key) == global_id else None


def decode(kind: str, global_id: str) -> str:
    """The key of a global id of this type. Raises common.NotFound for any other id."""
    parts = split(global_id)
    if parts is None or parts[0] != kind:
        raise common.NotFound(
            message=f"No {kind.lower()} has the id {global_id[:60]!r}.", kind=kind.lower(), id=global_id[:60]
        )
    return parts[1]
