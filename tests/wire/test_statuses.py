"""Every status of the endpoint's table, with its code, and a message in the request's own protocol."""

import gzip

import pytest

from idl import common, inventory
from tests import acting
from tests.wire import posting
from thriftshop import clock, identity, rpc
from thriftshop.rpc import hosting, messages
from thriftshop.rpc.messages import BINARY, COMPACT, EXCEPTION, JSON, OLD_BINARY, Head

pytestmark = pytest.mark.django_db

Stock = inventory.InventoryService
LEVELS = "/thrift/InventoryService/get_levels"
PROTOCOLS = pytest.mark.parametrize("protocol", [BINARY, OLD_BINARY, COMPACT, JSON], ids=lambda protocol: protocol.name)


def failure(answer):
    """The message of a failure, which must be in the request's protocol and have a code."""
    assert answer.code
    words = messages.read_failure(answer.body)
    assert words
    return words


@PROTOCOLS
@pytest.mark.parametrize("arguments", [b"", b"\x08\x00\x01\x00\x00\x00\x01\x00", b"\x00", b"\xff" * 30])
def test_400_for_arguments_that_do_not_fit(protocol, arguments):
    body = protocol.write_head(Head(1, "get_levels", 7)) + arguments
    answer = posting.post(LEVELS, body, posting.signed("cart", "inventory"))
    assert (answer.status, answer.code) == (400, "MALFORMED_CALL")
    assert failure(answer)
    assert protocol.read_head(answer.body)[0] == Head(EXCEPTION, "get_levels", 7)


@pytest.mark.parametrize("body", [b"", b"GET /", b"\x80", b"\x82", b"\x00", b"\xff" * 9, b"[", b"{}", b"[1]"])
def test_400_with_a_reason_for_an_invalid_message(body):
    answer = posting.post(LEVELS, body)
    assert (answer.status, answer.code, answer.begun) == (400, "MALFORMED_CALL", False)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.body


def test_400_where_path_and_message_contradict_each_other():
    """The mesh lets a caller through by the path: the message must not reach another method."""
    body = posting.message(Stock, "get_levels", ["MUG"])
    answer = posting.post("/thrift/InventoryService/get_totals", body, posting.signed("cart", "inventory"))
    assert answer.status == 400
    assert "contradict" in failure(answer)


@pytest.mark.parametrize("value", ["soon", "²", "9" * 40])
@pytest.mark.parametrize("header", ["thriftshop-deadline-ms", "thriftshop-expires-at", "thriftshop-occurred-at"])
def test_400_for_a_header_that_cannot_be_read(header, value):
    body = posting.message(Stock, "get_levels", ["MUG"])
    answer = posting.post(LEVELS, body, posting.signed("cart", "inventory") | {header: value})
    assert (answer.status, answer.begun) == (400, False)
    assert header in failure(answer)


def test_401_for_an_invalid_caller_token():
    body = posting.message(Stock, "get_levels", ["MUG"])
    for token in ("forged", identity.issue_caller_token("cart", "orders")):
        answer = posting.post(LEVELS, body, {"thriftshop-caller": token})
        assert (answer.status, answer.code, answer.begun) == (401, "UNAUTHENTICATED", False)
        assert failure(answer)


def test_401_for_a_viewer_token_for_another_service():
    viewer = common.Viewer(id=acting.CUSTOMER, role=common.Role.CUSTOMER)
    body = posting.message(Stock, "get_levels", ["MUG"])
    for viewer_token in ("forged", identity.sign(viewer, "orders")):
        answer = posting.post(LEVELS, body, posting.signed("cart", "inventory") | {"thriftshop-viewer": viewer_token})
        assert (answer.status, answer.code, answer.begun) == (401, "UNAUTHENTICATED", False)
    good = posting.signed("cart", "inventory") | {"thriftshop-viewer": identity.sign(viewer, "inventory")}
    assert posting.post(LEVELS, body, good).status == 200


@pytest.mark.parametrize("caller", ["", "sessions"])
def test_403_for_a_caller_that_the_contract_does_not_list(caller):
    answer = posting.call(Stock, "get_levels", ["MUG"], caller=caller)
    assert (answer.status, answer.code, answer.begun) == (403, "CALLER_NOT_ALLOWED", False)
    assert "may not call InventoryService.get_levels" in failure(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/thrift/NoService/get_levels",
        "/thrift/NoService",
        "/thrift/InventoryService/get_levels/more",
        "/thrift/a-b",
        "/thrift//x",
    ],
)
def test_404_for_a_service_that_there_is_not(path):
    answer = posting.post(path, posting.message(Stock, "get_levels", []), posting.signed("cart", "inventory"))
    assert (answer.status, answer.code, answer.begun) == (404, "UNKNOWN_METHOD", False)
    assert failure(answer)


