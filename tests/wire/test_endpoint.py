"""The endpoint: its paths, and the call context that the service gets."""

import asyncio
import time

import pytest
from django.test import Client

from idl import catalog, inventory, orders, platform
from idl.legacy import catalog as legacy_catalog
from idl.legacy import inventory as legacy
from tests import acting
from tests.wire import posting
from thriftshop import asgi, call_context, rpc
from thriftshop.rpc import hosting, messages
from thriftshop.rpc.messages import BINARY, COMPACT, JSON, OLD_BINARY, ONEWAY, REPLY, Head

pytestmark = pytest.mark.django_db

Stock, Old = inventory.InventoryService, legacy.InventoryService
LEVELS = "/thrift/InventoryService/get_levels"
PROTOCOLS = pytest.mark.parametrize("protocol", [BINARY, OLD_BINARY, COMPACT, JSON], ids=lambda protocol: protocol.name)


@pytest.fixture
def stocked():
    with acting.as_service("trade"):
        rpc.connect(Stock).receive("delivery-1", [inventory.StockLine(sku="MUG", quantity=3)])


# -- ways in ---------------------------------------------------------------------------------------
@PROTOCOLS
@pytest.mark.parametrize("path", [LEVELS, "/thrift/InventoryService", "/thrift", "/thrift/", "/"])
def test_a_call_is_answered_on_every_path_in_its_protocol(stocked, protocol, path):
    answer = posting.call(Stock, "get_levels", ["MUG"], caller="cart", protocol=protocol, path=path)
    assert answer.status == 200
    head, _ = protocol.read_head(answer.body)
    assert head == Head(REPLY, "get_levels", 7)
    assert posting.value(Stock, "get_levels", answer)[0].available == 3
    assert "thriftshop-code" not in answer.headers


@PROTOCOLS
def test_a_declared_refusal_is_an_answer(protocol):
    lines = [inventory.StockLine(sku="MUG", quantity=3)]
    answer = posting.call(Stock, "reserve", "order-1", lines, 60, caller="orders", protocol=protocol)
    assert answer.status == 200
    with pytest.raises(inventory.OutOfStock) as refusal:
        posting.value(Stock, "reserve", answer)
    assert refusal.value.shortages == [inventory.Shortage(sku="MUG", requested=3, available=0)]


@PROTOCOLS
def test_clients_of_2018_call_anonymously_at_the_root_and_cannot_order_more_than_the_stock(stocked, protocol):
    def reduce(quantity):
        answer = posting.post("/", posting.message(Old, "reduce", "MUG", quantity, protocol=protocol))
        assert answer.status == 200
        return posting.value(Old, "reduce", answer)

    assert reduce(2) == legacy.ItemStatus(itemId="MUG", qty=1)
    for quantity in (2, 0, -1, 2**31 - 1):
        with pytest.raises(legacy.ItemStatusException) as refusal:
            reduce(quantity)
        assert refusal.value.id == 2
    answer = posting.post("/", posting.message(legacy_catalog.CatalogService, "getAll", protocol=protocol))
    assert posting.value(legacy_catalog.CatalogService, "getAll", answer) == []


def test_today_and_2018_share_a_services_name(stocked):
    for name, arguments in (("get", ["MUG"]), ("get_levels", [["MUG"]])):
        contract = Old if name == "get" else Stock
        assert posting.call(contract, name, *arguments, caller="cart").status == 200


def test_a_multiplexing_client_may_name_the_service_in_the_message(stocked):
    method = posting.method_of(Old, "get")
    body = BINARY.write_head(Head(1, "InventoryService:get", 3)) + BINARY.encode(method.args_type(itemId="MUG"))
    for path in ("/thrift", "/", "/thrift/InventoryService", "/thrift/InventoryService/get"):
        answer = posting.post(path, body)
        assert posting.value(Old, "get", answer).qty == 3
    assert posting.post("/thrift/CatalogService", body).status == 400


def test_a_body_may_arrive_in_parts(stocked):
    body = posting.message(Old, "get", "MUG")
    answer = posting.post("/", [body[:1], b"", body[1:9], body[9:]])
    assert posting.value(Old, "get", answer).qty == 3


def test_a_body_that_breaks_off_is_refused_should_its_client_still_listen():
    sent = []

    async def talk():
        coming = [{"type": "http.request", "body": b"\x80", "more_body": True}, {"type": "http.disconnect"}]

        async def receive():
            return coming.pop(0)

        async def send(message):
            sent.append(message)

        await asgi.application(
            {"type": "http", "method": "POST", "path": "/thrift", "headers": [(b"host", b"localhost")]}, receive, send
        )

    asyncio.run(talk())
    assert sent[0]["status"] == 400


