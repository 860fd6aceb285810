"""Every filter acts on every call: from a thread and from an event loop, within the process, through bytes, over HTTP/2."""

import asyncio
import threading
import time

import pytest
from django.db import connection, transaction

from idl import common, inventory
from idl.legacy import inventory as legacy
from tests import acting
from tests.rpc.test_served import Counts
from tests.rpc_client.peers import Talk, peer
from thriftshop import call_context, identity, rpc
from thriftshop.rpc import hosting, replicas, retries, transports
from thriftshop.rpc.http import frames, server, sync_connections

pytestmark = pytest.mark.django_db

ALL = ("inventory", "gateway")
LEVEL = inventory.StockLevel(sku="MUG", on_hand=3, reserved=0, available=3, version=1)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
VIEWER = common.Viewer(id=acting.CUSTOMER, role=common.Role.CUSTOMER)


def serve(talk: Talk) -> None:
    """A server of the inventory in this process, reached over a real socket."""
    talk.greet()
    while True:
        stream = talk.request()
        head = talk.heads[stream]
        response = server.answer(head[":path"], head, talk.bodies[stream])
        others = {name.decode(): value.decode() for name, value in response.headers if name.startswith(b"thriftshop")}
        content = frames.frame(frames.DATA, frames.END_STREAM, stream, response.body)
        talk.send(talk.head(stream, status=response.status, **others) + content)


class Service:
    """A stand-in for the inventory that records calls and raises what a test sets."""

    def __init__(self) -> None:
        self.seen: list[call_context.CallContext] = []
        self.skus: list[str] = []
        self.failures: list[Exception] = []

    def called(self, skus: list[str]) -> None:
        self.seen.append(call_context.current())
        self.skus += skus
        if self.failures:
            raise self.failures.pop(0)


@pytest.fixture(params=["local", "loopback", "http"])
def place(request, settings, monkeypatch):
    """How far away the service is."""
    settings.RPC_THREADS = 4
    settings.RPC_TRANSPORT = request.param
    if request.param != "http":
        settings.CONTEXTS = list(ALL)
        yield request.param
        return
    settings.CONTEXTS = ["gateway"]
    monkeypatch.setattr(hosting, "hosted", lambda: ALL)  # the server's side of this process hosts it nevertheless
    with peer(serve) as here:
        settings.SERVICES = {"inventory": [here.url]}
        yield request.param
        sync_connections.close()


@pytest.fixture
def service(place, monkeypatch):
    service = Service()

    def get_levels(self, skus):
        service.called(skus)
        return [LEVEL]

    def reduce(self, *arguments):
        service.called([arguments[0]])
        return legacy.ItemStatus(itemId=arguments[0], qty=3 - arguments[1])

    monkeypatch.setattr(type(hosting.service.__wrapped__(inventory.InventoryService)), "get_levels", get_levels)
    monkeypatch.setattr(type(hosting.service.__wrapped__(legacy.InventoryService)), "reduce", reduce)
    return service


@pytest.fixture(params=["thread", "event loop"])
def call(request, service):
    """Call a method of the inventory, waiting on a thread or on an event loop."""

    def on_thread(name, *args, contract=inventory.InventoryService):
        return getattr(rpc.connect(contract), name)(*args)

    async def acall(contract, name, args):
        return await getattr(rpc.aconnect(contract), name)(*args)

    def on_loop(name, *args, contract=inventory.InventoryService):
        return asyncio.run(acall(contract, name, args))

    return on_thread if request.param == "thread" else on_loop


def test_the_deadline_is_passed_on(call, service):
    until = time.monotonic() + 30
    with call_context.using(caller="cart", deadline=until):
        assert call("get_levels", ["MUG"]) == [LEVEL]
    # Over a network a share is reserved for the response.
    assert until - 30 * 0.06 < service.seen[0].deadline <= until


def test_a_call_has_its_methods_deadline_if_its_caller_has_none(call, service, settings):
    with acting.as_service("cart"):
        call("get_levels", ["MUG"])
    assert time.monotonic() < service.seen[0].deadline < time.monotonic() + 0.1 * settings.DEADLINE_FACTOR


def test_a_call_whose_deadline_has_passed_does_not_reach_the_service(call, service):
    with call_context.using(caller="cart", deadline=time.monotonic() - 1), pytest.raises(rpc.DeadlineExceeded):
        call("get_levels", ["MUG"])
    assert service.seen == []


def test_a_call_continues_the_trace_in_a_new_span(call, service):
    with call_context.using(caller="cart", traceparent=TRACE):
        call("get_levels", ["MUG"])
    assert service.seen[0].traceparent[:35] == TRACE[:35]
    assert service.seen[0].traceparent != TRACE


def test_the_viewer_token_is_addressed_to_the_service(call, service):
    with call_context.using(caller="gateway", viewer=identity.sign(VIEWER)):
        call("get_levels", ["MUG"])
    token = service.seen[0].viewer
    assert identity.verify(token, "inventory") == VIEWER
    with pytest.raises(identity.InvalidIdentityToken):
        identity.verify(token, "orders")


def test_a_forged_viewer_token_is_refused(call, service):
    with call_context.using(caller="gateway", viewer=identity.sign(VIEWER)[:-2] + "xx"), pytest.raises(rpc.Unavailable):
        call("get_levels", ["MUG"])
    assert service.seen == []


