"""Whose a request is: the bearer token, turned by sessions into a viewer whom every call then speaks for."""

from apps.gateway import loaders
from idl import sessions
from thriftshop import clock, rpc
from thriftshop.graphql.errors import RPC_MESSAGES, RequestRefused
from thriftshop.graphql.requests import Context


async def session_end(context: Context) -> int | None:
    """When the viewer's session expires unless it is used; None without a session."""
    viewer = context.viewer
    if viewer is None or viewer.session_id is None:
        return None
    found = await loaders.own_sessions(context)
    return next((one.idle_until for one in found if one.id == viewer.session_id), clock.now())


async def identify(context: Context) -> None:
    """Puts the bearer of the request's token in force as its viewer; without a token the request is a stranger's.

    Raises RequestRefused for a token that opens nothing: nobody should believe to be logged in who is not. Where sessions
    does not answer, the request goes on for what is the same for everybody.
    """
    if not context.incoming.headers.get("authorization"):
        return
    if not context.token:
        raise RequestRefused("UNAUTHENTICATED", "Send the token as `Authorization: Bearer <token>`.", status=401)
    try:
        viewer = await rpc.aconnect(sessions.SessionsService).authenticate(context.token)
    except sessions.InvalidSession as refusal:
        raise RequestRefused("UNAUTHENTICATED", refusal.message, status=401) from None
    except rpc.RpcError as error:
        message = RPC_MESSAGES.get(error.code, "Your token cannot be verified at the moment; try again shortly.")
        context.viewer_error = RequestRefused("SERVICE_UNAVAILABLE", message, status=503)
        return
    context.set_viewer(viewer)
