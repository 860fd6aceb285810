"""The transport to another process: Thrift messages in HTTP/2 requests."""

from dataclasses import dataclass

from thriftshop.rpc import metadata
from thriftshop.rpc.call import Call
from thriftshop.rpc.errors import MalformedCall
from thriftshop.rpc.http import async_connections, headers, responses, sync_connections
from thriftshop.rpc.http.exchanges import Exchange
from thriftshop.rpc.replica import Replica
from thriftshop.rpc.steps import Steps

SECRET = frozenset((metadata.CALLER, metadata.VIEWER))
# Headers whose values differ from call to call.
CHANGING = frozenset((metadata.TRACEPARENT, metadata.DEADLINE, metadata.EXPIRES_AT))


@dataclass(frozen=True, slots=True)
class Request:
    """Send this request to this replica and wait for the response, until this moment of time.monotonic()."""

    replica: Replica
    head: bytes
    body: bytes
    until: float

    def run(self) -> Exchange:
        """Send it over a connection of this thread."""
        return sync_connections.exchange(self.replica, self.head, self.body, self.until)

    async def run_async(self) -> Exchange:
        """Send it over a connection of the running event loop."""
        return await async_connections.exchange(self.replica, self.head, self.body, self.until)


def send(call: Call, replica: Replica, until: float) -> Steps:
    """Send a call to a replica; return its answer. Raises its refusal or error; NotProcessed, Lost or Overdue without one."""
    replica.count(1)
    try:
        exchange = yield Request(replica, _head(call, replica, len(call.message)), call.message, until)
        return responses.read(call, replica, exchange)
    finally:
        replica.count(-1)


def close() -> None:
    """Close the idle connections; those in use are closed after their calls."""
    sync_connections.close()


def _head(call: Call, replica: Replica, size: int) -> bytes:
    """The header block of a request: the part that all calls of the method share, and this call's own."""
    start = replica.heads.get(call.method)
    if start is None:
        path = f"/thrift/{call.method.service}/{call.method.name}"
        start = replica.heads[call.method] = headers.request_head(replica.authority, path)
    pieces = [start, headers.known("content-length", str(size))]
    try:
        for name, value in metadata.to_headers(call.call_context, call.context):
            written = headers.literal if name in CHANGING else headers.known
            pieces.append(written(name, value, name in SECRET))
    except ValueError as error:
        raise MalformedCall(f"{call.method} cannot be sent: {error}") from error
    return b"".join(pieces)
