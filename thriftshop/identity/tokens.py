"""Signed, short-lived tokens that name the viewer or the calling service; each is valid for one audience."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from idl import common
from thriftshop import clock
from thriftshop.identity import signatures

VIEWER_SALT = "thriftshop.viewer"
CALLER_SALT = "thriftshop.caller"
KEYS = {VIEWER_SALT: "VIEWER_KEYS", CALLER_SALT: "SERVICE_KEYS"}
VIEWER_TOKEN, CALLER_TOKEN = "viewer token", "caller token"
LIFETIME_MS = 60_000
# Caller tokens are renewed this often, so that a token is valid for at least half of its lifetime.
FRESH_MS = 30_000

# Verified tokens are remembered: a request presents its token again with every check.
MAX_REMEMBERED = 4096

Keys = tuple[str, ...]


class Content(NamedTuple):
    """The content of a viewer token."""

    viewer: common.Viewer
    issued_at: int
    audience: str


class InvalidIdentityToken(Exception):
    """A token that is forged, expired, from the future or for another audience.

    Tokens are issued by services, so keys or clocks differ; it is never the customer's fault.
    """


def sign(viewer: common.Viewer, audience: str = "") -> str:
    """Issues a viewer token, valid for a minute, signed with VIEWER_KEYS.

    `audience` is the context that it is for; without one it is valid in this process only.
    """
    keys, second = tuple(settings.VIEWER_KEYS), clock.now() // 1000
    return _viewer_token(viewer.id, viewer.role, viewer.session_id, audience, keys, second)


def verify(token: str, audience: str | None = None) -> common.Viewer:
    """The viewer of a token. Raises InvalidIdentityToken if it is forged, expired, or for another audience."""
    content = _content(token, tuple(settings.VIEWER_KEYS))
    _check_age(content.issued_at, VIEWER_TOKEN)
    if audience is not None and content.audience != audience:
        raise InvalidIdentityToken(
            f"Invalid {VIEWER_TOKEN}: it is for {content.audience or 'nobody'!r}, not for {audience!r}."
        )
    return content.viewer


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
    """The context or driver of a Linkerd identity `cart.<namespace>.serviceaccount.identity...`; empty for any other."""
    name, _, rest = client_id.partition(".")
    is_known = name in settings.ALL_CONTEXTS or name in settings.ALL_DRIVERS
    return name if is_known and rest.startswith(f"{settings.MESH_NAMESPACE}.serviceaccount.identity.") else ""


@lru_cache(maxsize=4096)
def _viewer_token(id_: str, role: int, session_id: str | None, audience: str, keys: Keys, second: int) -> str:
    """The requests of a session within a second share a token."""
    viewer = common.Viewer(id=id_, role=role, session_id=session_id)
    return _issued(Content(viewer, second * 1000, audience), keys)


@lru_cache(maxsize=4096)
def _reissued(token: str, audience: str, keys: Keys) -> str:
    return _issued(_content(token, keys)._replace(audience=audience), keys)


@lru_cache(maxsize=256)
def _caller_token(caller: str, audience: str, keys: Keys, period: int) -> str:
    return signatures.dumps({"caller": caller, "for": audience, "at": period * FRESH_MS}, keys[0], CALLER_SALT)


def _issued(content: Content, keys: Keys) -> str:
    person, at, audience = content
    payload = {"id": person.id, "role": person.role, "session": person.session_id, "at": at, "for": audience}
    token = signatures.dumps(payload, keys[0], VIEWER_SALT)
    _remember(token, keys, payload)
    return token


def _content(token: str, keys: Keys) -> Content:
    content = _remembered.get((token, keys))
    return _remember(token, keys, _opened(token, keys, VIEWER_SALT, VIEWER_TOKEN)) if content is None else content


def _remember(token: str, keys: Keys, payload: dict[str, Any]) -> Content:
    if len(_remembered) >= MAX_REMEMBERED:
        _remembered.clear()
    viewer = common.Viewer(id=payload["id"], role=payload["role"], session_id=payload["session"])
    content = _remembered[token, keys] = Content(viewer, payload["at"], payload["for"])
    return content


_remembered: dict[tuple[str, Keys], Content] = {}


@lru_cache(maxsize=1024)
def _opened(token: str, keys: Keys, salt: str, noun: str) -> dict[str, Any]:
    try:
        payload: dict[str, Any] = signatures.loads(token, keys, salt)
    except signatures.BadSignature as error:
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
