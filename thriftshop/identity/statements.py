"""Signed, short-lived statements: who the viewer is, and which service calls; each is addressed to one service."""

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
LIFETIME_MS = 60_000
# Made anew so often: what is sent is good for half its life at least.
FRESH_MS = 30_000

Keys = tuple[str, ...]


class InvalidStatement(Exception):
    """A statement that is forged, outdated, from the future or for somebody else.

    It is made by a service, never by a customer: keys or clocks differ, and no customer can do anything about that.
    """


def sign(viewer: common.Viewer, audience: str = "") -> str:
    """A statement of who the viewer is, good for a minute, that only holders of VIEWER_KEYS can make.

    `audience` is the context that it is for; without one it holds in this process, and no service takes it.
    """
    return _signed(_viewer_payload(viewer, clock.now(), audience), tuple(settings.VIEWER_KEYS), VIEWER_SALT)


def verify(statement: str, audience: str | None = None) -> common.Viewer:
    """The viewer of a statement. Raises InvalidStatement for a forged or outdated one, or one for somebody else."""
    viewer, payload = _viewer(statement, tuple(settings.VIEWER_KEYS))
    _check_age(payload["at"], "Who you are")
    if audience is not None and payload["for"] != audience:
        raise InvalidStatement(f"Who you are was stated to {payload['for'] or 'nobody'!r}, not to {audience!r}.")
    return viewer


def restate(statement: str, audience: str) -> str:
    """The same statement to another service, no younger than it was. Raises InvalidStatement for a forged one."""
    return _restated(statement, audience, tuple(settings.VIEWER_KEYS))


def state_caller(caller: str, audience: str) -> str:
    """A statement that this service calls, for where no mesh knows it; only holders of SERVICE_KEYS can make it."""
    return _caller_token(caller, audience, tuple(settings.SERVICE_KEYS), clock.now() // FRESH_MS)


def read_caller(token: str, audiences: Collection[str]) -> str:
    """The service that calls. Raises InvalidStatement for a forged or outdated statement, or one for others."""
    payload = _opened(token, tuple(settings.SERVICE_KEYS), CALLER_SALT, "Which service calls")
    _check_age(payload["at"], "Which service calls")
    if payload["for"] not in audiences:
        raise InvalidStatement(
            f"Which service calls was stated to {payload['for']!r}, not to {', '.join(sorted(audiences))}."
        )
    return str(payload["caller"])


def mesh_caller(client_id: str) -> str:
    """The service that Linkerd's identity names: `cart.<namespace>.serviceaccount.identity...`; empty for one from elsewhere."""
    name, _, rest = client_id.partition(".")
    return name if rest.startswith(f"{settings.MESH_NAMESPACE}.serviceaccount.identity.") else ""


@lru_cache(maxsize=4096)
def _restated(statement: str, audience: str, keys: Keys) -> str:
    viewer, payload = _viewer(statement, keys)
    return _signed(_viewer_payload(viewer, payload["at"], audience), keys, VIEWER_SALT)


@lru_cache(maxsize=256)
def _caller_token(caller: str, audience: str, keys: Keys, period: int) -> str:
    return _signed({"caller": caller, "for": audience, "at": period * FRESH_MS}, keys, CALLER_SALT)


def _viewer_payload(viewer: common.Viewer, at: int, audience: str) -> dict[str, Any]:
    return {"id": viewer.id, "role": viewer.role, "session": viewer.session_id, "at": at, "for": audience}


def _signed(payload: dict[str, Any], keys: Keys, salt: str) -> str:
    return signing.dumps(payload, key=keys[0], salt=salt)


@lru_cache(maxsize=4096)
def _viewer(statement: str, keys: Keys) -> tuple[common.Viewer, dict[str, Any]]:
    payload = _opened(statement, keys, VIEWER_SALT, "Who you are")
    return common.Viewer(id=payload["id"], role=payload["role"], session_id=payload["session"]), payload


@lru_cache(maxsize=4096)
def _opened(statement: str, keys: Keys, salt: str, what: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = signing.loads(statement, key=keys[0], salt=salt, fallback_keys=list(keys[1:]))
    except (signing.BadSignature, json.JSONDecodeError, ValueError) as error:
        raise InvalidStatement(f"{what} is not stated genuinely: both sides need the same {KEYS[salt]}.") from error
    return found


def _check_age(signed_at: int, what: str) -> None:
    age = clock.now() - signed_at
    if age > LIFETIME_MS:
        raise InvalidStatement(
            f"{what} was stated {age // 1000} s ago, which is too long ago: set the clocks of both machines."
        )
    if age < -clock.SKEW_MS:
        raise InvalidStatement(f"{what} is stated {-age // 1000} s from the future: set the clocks of both machines.")
