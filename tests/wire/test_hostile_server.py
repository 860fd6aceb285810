"""A real server refuses hostile bytes on its socket, and continues without growing."""

import random
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from idl import catalog, inventory
from idl.legacy import inventory as legacy
from tests.wire import posting, serving
from thriftshop.rpc.messages import BINARY, COMPACT, OLD_BINARY, Head

MEGABYTE = 1 << 20
Old = legacy.InventoryService


def talk(server, sent: bytes, ended: bool) -> bytes:
    """The server's response to these bytes until it closes the connection; `ended` closes the sending side."""
    received = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=serving.TIMEOUT_SECONDS) as connection:
        try:
            connection.sendall(sent)
            if ended:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has closed already, and may have said why
        try:
            while part := connection.recv(65_536):
                received += part
        except ConnectionResetError:
            pass
    return received


def request(body: bytes, *lines: bytes, path: bytes = b"/thrift") -> bytes:
    head = [b"POST " + path + b" HTTP/1.1", b"host: localhost", b"connection: close", *lines]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def status_of(received: bytes) -> int | None:
    """The status of an HTTP/1 response; None without one."""
    return int(received[9:12]) if received.startswith(b"HTTP/1") else None


def is_well(server) -> None:
    """It answers an honest client."""
    assert server.post("/", posting.message(Old, "get", "NOTHING")).status == 200


HONEST = posting.message(Old, "get", "NOTHING")


LENGTH = b"content-length: %d" % len(HONEST)
CHUNKED = b"transfer-encoding: chunked"
WHOLE = {
    "no HTTP": (b"\x80\x01\x00\x01\x00\x00\x00\x03get\x00\x00\x00\x00\x00\r\n\r\n", {400, None}),
    "zeros": (bytes(100_000), {400, None}),
    "HTTP of the future": (b"POST /thrift HTTP/9.9\r\n\r\n", {400, 505, None}),
    "a negative length": (request(HONEST, b"content-length: -1"), {400}),
    "a length of 23 digits": (request(HONEST, b"content-length: 99999999999999999999999"), {400, 413}),
    "two lengths": (request(HONEST, b"content-length: 5", b"content-length: 6"), {400}),
    "half a message": (request(HONEST[:9], b"content-length: 9"), {400}),
    "in chunks": (request(b"%x\r\n%b\r\n0\r\n\r\n" % (len(HONEST), HONEST), CHUNKED), {200}),
    "a chunk of no size": (request(b"zz\r\n", CHUNKED), {400}),
    "a chunk of any size": (request(b"fffffffffffffffff\r\nab", CHUNKED), {400}),
    "a huge header": (request(HONEST, LENGTH, b"content-type: " + b"x" * 60_000), {200, 431}),
    "a thousand headers": (request(HONEST, LENGTH, *(b"x-%d: y" % number for number in range(1000))), {200, 431, None}),
    "a long path": (request(HONEST, LENGTH, path=b"/thrift/" + b"a" * 20_000), {404, 414}),
    "a path of anything": (request(HONEST, LENGTH, path=b"/thrift/%00%ff/%c3%28"), {404}),
    "a path of raw bytes": (request(HONEST, LENGTH, path=b"/thrift/\xc3\x28"), {400, 404}),
    "frames of nonsense": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 3_000, {None}),
}
BROKEN_OFF = {
    "in the head": b"POST /thrift HT",
    "in the body": request(HONEST, b"content-length: %d" % (len(HONEST) + 50)),
    "in a chunk": request(b"%x\r\n%b" % (len(HONEST), HONEST[:7]), CHUNKED),
    "in a frame": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\xff\x04",
}


@pytest.mark.parametrize("name", WHOLE)
def test_an_invalid_request_is_refused(server, name):
    sent, statuses = WHOLE[name]
    assert status_of(talk(server, sent, ended=False)) in statuses
    is_well(server)


@pytest.mark.parametrize("name", BROKEN_OFF)
def test_an_aborted_request_leaves_no_resources_behind(server, name):
    assert status_of(talk(server, BROKEN_OFF[name], ended=True)) in {400, None}
    is_well(server)


def test_bytes_of_any_kind_never_break_it(server):
    chance = random.Random(20_181_122)
    with ThreadPoolExecutor(8) as at_once:
        bodies = [chance.randbytes(chance.randrange(200)) for _ in range(300)]
        heads = [protocol.write_head(Head(1, "get", 1)) for protocol in (BINARY, OLD_BINARY, COMPACT)]
        bodies += [chance.choice(heads) + chance.randbytes(chance.randrange(60)) for _ in range(300)]
        answers = list(at_once.map(lambda body: server.post(chance.choice(["/", "/thrift"]), body), bodies))
    assert {answer.status for answer in answers} <= {200, 400, 404}
    is_well(server)


def test_hostile_requests_do_not_grow_the_servers_memory(server):
    levels = posting.message(inventory.InventoryService, "get_levels", [])[:-9]
    products = posting.message(catalog.CatalogService, "put_products", [], False)[:-13]
    lists = b"\x0f\x00\x01\x0c" + (MEGABYTE - 99).to_bytes(4, "big")
    thrown = [
        ("/thrift", levels + b"\x0f\x00\x07\x00\x7f\xff\xff\xff" * 120_000, "cart"),
        ("/thrift", (products + lists + bytes(MEGABYTE))[:MEGABYTE], "trade"),
        ("/thrift", b"\x80" * 8 * MEGABYTE, ""),
        ("/", bytes(MEGABYTE), ""),
    ]

    def throw(number):
        path, body, caller = thrown[number % len(thrown)]
        context = "inventory" if caller == "cart" else "catalog"
        return server.post(path, body, posting.signed(caller, context)).status

    with ThreadPoolExecutor(4) as at_once:
        assert set(at_once.map(throw, range(16))) == {400, 413}
        before = server.resident_bytes()
        assert set(at_once.map(throw, range(120))) == {400, 413}
    assert server.resident_bytes() - before < 48 * MEGABYTE
    assert server.most_resident_bytes() - before < 160 * MEGABYTE
    is_well(server)


def test_stalled_clients_do_not_delay_others(server):
    """Fifty bodies begun and never ended, and an honest client among them."""
    waiting = []
    try:
        for _ in range(50):
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=serving.TIMEOUT_SECONDS)
            connection.sendall(request(HONEST[:5], b"content-length: %d" % len(HONEST)))
            waiting.append(connection)
        is_well(server)
    finally:
        for connection in waiting:
            connection.close()
    is_well(server)
