"""Signed tokens of the viewer and the caller, and access checks for services."""

from idl import common
from thriftshop import call_context, contexts
from thriftshop.identity.tokens import (
    InvalidIdentityToken,
    issue_caller_token,
    mesh_caller,
    reissue,
    sign,
    verify,
    verify_caller_token,
)

__all__ = [
    "InvalidIdentityToken",
    "actor",
    "is_service",
    "is_staff",
    "issue_caller_token",
    "may_see",
    "mesh_caller",
    "reissue",
    "require_staff",
    "require_viewer",
    "sign",
    "verify",
    "verify_caller_token",
    "viewer",
]


def viewer() -> common.Viewer | None:
    """The person on whose behalf this call is made; None for anonymous requests and a service's own calls."""
    token = call_context.current().viewer
    return verify(token) if token else None


def is_service() -> bool:
    """Whether a service calls on its own behalf: without a viewer, and not for strangers as a public context does."""
    here = call_context.current()
    return bool(here.caller) and not here.viewer and not contexts.is_public(here.caller)


def is_staff() -> bool:
    """Whether the viewer is staff, or a service calls on its own behalf."""
    person = viewer()
    return is_service() if person is None else person.role == common.Role.STAFF


def may_see(owner_id: str | None) -> bool:
    """Whether data of this user may be shown: to themselves, to staff, and to services."""
    person = viewer()
    if person is None:
        return is_service()
    return person.role == common.Role.STAFF or person.id == owner_id


def require_viewer() -> common.Viewer:
    """The viewer. Raises common.Unauthenticated if there is none."""
    person = viewer()
    if person is None:
        raise common.Unauthenticated(message="Log in first, and send the token with the request.")
    return person


def require_staff() -> None:
    """Raise common.Forbidden unless the viewer is staff or a service calls on its own behalf."""
    if not is_staff():
        raise common.Forbidden(message="Only staff may do this.")


def actor() -> str:
    """The actor of an event: the viewer's id, or else the calling service."""
    person = viewer()
    return person.id if person else call_context.current().caller
