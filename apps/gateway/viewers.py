"""The viewer of a request: the sessions' service authenticates its bearer token, and every call carries the viewer."""

from apps.gateway import loaders, tokens
from idl import common, sessions
from thriftshop import clock, rpc
from thriftshop.graphql.errors import RPC_MESSAGES, RequestRefused
from thriftshop.graphql.requests import Context


async def session_end(context: Context) -> int | None:
    """When the viewer's session expires unless it is used; None without a session."""
    viewer = context.viewer
    if viewer is None or viewer.session_id is None:
        return None
    own_sessions = await loaders.own_sessions(context)
    return next((session.idle_until for session in own_sessions if session.id == viewer.session_id), clock.now())


async def identify(context: Context) -> None:
    """Set the viewer to the bearer of the request's token; without a token the request is anonymous.

    Raises RequestRefused for an invalid token, so that clients notice that they are not logged in. If sessions does not answer,
    the request continues for fields that do not depend on the viewer.
    """
    if not context.incoming.headers.get("authorization"):
        return
    if not context.token:
        raise RequestRefused("UNAUTHENTICATED", "Send the token as `Authorization: Bearer <token>`.", status=401)
    viewer = tokens.CHECKED.get(context.token) or await _authenticated(context)
    if viewer is not None:
        context.set_viewer(viewer)


async def _authenticated(context: Context) -> common.Viewer | None:
    token, ends = context.token, tokens.CHECKED.ends
    try:
        viewer = await rpc.aconnect(sessions.SessionsService).authenticate(token)
    except sessions.InvalidSession as refusal:
        raise RequestRefused("UNAUTHENTICATED", refusal.message, status=401) from None
    except rpc.RpcError as error:
        message = RPC_MESSAGES.get(error.code, "Your token cannot be verified at the moment; try again shortly.")
        context.viewer_error = RequestRefused("SERVICE_UNAVAILABLE", message, status=503)
        return None
    tokens.CHECKED.add(token, viewer, ends)
    return viewer
