"""Services as processes of their own, called while they freeze, end, and while the caller forks."""

import os
import signal
import threading
import time

import pytest

from idl import catalog, common, inventory
from tests.wire import serving
from thriftshop import identity, rpc
from thriftshop.rpc.http import transport

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Where the two processes keep their databases and logs."""
    return tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")


@pytest.fixture(scope="module")
def servers(folders):
    """Two processes that host the catalog and the inventory, each with a database of its own."""
    one, two = folders
    contexts = "catalog,inventory"
    with serving.served(one, CONTEXTS=contexts) as first, serving.served(two, CONTEXTS=contexts) as second:
        yield first, second


@pytest.fixture
def reached(servers, settings):
    """The two as replicas of both contexts."""
    urls = [server.address for server in servers]
    settings.SERVICES = {"catalog": urls, "inventory": urls}
    return servers


def level(sku: str):
    with rpc.using(caller="cart"):
        return rpc.connect(inventory.InventoryService).get_levels([sku])[0].available


def test_answers_refusals_and_errors_are_the_same_as_within_one_process(reached, caller):
    assert caller.call("get_levels", ["MUG"], caller="cart")[0].available == 0
    lines = [inventory.StockLine(sku="MUG", quantity=3)]
    with pytest.raises(inventory.OutOfStock) as refusal:
        caller.call("reserve", "order-1", lines, 60, caller="orders")
    assert refusal.value.shortages == [inventory.Shortage(sku="MUG", requested=3, available=0)]
    with pytest.raises(rpc.NotAllowed, match=r"cart may not call InventoryService\.reserve"):
        caller.call("reserve", "order-1", lines, 60, caller="cart")
    with pytest.raises(rpc.NotAllowed, match="An unnamed caller"):
        caller.call("get_levels", ["MUG"], caller="")
    with pytest.raises(rpc.MalformedCall, match="get_levels"):
        caller.call("get_levels", [3], caller="cart")
    with pytest.raises(rpc.DeadlineExceeded):
        caller.call("get_levels", ["MUG"], caller="cart", seconds=-1)
    with pytest.raises(rpc.Unavailable), rpc.using(caller="gateway", viewer="forged"):
        rpc.connect(catalog.CatalogService).get_products(["MUG"])


def test_the_viewer_is_stated_to_the_service_that_is_called(reached):
    viewer = identity.sign(common.Viewer(id="5", role=common.Role.STAFF))
    with rpc.using(caller="gateway", viewer=viewer):
        assert rpc.connect(catalog.CatalogService).get_products(["MUG"]) == []


def test_reads_continue_while_a_replica_is_frozen_and_it_is_used_again_afterwards(reached, settings):
    settings.DEADLINE_FACTOR = 100.0  # ten seconds, of which half go by at the frozen one
    assert [level("MUG") for _ in range(8)] == [0] * 8
    os.kill(reached[0].process.pid, signal.SIGSTOP)
    try:
        assert [level("MUG") for _ in range(8)] == [0] * 8
    finally:
        os.kill(reached[0].process.pid, signal.SIGCONT)
    settings.SERVICES, settings.DEADLINE_FACTOR = {"inventory": [reached[0].address]}, 600.0
    assert level("MUG") == 0


def test_a_forked_child_opens_its_own_connections(reached):
    assert level("MUG") == 0
    child = os.fork()
    if child == 0:
        try:
            code = 0 if [level("MUG") for _ in range(5)] == [0] * 5 else 1
        except BaseException:
            code = 2
        os._exit(code)
    assert level("MUG") == 0
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    transport.close()


def test_no_call_fails_while_a_replica_leaves(reached, folders):
    """The last test here: it ends one of the two."""
    failures: list[Exception] = []
    made, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            try:
                with rpc.using(caller="trade"):
                    made.append(rpc.connect(inventory.InventoryService).get_levels(["MUG"]))
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    wait_for_more(made, failures)
    reached[0].process.terminate()
    reached[0].process.wait(serving.TIMEOUT_SECONDS)
    # Nothing had to be cut off: every connection took leave, also those that rested.
    assert b"cut off" not in (folders[0] / "server.log").read_bytes()
    wait_for_more(made, failures)
    stop.set()
    for thread in threads:
        thread.join(serving.TIMEOUT_SECONDS)
    assert failures == []


def wait_for_more(made, failures):
    """Until fifty more calls were made, or one failed."""
    enough, until = len(made) + 50, time.monotonic() + serving.TIMEOUT_SECONDS
    while len(made) < enough and not failures:
        assert time.monotonic() < until, f"{len(made)} calls of {enough}"
        time.sleep(0.05)
