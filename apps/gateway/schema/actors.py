"""Who did something, as it is shown: to staff by name, to customers as themselves or the shop. Ids are for the services alone."""

import uuid
from typing import Any

import graphene

from apps.gateway import loaders
from idl import common
from thriftshop import rpc

ACTOR_SAYS = (
    'Who did it: "you"; for staff the name and e-mail address of a user, or the service that did; for customers "shop". '
    '"a former user" where the account was erased.'
)


def field() -> Any:
    """The field `actor` of a type; its struct has a user's id there, or the name of a service."""
    return graphene.String(required=True, description=ACTOR_SAYS, resolver=who)


async def who(root: Any, info: Any) -> str | None:
    """Resolves `actor`; the users of a list are loaded in one batch."""
    actor, viewer = root.actor, info.context.viewer
    if not actor:
        return None
    if viewer is not None and viewer.id == actor:
        return "you"
    if not _is_id(actor):
        return str(actor)
    if viewer is None or viewer.role != common.Role.STAFF:
        return "shop"
    try:
        user = await loaders.user(info.context, actor)
    except rpc.RpcError:
        return "a user"
    return f"{user.name} ({user.email})" if user else "a former user"


def _is_id(actor: str) -> bool:
    try:
        uuid.UUID(actor)
    except ValueError:
        return False
    return True
