"""Sessions: logging in and out, and the viewer's devices."""

import graphene

from apps.gateway import flags, loaders, tokens
from apps.gateway.schema import carts
from apps.gateway.schema.types import about, input_field, message, required, types
from idl import cart, common, sessions, users
from thriftshop import rpc
from thriftshop.graphql import connections, global_ids
from thriftshop.graphql.mutations import Success, mutation
from thriftshop.graphql.requests import Context, Info, Input, Payload

Sessions = connections.kind(lambda: types.of(sessions.Session), "Session")
# Longer User-Agent headers are cut before they are sent.
MAX_USER_AGENT = 1000


service = rpc.aconnect(sessions.SessionsService)


def is_current(session: sessions.Session, info: Info) -> bool:
    """Resolve `Session.current`."""
    viewer = info.context.viewer
    return viewer is not None and viewer.session_id == session.id


types.object(
    sessions.Session,
    key=lambda session: session.id,
    leave_out={"user_id"},
    fields={
        "current": graphene.Boolean(required=True, description="Whether this request uses it.", resolver=is_current)
    },
)


async def devices(_root: object, info: Info) -> connections.Fetch:
    """Resolve `Query.sessions`."""
    viewer_id = info.context.viewer.id if info.context.viewer else ""
    open_sessions = await loaders.own_sessions(info.context)
    return connections.of_list(
        "sessions", open_sessions, lambda session: (-session.used_at, session.id), (int, str), viewer_id
    )


async def log_in(context: Context, arguments: Input) -> Payload:
    """Log in on this device and merge the guest's cart. The rest of the request runs as the new viewer."""
    incoming = context.incoming
    device = arguments.get("device") or incoming.headers.get("user-agent", "")
    login = await service.log_in(
        arguments["email"], arguments["password"], device[:MAX_USER_AGENT], incoming.address or None
    )
    context.set_viewer(login.viewer)
    await flags.record_variants(context)
    return {
        "token": login.token,
        "session": login.session,
        "cart": await _merged(arguments.get("cart_token")),
    }


async def _merged(guest_token: str | None) -> cart.Cart | Exception | None:
    """The viewer's cart after the guest's was merged in, if there was one.

    A failure is an error of the field `cart` only, because the login has already happened.
    """
    if not guest_token:
        return None
    try:
        merged: cart.Cart = await carts.service.merge(guest_token)
    except common.NotFound:
        return None  # it has expired, or was merged before
    except Exception as error:
        return error
    return merged


async def user_after(login: Success, info: Info) -> users.User | None:
    """Resolve `LogInSuccess.user`."""
    return await loaders.user(info.context, login.values["session"].user_id)


async def cart_after(login: Success, info: Info) -> cart.Cart:
    """Resolve `LogInSuccess.cart`."""
    merged: cart.Cart | Exception | None = login.values["cart"]
    if isinstance(merged, Exception):
        raise merged
    return await loaders.own_cart(info.context) if merged is None else merged


async def log_out(context: Context, _arguments: Input) -> Payload:
    """End the session of this request."""
    if context.viewer is None:
        raise common.Unauthenticated(message="You are not logged in: the request has no token.")
    await service.log_out(context.token)
    if context.viewer.session_id:
        tokens.CHECKED.drop(context.viewer.session_id)
    context.set_viewer(None)
    return {"message": "You are logged out on this device."}


async def revoke(_context: Context, arguments: Input) -> Payload:
    """End one of the viewer's sessions."""
    session_id = global_ids.decode("Session", arguments["id"])
    await service.revoke(session_id)
    tokens.CHECKED.drop(session_id)
    return {"message": "That device is logged out."}


async def revoke_others(context: Context, _arguments: Input) -> Payload:
    """End all of the viewer's other sessions."""
    count = await service.revoke_others()
    if context.viewer is not None:
        tokens.CHECKED.drop_others(context.viewer)
    return {"count": count}


QUERIES = {
    "sessions": connections.field_of(Sessions, "The viewer's open sessions, the most recently used first.", devices)
}
MUTATIONS = {
    "log_in": mutation(
        types,
        "LogIn",
        (sessions.SessionsService, "log_in"),
        log_in,
        success={
            "token": graphene.String(required=True, description=about(sessions.Login, "token")),
            "session": required(lambda: types.of(sessions.Session), about(sessions.Login, "session")),
            "user": graphene.Field(
                lambda: types.of(users.User), description=about(sessions.Login, "viewer"), resolver=user_after
            ),
            "cart": graphene.Field(
                lambda: types.of(cart.Cart),
                description="The user's cart, including the items of the guest's cart.",
                resolver=cart_after,
            ),
        },
        arguments={
            "email": input_field(graphene.String, about(users.User, "email")),
            "password": input_field(graphene.String, "The password."),
            "device": input_field(
                graphene.String, "A name for the device; derived from the User-Agent header if omitted.", must=False
            ),
            "cart_token": input_field(
                graphene.String, "The token of a guest's cart to merge into the user's own.", must=False
            ),
        },
    ),
    "log_out": mutation(
        types,
        "LogOut",
        (sessions.SessionsService, "log_out"),
        log_out,
        success=message(),
        also=(common.Unauthenticated,),
        description="Ends the session of this request.",
    ),
    "revoke_session": mutation(
        types,
        "RevokeSession",
        (sessions.SessionsService, "revoke"),
        revoke,
        success=message(),
        arguments={"id": input_field(graphene.ID, about(sessions.Session, "id"))},
    ),
    "revoke_other_sessions": mutation(
        types,
        "RevokeOtherSessions",
        (sessions.SessionsService, "revoke_others"),
        revoke_others,
        success={"count": graphene.Int(required=True, description="How many devices were logged out.")},
    ),
}
