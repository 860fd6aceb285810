"""A call that its caller abandoned while the server was frozen is not executed when the server continues."""

import contextlib
import http.client
import signal
import time

import pytest

from idl import inventory
from tests.wire import posting, serving
from thriftshop import clock
from thriftshop.rpc import metadata
from thriftshop.rpc.addresses import Address
from thriftshop.rpc.failures import Overdue
from thriftshop.rpc.http import headers, sync_connections
from thriftshop.rpc.replica import Replica

Stock = inventory.InventoryService
PATH = "/thrift/InventoryService/receive"
SECONDS = 0.4


@contextlib.contextmanager
def standing_still(server):
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


def delivery(key: str, sku: str) -> tuple[bytes, dict[str, str]]:
    """A message, and the headers of a caller with a deadline in SECONDS."""
    body = posting.message(Stock, "receive", key, [inventory.StockLine(sku=sku, quantity=3)])
    left = int(SECONDS * 1000)
    late = {"thriftshop-deadline-ms": str(left), "thriftshop-expires-at": str(clock.now() + left)}
    return body, posting.signed("trade", "inventory") | late


def over_http2(server):
    """Call on an open connection, and reset the stream when it stops waiting."""
    replica = Replica("inventory", Address("127.0.0.1", server.port, f"127.0.0.1:{server.port}"))
    assert sync_connections.ping(replica)
    with standing_still(server):
        body, given = delivery("delivery-2", "LATE-2")
        head = headers.request_head(replica.authority, PATH)
        head += b"".join(headers.literal(name, value) for name, value in given.items())
        head += headers.literal("content-length", str(len(body)))
        with pytest.raises(Overdue):
            sync_connections.exchange(replica, head, body, time.monotonic() + SECONDS)
    sync_connections.close_idle(replica)
    return "LATE-2"


def over_http1(server):
    """Call, and close the connection when it gives up."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    connection.connect()
    with standing_still(server):
        body, given = delivery("delivery-1", "LATE-1")
        connection.request("POST", PATH, body, given)
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()
    return "LATE-1"


@pytest.mark.parametrize("calls", [over_http2, over_http1])
def test_a_call_abandoned_while_the_server_was_frozen_is_not_executed(server, calls):
    sku = calls(server)
    time.sleep(0.5)  # what is done after all is done by now
    assert server.call(Stock, "get_levels", [sku], caller="cart")[0].on_hand == 0


def test_a_call_still_awaited_is_executed_when_the_server_continues(server):
    for number in range(20):
        status, late = waited_for(server, f"WAITED-FOR-{number}")
        # Later than clocks may be apart, on a busy machine: then it is not made, and this shows nothing.
        if status == 200 or late <= metadata.SKEW_MS:
            break
    assert status == 200
    assert server.call(Stock, "get_levels", [f"WAITED-FOR-{number}"], caller="cart")[0].on_hand == 3


def waited_for(server, sku):
    """The status of a call whose deadline has passed by the wall clock but whose caller still waits, and the response time."""
    with standing_still(server):
        body, given = delivery(sku, sku)
        expires_at = int(given["thriftshop-expires-at"])
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=serving.TIMEOUT_SECONDS)
        connection.request("POST", PATH, body, given | {"thriftshop-deadline-ms": "60000"})
        time.sleep(SECONDS + 0.1)
    with contextlib.closing(connection):
        return connection.getresponse().status, clock.now() - expires_at
