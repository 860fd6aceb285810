"""How large the body of a request may be: as large as any message, and larger where a contract says so."""

from django.conf import settings

from thriftshop.rpc import hosting
from thriftshop.rpc.http.server import PATH


def largest_body(path: str) -> int:
    """How many bytes may come to a path: RPC_MAX_BODY, and at a method's own path what its contract gives its arguments.

    A path that names no method is for small messages alone: what a large one calls would only be known once it is read.
    """
    service, _, method = path.removeprefix(f"{PATH}/").partition("/")
    found = hosting.methods(hosting.hosted()).get(service, {}).get(method)
    return settings.RPC_MAX_BODY + (found[1].room if found else 0)
