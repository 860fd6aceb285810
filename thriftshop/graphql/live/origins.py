"""Which pages may open a WebSocket: those that may call the endpoint by CORS."""

from django.conf import settings

from thriftshop.graphql.requests import Incoming


def is_allowed(incoming: Incoming) -> bool:
    """Whether a WebSocket's Origin is this server, or one of GRAPHQL_ORIGINS. Clients other than browsers send none.

    Browsers do not apply CORS to WebSockets, so the server must.
    """
    origin = incoming.headers.get("origin", "")
    if not origin or "*" in settings.GRAPHQL_ORIGINS or origin in settings.GRAPHQL_ORIGINS:
        return True
    return origin.partition("://")[2] == incoming.headers.get("host", "")