@pytest.mark.parametrize("kind", ["client", "contract"])
def test_a_oneway_call_has_an_empty_response(stocked, kind, monkeypatch):
    kind_of = ONEWAY if kind == "client" else messages.CALL
    if kind == "contract":
        monkeypatch.setattr(posting.method_of(Old, "reduce").result_type, "oneway", True)
    answer = posting.post("/", posting.message(Old, "reduce", "MUG", 1, kind=kind_of))
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "0")
    with acting.as_stranger():
        assert rpc.connect(Old).get("MUG").qty == 2


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        ("application/x-thrift", "application/x-thrift"),
        ("application/vnd.apache.thrift.compact; charset=x", "application/vnd.apache.thrift.compact"),
        ("application/vnd.apache.thrift.json; charset=utf-8", "application/vnd.apache.thrift.json"),
        ("application/octet-stream", "application/octet-stream"),
        ("", "application/x-thrift"),
        ("text/html", "application/x-thrift"),
        ("application/xhtml+xml", "application/x-thrift"),
    ],
)
def test_the_content_type_is_returned_unless_a_browser_would_render_it(stocked, sent, back):
    body = posting.message(Old, "get", "MUG")
    answer = posting.post("/", body, {"content-type": sent})
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (back, "nosniff")


def test_the_django_view_answers_like_the_asgi_application(stocked):
    client = Client(enforce_csrf_checks=True)
    body = posting.message(Old, "get", "MUG")
    for path in ("/", "/thrift", "/thrift/InventoryService/get"):
        answer = client.post(path, body, content_type="application/x-thrift")
        assert answer.status_code == 200
        assert messages.read_reply(posting.method_of(Old, "get"), answer.content).qty == 3
    signed = posting.signed("cart", "inventory")["thriftshop-caller"]
    call = posting.message(Stock, "get_levels", ["MUG"])
    answer = client.post(LEVELS, call, content_type="application/x-thrift", headers={"thriftshop-caller": signed})
    assert answer.status_code == 200
    refused = client.post(LEVELS, call, content_type="application/x-thrift")
    assert (refused.status_code, refused.headers["thriftshop-code"]) == (403, "CALLER_NOT_ALLOWED")
    assert client.get("/thrift").status_code == 405
    assert client.get("/").status_code == 200
    assert client.post("/thrift", b"x" * (1 << 20 | 1), content_type="application/x-thrift").status_code == 413


def test_every_method_of_every_contract_hosted_here_can_be_named():
    here = hosting.methods(hosting.hosted())
    contracts = {contract for methods in here.values() for contract, _ in methods.values()}
    assert {Stock, Old, catalog.CatalogService, orders.OrdersService} <= contracts
    for service, methods in here.items():
        for name in methods:
            body = BINARY.write_head(Head(1, name, 1)) + b"\xff"
            answer = posting.post(f"/thrift/{service}/{name}", body)
            assert answer.status in (400, 403), (service, name)


def test_the_platform_contract_is_served_for_every_audience():
    body = posting.message(platform.PlatformService, "describe")
    for audience in ("catalog", "orders", "platform"):
        answer = posting.post("/thrift/PlatformService/describe", body, posting.signed("cart", audience))
        assert set(posting.value(platform.PlatformService, "describe", answer).contexts) >= {"catalog", "orders"}
    assert posting.post("/thrift/PlatformService/describe", body).status == 403
    assert posting.post("/thrift/PlatformService/describe", body, posting.signed("cart", "elsewhere")).status == 401


# -- what the service sees --------------------------------------------------------------------------
def seen_with(headers, levels):
    seen = []

    def look(skus):
        seen.append(call_context.current())
        return []

    levels(look)
    assert posting.post(LEVELS, posting.message(Stock, "get_levels", []), headers).status == 200
    return seen[0]


def test_the_headers_become_the_call_context_of_the_service(levels):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = posting.signed("trade", "inventory") | {
        "traceparent": trace,
        "thriftshop-occurred-at": "1260000000000",
        "thriftshop-causation": "event-1",
        "thriftshop-variant": "a",
        "thriftshop-deadline-ms": "60000",
    }
    here = seen_with(headers, levels)
    assert (here.caller, here.occurred_at, here.causation, here.variant) == ("trade", 1_260_000_000_000, "event-1", "a")
    assert here.traceparent == trace
    assert 0 < here.deadline - time.monotonic() <= 60
    assert call_context.current() == call_context.EMPTY


def test_a_call_without_a_deadline_or_a_trace_gets_both(levels):
    here = seen_with(posting.signed("cart", "inventory"), levels)
    assert here.deadline > time.monotonic()
    assert len(here.traceparent) == 55


def test_dates_from_an_unidentified_caller_are_ignored(monkeypatch):
    seen = []
    monkeypatch.setattr(
        type(hosting.service(Old)),
        "get",
        lambda self, item: seen.append(call_context.current()) or legacy.ItemStatus(itemId=item, qty=0),
    )
    answer = posting.post("/", posting.message(Old, "get", "MUG"), {"thriftshop-occurred-at": "1260000000000"})
    assert answer.status == 200
    assert (seen[0].caller, seen[0].occurred_at) == ("", None)
