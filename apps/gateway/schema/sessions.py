"""Sessions: logging in and out, and the devices on which the viewer is logged in."""

from collections.abc import Mapping
from typing import Any

import graphene

from apps.gateway import loaders
from apps.gateway.schema import carts
from apps.gateway.schema.types import about, given, message, required, types
from idl import cart, common, sessions, users
from thriftshop import rpc
from thriftshop.graphql import connections, global_ids
from thriftshop.graphql.mutations import mutation
from thriftshop.graphql.requests import Context

Sessions = connections.kind(lambda: types.of(sessions.Session), "Session")
# Longer User-Agent headers are cut before they are sent.
LONGEST_USER_AGENT = 1000


def service() -> Any:
    """The sessions."""
    return rpc.aconnect(sessions.SessionsService)


def is_current(session: sessions.Session, info: Any) -> bool:
    """Resolves `Session.current`."""
    viewer = info.context.viewer
    return viewer is not None and viewer.session_id == session.id


types.object(
    sessions.Session,
    key=lambda session: session.id,
    leave_out={"user_id"},
    fields={
        "current": graphene.Boolean(
            required=True, description="Whether it is the one that this request came with.", resolver=is_current
        )
    },
)


async def devices(_root: Any, info: Any) -> connections.Fetch:
    """Resolves `Query.sessions`."""
    viewer_id = info.context.viewer.id if info.context.viewer else ""
    open_sessions = await loaders.own_sessions(info.context)
    return connections.of_list("sessions", open_sessions, lambda one: (-one.used_at, one.id), (int, str), viewer_id)


async def log_in(context: Context, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Logs in on this device; the guest's cart comes along. The rest of the request is the new viewer's."""
    incoming = context.incoming
    device = wanted.get("device") or incoming.headers.get("user-agent", "")
    login = await service().log_in(
        wanted["email"], wanted["password"], device[:LONGEST_USER_AGENT], incoming.address or None
    )
    context.become(login.viewer)
    return {
        "token": login.token,
        "session": login.session,
        "user": await _user_after(context, login.viewer.id),
        "cart": await _cart_after(wanted.get("cart_token")),
    }


async def _user_after(context: Context, user_id: str) -> users.User | Exception | None:
    """Who is logged in now; a failure here is the field's own, for the login has happened."""
    try:
        return await loaders.user(context, user_id)
    except Exception as error:
        return error


async def _cart_after(guest_token: str | None) -> cart.Cart | Exception:
    """The viewer's cart with the guest's merged in; a failure here is the cart's own, for the login has happened."""
    try:
        if guest_token:
            try:
                merged: cart.Cart = await carts.service().merge(guest_token)
            except common.NotFound:
                pass  # it lapsed, or was merged before: nothing is lost
            else:
                return merged
        own: cart.Cart = await carts.service().get_cart(cart.CartRef())
    except Exception as error:
        return error
    return own


async def log_out(context: Context, _wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Ends the session that the request came with."""
    if context.viewer is None:
        raise common.Unauthenticated(message="Nobody is logged in here: the request came without a token.")
    await service().log_out(context.token)
    context.become(None)
    return {"message": "You are logged out on this device."}


async def revoke(_context: Context, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Ends one of the viewer's sessions."""
    await service().revoke(global_ids.decode("Session", wanted["id"]))
    return {"message": "That device is logged out."}


async def revoke_others(_context: Context, _wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Ends all of the viewer's other sessions."""
    return {"count": await service().revoke_others()}


QUERIES = {"sessions": connections.field_of(Sessions, "The viewer's open sessions, the last used first.", devices)}
MUTATIONS = {
    "log_in": mutation(
        types,
        "LogIn",
        (sessions.SessionsService, "log_in"),
        log_in,
        success={
            "token": graphene.String(required=True, description=about(sessions.Login, "token")),
            "session": required(lambda: types.of(sessions.Session), about(sessions.Login, "session")),
            "user": graphene.Field(lambda: types.of(users.User), description=about(sessions.Login, "viewer")),
            "cart": graphene.Field(
                lambda: types.of(cart.Cart), description="Their cart, with the guest's merged in where one was given."
            ),
        },
        arguments={
            "email": given(graphene.String, about(users.User, "email")),
            "password": given(graphene.String, "The password."),
            "device": given(
                graphene.String, "The device in words; made from the User-Agent header where absent.", must=False
            ),
            "cart_token": given(graphene.String, "A guest's cart to merge into the user's own.", must=False),
        },
    ),
    "log_out": mutation(
        types,
        "LogOut",
        (sessions.SessionsService, "log_out"),
        log_out,
        success=message(),
        also=(common.Unauthenticated,),
        description="Ends the session that the request came with.",
    ),
    "revoke_session": mutation(
        types,
        "RevokeSession",
        (sessions.SessionsService, "revoke"),
        revoke,
        success=message(),
        arguments={"id": given(graphene.ID, about(sessions.Session, "id"))},
    ),
    "revoke_other_sessions": mutation(
        types,
        "RevokeOtherSessions",
        (sessions.SessionsService, "revoke_others"),
        revoke_others,
        success={"count": graphene.Int(required=True, description="How many devices were logged out.")},
    ),
}
