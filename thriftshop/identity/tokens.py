"""Signed, short-lived tokens that name the viewer or the calling service; each is valid for one audience."""

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import signing

from idl import common
from thriftshop import clock

VIEWER_SALT = "thriftshop.viewer"
CALLER_SALT = "thriftshop.caller"
KEYS = {VIEWER_SALT: "VIEWER_KEYS", CALLER_SALT: "SERVICE_KEYS"}
VIEWER_TOKEN, CALLER_TOKEN = "viewer token", "caller token"
LIFETIME_MS = 60_000
# Caller tokens are renewed this often, so that a token is valid for at least half of its lifetime.
FRESH_MS = 30_000

Keys = tuple[str, ...]


class InvalidIdentityToken(Exception):
    """A token that is forged, expired, from the future or for another audience.

    Tokens are issued by services, so keys or clocks differ; it is never the customer's fault.
    """


def sign(viewer: common.Viewer, audience: str = "") -> str:
    """Issues a viewer token, valid for a minute, signed with VIEWER_KEYS.

    `audience` is the context that it is for; without one it is valid in this process only.
    """
    return _signed(_viewer_payload(viewer, clock.now(), audience), tuple(settings.VIEWER_KEYS), VIEWER_SALT)


def verify(token: str, audience: str | None = None) -> common.Viewer:
    """The viewer of a token. Raises InvalidIdentityToken if it is forged, expired, or for another audience."""
    viewer, payload = _viewer(token, tuple(settings.VIEWER_KEYS))
    _check_age(payload["at"], VIEWER_TOKEN)
    if audience is not None and payload["for"] != audience:
        raise InvalidIdentityToken(
            f"Invalid {VIEWER_TOKEN}: it is for {payload['for'] or 'nobody'!r}, not for {audience!r}."
        )
    return viewer


def reissue(token: str, audience: str) -> str:
    """Issues the viewer token for another service, with the same issue time. Raises InvalidIdentityToken if it is forged."""
    return _reissued(token, audience, tuple(settings.VIEWER_KEYS))


def issue_caller_token(caller: str, audience: str) -> str:
    """Issues a caller token, for use without a mesh, signed with SERVICE_KEYS."""
    return _caller_token(caller, audience, tuple(settings.SERVICE_KEYS), clock.now() // FRESH_MS)


def verify_caller_token(token: str, audiences: Collection[str]) -> str:
    """The calling service. Raises InvalidIdentityToken if the token is forged, expired, or for another audience."""
    payload = _opened(token, tuple(settings.SERVICE_KEYS), CALLER_SALT, CALLER_TOKEN)
    _check_age(payload["at"], CALLER_TOKEN)
    if payload["for"] not in audiences:
        raise InvalidIdentityToken(
            f"Invalid {CALLER_TOKEN}: it is for {payload['for']!r}, not for {', '.join(sorted(audiences))}."
        )
    return str(payload["caller"])


def mesh_caller(client_id: str) -> str:
    """The service of a Linkerd identity `cart.<namespace>.serviceaccount.identity...`; empty for another namespace."""
    name, _, rest = client_id.partition(".")
    return name if rest.startswith(f"{settings.MESH_NAMESPACE}.serviceaccount.identity.") else ""


@lru_cache(maxsize=4096)
def _reissued(token: str, audience: str, keys: Keys) -> str:
    viewer, payload = _viewer(token, keys)
    return _signed(_viewer_payload(viewer, payload["at"], audience), keys, VIEWER_SALT)


@lru_cache(maxsize=256)
def _caller_token(caller: str, audience: str, keys: Keys, period: int) -> str:
    return _signed({"caller": caller, "for": audience, "at": period * FRESH_MS}, keys, CALLER_SALT)


def _viewer_payload(viewer: common.Viewer, at: int, audience: str) -> dict[str, Any]:
    return {"id": viewer.id, "role": viewer.role, "session": viewer.session_id, "at": at, "for": audience}


def _signed(payload: dict[str, Any], keys: Keys, salt: str) -> str:
    return signing.dumps(payload, key=keys[0], salt=salt)


@lru_cache(maxsize=4096)
def _viewer(token: str, keys: Keys) -> tuple[common.Viewer, dict[str, Any]]:
    payload = _opened(token, keys, VIEWER_SALT, VIEWER_TOKEN)
    return common.Viewer(id=payload["id"], role=payload["role"], session_id=payload["session"]), payload


@lru_cache(maxsize=4096)
def _opened(token: str, keys: Keys, salt: str, noun: str) -> dict[str, Any]:
    try:
        payload: dict[str, Any] = signing.loads(token, key=keys[0], salt=salt, fallback_keys=list(keys[1:]))
    except (signing.BadSignature, json.JSONDecodeError, ValueError) as error:
        raise InvalidIdentityToken(f"Invalid {noun}: both sides need the same {KEYS[salt]}.") from error
    return payload


def _check_age(signed_at: int, noun: str) -> None:
    age = clock.now() - signed_at
    if age > LIFETIME_MS:
        raise InvalidIdentityToken(
            f"Invalid {noun}: it was issued {age // 1000} s ago and has expired; set the clocks of both machines."
        )
    if age < -clock.SKEW_MS:
        raise InvalidIdentityToken(
            f"Invalid {noun}: it was issued {-age // 1000} s in the future; set the clocks of both machines."
        )