@pytest.mark.parametrize("path", ["/thrift/InventoryService/get_all", "/thrift/InventoryService", "/thrift", "/"])
def test_404_for_a_method_that_there_is_not(path):
    body = BINARY.write_head(Head(1, "get_all", 1)) + b"\x00"
    answer = posting.post(path, body)
    assert (answer.status, answer.code, answer.begun) == (404, "UNKNOWN_METHOD", False)
    assert "get_all" in failure(answer)
    assert answer.body.endswith(b"\x08\x00\x02\x00\x00\x00\x01\x00")  # TApplicationException UNKNOWN_METHOD


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_405_for_anything_but_post(method):
    answer = posting.post(LEVELS, b"", method=method)
    assert (answer.status, answer.code, answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_415_for_an_encoded_body(encoding):
    answer = posting.post(LEVELS, gzip.compress(b"\x80"), {"content-encoding": encoding})
    assert (answer.status, answer.code, answer.begun) == (415, "UNSUPPORTED_ENCODING", False)
    assert answer.headers["accept-encoding"] == "identity"
    assert b"uncompressed" in answer.body


def test_a_body_with_the_encoding_identity_is_read():
    assert posting.post(LEVELS, b"", {"content-encoding": "identity"}).status == 400


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("size", [1, 7, 40])
def test_413_for_a_body_that_is_too_large(settings, announced, size):
    settings.RPC_MAX_BODY = 1 << 20
    part = b"\x80" * ((1 << 20) // 4 + 1)
    headers = {"content-length": str(len(part) * 4 * size)} if announced else {}
    answer = posting.post(LEVELS, [part] * 4 * size, headers)
    assert (answer.status, answer.code, answer.begun) == (413, "TOO_LARGE", False)


def test_a_body_of_the_largest_size_is_read(settings):
    body = posting.message(Stock, "get_levels", ["MUG"])
    settings.RPC_MAX_BODY = len(body)
    assert posting.post(LEVELS, body, posting.signed("cart", "inventory")).status == 200
    settings.RPC_MAX_BODY -= 1
    assert posting.post(LEVELS, body, posting.signed("cart", "inventory")).status == 413


def test_500_without_details_for_a_service_that_fails(levels):
    levels(lambda skus: 1 / 0 if skus else None)
    answer = posting.call(Stock, "get_levels", ["the secret is 42"], caller="cart")
    assert (answer.status, answer.code, answer.begun) == (500, "INTERNAL", True)
    assert "42" not in failure(answer)


def test_500_for_an_answer_that_does_not_fit_the_contract(levels):
    levels(lambda skus: [inventory.StockLevel(sku="MUG")])
    answer = posting.call(Stock, "get_levels", ["MUG"], caller="cart")
    assert (answer.status, answer.code) == (500, "INTERNAL")
    assert "its contract does not know" in failure(answer)


def test_503_for_a_service_that_another_process_hosts(settings):
    settings.CONTEXTS = ["catalog"]
    answer = posting.call(Stock, "get_levels", ["MUG"], caller="cart")
    assert (answer.status, answer.code, answer.begun) == (503, "SERVICE_UNAVAILABLE", False)
    assert "belongs to the context 'inventory'" in failure(answer)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (rpc.Unavailable("The provider is away."), 503, "SERVICE_UNAVAILABLE"),
        (rpc.DeadlineExceeded("There was no time left."), 504, "DEADLINE_EXCEEDED"),
        (rpc.NotAllowed("orders may not call that."), 403, "CALLER_NOT_ALLOWED"),
    ],
)
def test_the_failure_of_a_nested_call_is_propagated(levels, error, status, code):
    def fail(skus):
        raise error

    levels(fail)
    answer = posting.call(Stock, "get_levels", ["MUG"], caller="cart")
    assert (answer.status, answer.code, answer.begun) == (status, code, True)
    assert failure(answer) == str(error)


def test_503_while_the_process_is_about_to_end(monkeypatch):
    monkeypatch.setattr(hosting, "_draining", True)
    answer = posting.call(Stock, "get_levels", ["MUG"], caller="cart")
    assert (answer.status, answer.code, answer.begun) == (503, "SERVICE_UNAVAILABLE", False)
    assert answer.headers["retry-after"] == "1"


def test_504_for_a_call_that_was_read_after_its_caller_had_given_up(levels):
    levels(lambda skus: pytest.fail("must not run"))
    body, long_ago = posting.message(Stock, "get_levels", ["MUG"]), clock.now() - 1_500
    late = {"thriftshop-deadline-ms": "5000", "thriftshop-expires-at": str(long_ago)}
    answer = posting.post(LEVELS, body, posting.signed("cart", "inventory") | late)
    assert (answer.status, answer.code) == (504, "DEADLINE_EXCEEDED")


def test_504_for_a_call_whose_deadline_has_passed(levels):
    levels(lambda skus: pytest.fail("must not run"))
    body = posting.message(Stock, "get_levels", ["MUG"])
    answer = posting.post(LEVELS, body, posting.signed("cart", "inventory") | {"thriftshop-deadline-ms": "0"})
    assert (answer.status, answer.code) == (504, "DEADLINE_EXCEEDED")


@pytest.mark.parametrize("path", ["/thrift", "/thrift/InventoryService/get_levels", "/"])
@pytest.mark.parametrize("host", ["evil.example", "", "catalog.evil.example", "inventory@evil.example"])
def test_400_for_a_host_that_is_not_this_shops(path, host):
    answer = posting.post(path, b"x", {"host": host})
    assert (answer.status, answer.code, answer.begun) == (400, "INVALID_HOST", False)
    assert answer.body.startswith(b"Invalid Host header ")


def test_a_service_is_called_by_the_name_of_its_context_or_at_its_configured_address(settings):
    settings.SERVICES = {"catalog": ["http://10.0.0.7:8101", "http://[fd00::7]:8101"]}
    for host in (
        "inventory",
        "inventory:8000",
        "cart.svc.cluster.local",
        "10.0.0.7:8101",
        "[fd00::7]:8101",
        "localhost:8000",
    ):
        assert posting.post("/thrift", b"x", {"host": host}).code != "INVALID_HOST"
    assert posting.post("/thrift", b"x", {"host": "10.0.0.8"}).code == "INVALID_HOST"