def test_the_service_verifies_the_viewer_token_itself(call, service, monkeypatch):
    """Where a caller passes on a token that is addressed to another service."""
    monkeypatch.setattr(identity, "reissue", lambda token, audience: token)
    monkeypatch.setattr(retries, "MAX_ATTEMPTS", 1)
    with (
        call_context.using(caller="gateway", viewer=identity.sign(VIEWER, "orders")),
        pytest.raises(rpc.Unavailable, match="for 'orders', not for 'inventory'"),
    ):
        call("get_levels", ["MUG"])
    assert service.seen == []


def test_a_caller_that_is_not_listed_is_refused(call, service):
    refused = Counts("thriftshop_served_call_seconds_count", "reserve")
    with acting.as_service("cart"), pytest.raises(rpc.NotAllowed, match=r"cart may not call InventoryService\.reserve"):
        call("reserve", "order-1", [inventory.StockLine(sku="MUG", quantity=1)], 60)
    assert refused.since() == {("cart", "CALLER_NOT_ALLOWED"): 1}


def test_arguments_that_do_not_fit_the_contract_are_refused(call, service):
    with acting.as_service("cart"), pytest.raises(rpc.MalformedCall):
        call("get_levels", [3])
    assert service.seen == []


def test_skus_reach_the_service_in_capitals(call, service):
    with acting.as_service("cart"):
        call("get_levels", ["mug"])
    assert service.skus == ["MUG"]


def test_a_call_inside_a_transaction_is_refused(service):
    stock = rpc.connect(inventory.InventoryService)
    with (
        acting.as_service("cart"),
        transaction.atomic(),
        pytest.raises(rpc.Fault, match="inside a database transaction"),
    ):
        stock.get_levels(["MUG"])
    assert service.seen == []


@pytest.mark.django_db(transaction=True)
def test_a_call_inside_a_transaction_of_an_event_loop_is_refused(service, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # without it Django refuses the transaction itself

    async def ask():
        stock = rpc.aconnect(inventory.InventoryService)
        try:
            with transaction.atomic(), pytest.raises(rpc.Fault, match="inside a database transaction"):
                await stock.get_levels(["MUG"])
        finally:
            connection.close()

    with acting.as_service("cart"):
        asyncio.run(ask())
    assert service.seen == []


def test_an_idempotent_call_is_tried_again_after_a_transient_error(call, service):
    service.failures = [rpc.Unavailable("The warehouse does not answer.")]
    retried = Counts("thriftshop_rpc_retries_total", "")
    with acting.as_service("cart"):
        assert call("get_levels", ["MUG"]) == [LEVEL]
    assert len(service.seen) == 2
    assert sum(retried.since().values()) == 1


def test_a_call_that_must_not_be_repeated_is_not_tried_again(call, service):
    service.failures = [rpc.Unavailable("The warehouse does not answer.")]
    with acting.as_service("trade"), pytest.raises(rpc.Unavailable, match="The warehouse does not answer"):
        call("reduce", "MUG", 1, contract=legacy.InventoryService)
    assert len(service.seen) == 1


def test_a_service_whose_own_calls_were_not_begun_is_not_called_twice(call, service):
    """`NotProcessed` of a nested call does not mean that the outer call was not processed."""
    service.failures = [rpc.NotHosted("Nobody knows the warehouse."), retries.NotProcessed("It is shutting down.")]
    for _ in range(2):
        with acting.as_service("trade"), pytest.raises(rpc.Unavailable):
            call("reduce", "MUG", 1, contract=legacy.InventoryService)
    assert len(service.seen) == 2


def test_an_open_breaker_refuses_all_calls_until_it_closes(call, place, service, monkeypatch):
    monkeypatch.setattr(replicas, "FIRST_EXCLUSION", 0.3)
    group = replicas.of("inventory") if place == "http" else replicas.here("inventory")
    (replica,) = group.all()
    for _ in range(replicas.MAX_FAILURES):
        group.failed(replica)
    with acting.as_service("cart"), pytest.raises(rpc.Unavailable, match="No replica of 'inventory'"):
        call("get_levels", ["MUG"])
    assert service.seen == []
    until = time.monotonic() + 60
    while replica.is_out and time.monotonic() < until:
        time.sleep(0.01)
    with acting.as_service("cart"):
        assert call("get_levels", ["MUG"]) == [LEVEL]


def test_both_sides_count_the_call(call, service):
    counts = [Counts(f"thriftshop_{side}_seconds_count", "get_levels") for side in ("call", "served_call")]
    with acting.as_service("cart"):
        call("get_levels", ["MUG"])
    assert [count.since() for count in counts] == [{("ok",): 1}, {("cart", "ok"): 1}]


@pytest.mark.parametrize("place", ["local", "loopback"], indirect=True)
def test_late_answers_open_the_breaker_of_a_service_in_this_process(service, settings, monkeypatch):
    settings.DEADLINE_FACTOR = 1.0
    monkeypatch.setattr(replicas, "FIRST_EXCLUSION", 600.0)
    monkeypatch.setattr(replicas, "MAX_EXCLUSION_HERE", 600.0)
    blocked = threading.Event()
    monkeypatch.setattr(transports.incoming, "serve", lambda *_: blocked.wait(60))

    async def ask():
        stock = rpc.aconnect(inventory.InventoryService)
        with acting.as_service("cart"):
            for _ in range(replicas.MAX_FAILURES):
                with pytest.raises(rpc.DeadlineExceeded):
                    await stock.get_levels(["MUG"])
            with pytest.raises(rpc.Unavailable, match="No replica of 'inventory'"):
                await stock.get_levels(["MUG"])
        blocked.set()

    asyncio.run(ask())
    assert replicas.here("inventory").all()[0].is_out
