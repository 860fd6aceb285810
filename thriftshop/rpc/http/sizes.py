"""The largest body of a request: RPC_MAX_BODY, and more where a contract allows it (`max_bytes`)."""

from django.conf import settings

from thriftshop.rpc import hosting
from thriftshop.rpc.http.server import PATH


def largest_body(path: str) -> int:
    """The limit in bytes for a path: RPC_MAX_BODY, and at a method's own path what its contract adds for its arguments.

    A path without a method takes small messages only: the method of a large one would be known only once it is read.
    """
    service, _, method = path.removeprefix(f"{PATH}/").partition("/")
    declared = hosting.methods(hosting.hosted()).get(service, {}).get(method)
    return settings.RPC_MAX_BODY + (declared[1].room if declared else 0)
