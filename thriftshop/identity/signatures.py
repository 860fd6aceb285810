"""Signed values in the format of `django.core.signing`, several times faster: its keys are derived once, not per signature.

Either side may be Django's own functions, so processes of older versions accept these values and issue acceptable ones.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from django.core import signing

from thriftshop import clock


class BadSignature(Exception):
    """The value was not signed with one of these keys, or its payload cannot be read."""


def dumps(payload: Any, key: str, salt: str) -> str:
    """A payload as `signing.dumps` signs it."""
    value = f"{_base64(_json(payload))}:{_timestamp(clock.now() // 1000)}"
    return f"{value}:{_signature(value, key, salt)}"


def loads(token: str, keys: Sequence[str], salt: str) -> Any:
    """The payload of a value that `dumps` or `signing.dumps` signed with one of these keys, of any age. Raises BadSignature."""
    value, _, signature = token.rpartition(":")
    if not (token.isascii() and any(hmac.compare_digest(signature, _signature(value, key, salt)) for key in keys)):
        raise BadSignature
    encoded = value.rpartition(":")[0]
    try:
        return orjson.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except ValueError as error:
        raise BadSignature from error


def _json(payload: Any) -> bytes:
    """The payload as JSON in ASCII, which Django's functions expect and orjson does not write for other characters."""
    encoded = orjson.dumps(payload)
    return encoded if encoded.isascii() else json.dumps(payload, separators=(",", ":")).encode()


def _signature(value: str, key: str, salt: str) -> str:
    # `hmac.digest` gives up the interpreter's lock for two microseconds of work, and then waits for other threads.
    inner, outer = (begun.copy() for begun in _begun(key, salt))
    inner.update(value.encode())
    outer.update(inner.digest())
    return _base64(outer.digest())


@lru_cache(maxsize=64)
def _begun(key: str, salt: str) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """The two hashes of an HMAC, begun with the key that `django.utils.crypto.salted_hmac` derives."""
    derived = hashlib.sha256(f"{salt}signer{key}".encode()).digest().ljust(hashlib.sha256().block_size, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in derived)) for pad in (0x36, 0x5C))
    return inner, outer


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@lru_cache(maxsize=8)
def _timestamp(seconds: int) -> str:
    return signing.b62_encode(seconds)
