"""Who is who: the viewer as a signed, short-lived statement, and the questions that services ask about them."""

from functools import lru_cache

from django.conf import settings
from django.core import signing

from idl import common
from thriftshop import circumstances, clock

SALT = "thriftshop.viewer"
LIFETIME_SECONDS = 60


def sign(viewer: common.Viewer) -> str:
    """A statement of who the viewer is, good for a minute, that only holders of VIEWER_KEYS can make."""
    keys = settings.VIEWER_KEYS
    payload = {"id": viewer.id, "role": viewer.role, "session": viewer.session_id, "at": clock.now()}
    return signing.dumps(payload, key=keys[0], salt=SALT)


def verify(statement: str) -> common.Viewer:
    """The viewer of a statement. Raises common.Unauthenticated for a forged or outdated one."""
    viewer, signed_at = _unsign(statement, tuple(settings.VIEWER_KEYS))
    if clock.now() - signed_at > LIFETIME_SECONDS * 1000 * settings.DEADLINE_FACTOR:
        raise common.Unauthenticated(message="Who you are was stated too long ago; send the request again.")
    return viewer


@lru_cache(maxsize=2048)
def _unsign(statement: str, keys: tuple[str, ...]) -> tuple[common.Viewer, int]:
    try:
        payload = signing.loads(statement, key=keys[0], salt=SALT, fallback_keys=list(keys[1:]))
    except signing.BadSignature as error:
        raise common.Unauthenticated(message="The statement of who you are is not genuine.") from error
    return common.Viewer(id=payload["id"], role=payload["role"], session_id=payload["session"]), payload["at"]


def viewer() -> common.Viewer | None:
    """The person on whose behalf this call is made; None for a stranger and for a service's own business."""
    statement = circumstances.current().viewer
    return verify(statement) if statement else None


def is_service() -> bool:
    """Whether a service calls on its own business: no viewer, and not the gateway, which speaks for strangers."""
    here = circumstances.current()
    return not here.viewer and here.caller not in ("", "gateway")


def is_staff() -> bool:
    """Whether the viewer works here, or a service calls on its own business."""
    person = viewer()
    return is_service() if person is None else person.role == common.Role.STAFF


def may_see(owner_id: str | None) -> bool:
    """Whether what belongs to this user may be shown: to themselves, to staff, to services."""
    person = viewer()
    return is_staff() or (person is not None and owner_id is not None and person.id == owner_id)


def require_viewer() -> common.Viewer:
    """The viewer. Raises common.Unauthenticated where there is none."""
    person = viewer()
    if person is None:
        raise common.Unauthenticated(message="Log in first, and send the token with the request.")
    return person


def require_staff() -> None:
    """Raises common.Forbidden unless the viewer works here or a service calls on its own business."""
    if not is_staff():
        raise common.Forbidden(message="Only the shop's staff may do this.")


def actor() -> str:
    """Who to name in a record: the viewer's id, or else the service that calls."""
    person = viewer()
    return person.id if person else circumstances.current().caller
