"""The `actor` fields: staff see names, customers see themselves or the shop; ids are never exposed."""

import uuid
from typing import Protocol

import graphene

from apps.gateway import loaders
from idl import common
from thriftshop import rpc
from thriftshop.graphql.requests import Info

ACTOR_DESCRIPTION = (
    'Who did it: "you"; to staff, a user\'s name and e-mail address or the name of a service; to customers, "shop". '
    '"a former user" if the account was erased.'
)


class HasActor(Protocol):
    """A struct that names who did something: a user's id, or a service."""

    @property
    def actor(self) -> str | None:
        """The id or the name."""


def field() -> graphene.Field:
    """The field `actor` of a type whose struct has a user's id or the name of a service there."""
    return graphene.String(required=True, description=ACTOR_DESCRIPTION, resolver=actor_name)


async def actor_name(root: HasActor, info: Info) -> str | None:
    """Resolve `actor`; the users of a list are loaded in one batch."""
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
