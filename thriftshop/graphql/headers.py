"""The headers of every answer, as Django's middleware sets them elsewhere; and which other sites' pages may read it."""

from collections.abc import Mapping

from django.conf import settings

from thriftshop.graphql.documents import is_open
from thriftshop.graphql.http import Response
from thriftshop.graphql.requests import Incoming

# What a page of another site may send along: all that a client of ours needs.
SENT = "Authorization, Content-Type, Traceparent"
PREFLIGHT_SECONDS = 7_200


def preflight(incoming: Incoming) -> Response | None:
    """The answer to a browser that asks whether a page of another site may send what it is about to; None for all else."""
    asks = incoming.method == "OPTIONS" and "access-control-request-method" in incoming.headers
    if not asks or not _allowed(incoming):
        return None
    headers = {
        "access-control-allow-methods": "GET, POST" if is_open() else "POST",
        "access-control-allow-headers": SENT,
        "access-control-max-age": str(PREFLIGHT_SECONDS),
        "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    }
    return Response(204, b"", headers)


def complete(response: Response, incoming: Incoming) -> Response:
    """The answer with the headers that every answer has, as the settings of Django's own names say."""
    return Response(
        response.status, response.body, {**_safety(incoming), **response.headers, **_sharing(response, incoming)}
    )


def _safety(incoming: Incoming) -> dict[str, str]:
    found = {"referrer-policy": settings.SECURE_REFERRER_POLICY, "x-frame-options": settings.X_FRAME_OPTIONS}
    if settings.SECURE_CROSS_ORIGIN_OPENER_POLICY:
        found["cross-origin-opener-policy"] = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
    if settings.SECURE_HSTS_SECONDS and incoming.secure:
        found["strict-transport-security"] = "; ".join(
            [
                f"max-age={settings.SECURE_HSTS_SECONDS}",
                *(["includeSubDomains"] if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else []),
                *(["preload"] if settings.SECURE_HSTS_PRELOAD else []),
            ]
        )
    return found


def _sharing(response: Response, incoming: Incoming) -> dict[str, str]:
    """Leave for the page that asked, if GRAPHQL_ORIGINS names its site. Cookies are never asked for: the token is a header."""
    if not settings.GRAPHQL_ORIGINS:
        return {}
    if "*" in settings.GRAPHQL_ORIGINS:
        return {"access-control-allow-origin": "*"}
    varies = response.headers.get("vary", "")
    found = {} if "Origin" in varies else {"vary": f"{varies}, Origin".removeprefix(", ")}
    if _allowed(incoming):
        found["access-control-allow-origin"] = incoming.headers["origin"]
    return found


def _allowed(incoming: Incoming) -> bool:
    origin = incoming.headers.get("origin", "")
    return bool(origin) and ("*" in settings.GRAPHQL_ORIGINS or origin in settings.GRAPHQL_ORIGINS)


def is_secure(scheme: str, headers: Mapping[str, str]) -> bool:
    """Whether a request came encrypted, to us or to the proxy in front that is believed (SECURE_PROXY_SSL_HEADER)."""
    if not settings.SECURE_PROXY_SSL_HEADER:
        return scheme == "https"
    name, expected = settings.SECURE_PROXY_SSL_HEADER
    said = headers.get(name.removeprefix("HTTP_").replace("_", "-").lower())
    return scheme == "https" if said is None else said.partition(",")[0].strip() == expected
