"""Security headers, as Django's middleware sets them elsewhere, and CORS."""

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings

from thriftshop.graphql import http
from thriftshop.graphql.http import Response
from thriftshop.graphql.requests import Incoming

ALLOWED_HEADERS = "Authorization, Content-Type, Traceparent"
PREFLIGHT_SECONDS = 7_200


def preflight(incoming: Incoming) -> Response | None:
    """The response to a CORS preflight request; None for any other request."""
    is_preflight = incoming.method == "OPTIONS" and "access-control-request-method" in incoming.headers
    if not is_preflight or not _allowed(incoming):
        return None
    headers = {
        "access-control-allow-methods": http.ALLOWED,
        "access-control-allow-headers": ALLOWED_HEADERS,
        "access-control-max-age": str(PREFLIGHT_SECONDS),
        "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    }
    return Response(204, b"", headers)


def complete(response: Response, incoming: Incoming) -> Response:
    """The response with security and CORS headers, according to Django's settings."""
    if incoming.method == "GET":  # the only responses that a cache in front could be told to store
        varies = f"{response.headers.get('vary', '')}, Authorization".removeprefix(", ")
        response = replace(response, headers={**response.headers, "vary": varies})
    completed = {**_safety(incoming), **response.headers, **_cors(response, incoming)}
    return Response(response.status, response.body, completed, response.encodings)


def _safety(incoming: Incoming) -> dict[str, str]:
    headers = {"referrer-policy": settings.SECURE_REFERRER_POLICY, "x-frame-options": settings.X_FRAME_OPTIONS}
    if settings.SECURE_CROSS_ORIGIN_OPENER_POLICY:
        headers["cross-origin-opener-policy"] = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
    if settings.SECURE_HSTS_SECONDS and incoming.secure:
        headers["strict-transport-security"] = "; ".join(
            [
                f"max-age={settings.SECURE_HSTS_SECONDS}",
                *(["includeSubDomains"] if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else []),
                *(["preload"] if settings.SECURE_HSTS_PRELOAD else []),
            ]
        )
    return headers


def _cors(response: Response, incoming: Incoming) -> dict[str, str]:
    """The CORS headers, if GRAPHQL_ORIGINS allows the origin. Credentials are not needed, because the token is a header."""
    if not settings.GRAPHQL_ORIGINS:
        return {}
    if "*" in settings.GRAPHQL_ORIGINS:
        return {"access-control-allow-origin": "*"}
    varies = response.headers.get("vary", "")
    headers = {} if "Origin" in varies else {"vary": f"{varies}, Origin".removeprefix(", ")}
    if _allowed(incoming):
        headers["access-control-allow-origin"] = incoming.headers["origin"]
    return headers


def _allowed(incoming: Incoming) -> bool:
    origin = incoming.headers.get("origin", "")
    return bool(origin) and ("*" in settings.GRAPHQL_ORIGINS or origin in settings.GRAPHQL_ORIGINS)


def is_secure(scheme: str, headers: Mapping[str, str]) -> bool:
    """Whether a request arrived over HTTPS, at this process or at a trusted proxy (SECURE_PROXY_SSL_HEADER)."""
    if not settings.SECURE_PROXY_SSL_HEADER:
        return scheme == "https"
    name, expected = settings.SECURE_PROXY_SSL_HEADER
    forwarded = headers.get(name.removeprefix("HTTP_").replace("_", "-").lower())
    return scheme == "https" if forwarded is None else forwarded.partition(",")[0].strip() == expected
