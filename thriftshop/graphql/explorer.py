"""The explorer: a page to write and run operations by hand and to read the schema; in development only."""

from functools import lru_cache
from pathlib import Path

from thriftshop.graphql.http import Response

PAGE = Path(__file__).parent / "explorer.html"
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self';"
    " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@lru_cache(maxsize=1)
def page() -> Response:
    """The page, whole: it needs nothing from anywhere else."""
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "vary": "Accept",
    }
    return Response(200, PAGE.read_bytes(), headers)
