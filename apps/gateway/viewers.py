"""The viewer of a request: the sessions' service authenticates its bearer token, and every call carries the viewer."""

from idl import sessions
from thriftshop import rpc
from thriftshop.graphql.errors import RPC_MESSAGES, RequestRefused
from thriftshop.graphql.requests import Context


async def identify(context: Context) -> None:
    """Sets the viewer to the bearer of the request's token; without a token the request is anonymous.

    Raises RequestRefused for an invalid token, so that clients notice that they are not logged in. If sessions does not answer,
    the request continues for fields that do not depend on the viewer.
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
