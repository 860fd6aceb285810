"""The size limits of messages, and larger ones that a contract allows, over real connections."""

import http.client

import pytest

from idl import catalog, common, inventory
from tests.wire import posting, serving
from thriftshop import rpc
from thriftshop.rpc import replicas
from thriftshop.rpc.http import sizes, transport

Catalog = catalog.CatalogService
MEGABYTE = 1 << 20
LARGEST = 5 * MEGABYTE  # what the contract says of a picture
ADD = "/thrift/CatalogService/add_image"


def drawing(size: int) -> bytes:
    """A drawing of so many bytes, most of them a comment."""
    start, end = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><!--', b"--></svg>"
    return start + b"-x" * ((size - len(start) - len(end)) // 2) + b"x" * ((size - len(start) - len(end)) % 2) + end


@pytest.fixture
def shop(server, settings):
    """The server with a product, reached by the shop's own client from a process that hosts nothing."""
    server.stock("SIZED", 1)
    settings.CONTEXTS = ["gateway"]
    settings.SERVICES = {"catalog": [server.address], "inventory": [server.address]}
    settings.DEADLINE_FACTOR = 100.0
    replicas.forget()
    yield server
    transport.close()
    replicas.forget()


def add(content: bytes):
    with rpc.using(caller="demo"):
        return rpc.connect(Catalog).add_image("SIZED", content, "A drawing")


def test_a_picture_of_the_maximum_size_can_be_sent(shop):
    content = drawing(LARGEST)
    assert len(content) == LARGEST
    image = add(content)
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=serving.TIMEOUT_SECONDS)
    connection.request("GET", image.url)
    assert connection.getresponse().read() == content
    connection.close()
    assert shop.call(Catalog, "add_image", "SIZED", content, "A drawing", caller="demo") == image


def test_a_picture_that_is_a_byte_too_large_is_refused_as_within_one_process(shop):
    with pytest.raises(common.InvalidInput, match="A picture has up to 5 MiB; this has 5,242,881 bytes"):
        add(drawing(LARGEST + 1))


def test_a_message_over_the_limit_is_refused_before_it_is_read(shop):
    with pytest.raises(rpc.MalformedCall, match=rf"A message has {LARGEST + MEGABYTE} bytes at most here\."):
        add(bytes(LARGEST + MEGABYTE))


@pytest.mark.parametrize("path", ["/", "/thrift", "/thrift/CatalogService", "/thrift/CatalogService/get_products"])
def test_only_the_methods_own_path_takes_a_larger_message(server, path):
    body = posting.message(Catalog, "add_image", "SIZED", bytes(MEGABYTE), "A drawing")
    answer = server.post(path, body, posting.signed("demo", "catalog"))
    assert (answer.status, answer.code) == (413, "TOO_LARGE")


def test_a_larger_message_at_that_path_that_calls_another_method_is_refused(server):
    body = posting.message(inventory.InventoryService, "get_levels", ["x" * 2 * MEGABYTE])
    answer = server.post(ADD, body, posting.signed("cart", "inventory"))
    assert (answer.status, answer.code, answer.begun) == (400, "MALFORMED_CALL", False)


def test_a_process_that_does_not_host_the_method_takes_no_larger_message(settings):
    assert sizes.largest_body(ADD) == settings.RPC_MAX_BODY + LARGEST
    settings.CONTEXTS = ["inventory"]
    assert sizes.largest_body(ADD) == settings.RPC_MAX_BODY
