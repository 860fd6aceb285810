"""Who is who: signed statements of the viewer and of the caller, and the questions that services ask about them."""

from idl import common
from thriftshop import call_context, contexts
from thriftshop.identity.statements import (
    InvalidStatement,
    mesh_caller,
    read_caller,
    restate,
    sign,
    state_caller,
    verify,
)

__all__ = [
    "InvalidStatement",
    "actor",
    "is_service",
    "is_staff",
    "may_see",
    "mesh_caller",
    "read_caller",
    "require_staff",
    "require_viewer",
    "restate",
    "sign",
    "state_caller",
    "verify",
    "viewer",
]


def viewer() -> common.Viewer | None:
    """The person on whose behalf this call is made; None for a stranger and for a service's own business."""
    statement = call_context.current().viewer
    return verify(statement) if statement else None


def is_service() -> bool:
    """Whether a service calls on its own behalf: without a viewer, and not for strangers as a public context does."""
    here = call_context.current()
    return bool(here.caller) and not here.viewer and not contexts.is_public(here.caller)


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
    return person.id if person else call_context.current().caller
