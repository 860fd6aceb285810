"""A rolling deploy that introduces a kind of event: two versions of the code on one database."""

import json
import re
import time

import pytest

from idl import cart
from tests import acting, split
from tests.serving import newer, processes
from thriftshop import rpc

pytestmark = pytest.mark.slow

CONTEXTS = "cart,catalog,inventory,users"
TIMEOUT_SECONDS = 120.0
MINE, OTHERS = f"customer-{acting.CUSTOMER}", "customer-other"


@pytest.fixture(scope="module")
def newer_code(tmp_path_factory):
    """A copy of this code whose carts have one more kind of event."""
    root = tmp_path_factory.mktemp("newer") / "shop"
    newer.copy_code(root)
    return root


@pytest.fixture
def versions(newer_code, tmp_path, settings):
    """The old and the new version's processes, the old one running."""
    variables = split.Split(tmp_path)._variables()
    old = split.Process(CONTEXTS, tmp_path, variables, "old")
    new = split.Process(CONTEXTS, tmp_path, variables, "new", root=newer_code)
    where = "|".join((old.address, new.address))
    variables["SERVICES"] = " ".join(f"{one}={where}" for one in CONTEXTS.split(","))
    settings.CONTEXTS, settings.RPC_TRANSPORT, settings.DEADLINE_FACTOR = [], "http", 100
    try:
        old.start()
        old.wait()
        yield old, new
    finally:
        new.stop()
        old.stop()


def record(process, *events):
    """Record (stream, kind, count) events as a process of this version would."""
    done = newer.record(process, *events)
    assert done.returncode == 0, done.stderr


def until(condition, process):
    limit = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < limit, process.tail(40)
        time.sleep(0.05)


def version_of(process, stream):
    return process.query("SELECT version FROM cart_cartsummary WHERE cart_id = ?", stream)


def waiting_for(process):
    return json.loads(processes.request(process.port, "/readyz")[1])["waiting_for"]


def consumed(process):
    """How many events a process has applied to the carts' summaries."""
    metrics = processes.request(process.port, "/metrics")[1].decode()
    found = re.search(r'^\w*events_consumed\w*total\{group="cart\.summaries"\} (\S+)$', metrics, re.MULTILINE)
    return float(found[1]) if found else 0.0


def lease(process):
    return process.query("SELECT holder FROM events_lease WHERE name = 'cart.summaries/0'")


def call(settings, *processes):
    settings.SERVICES = {"cart": [process.address for process in processes]}
    with acting.as_customer():
        return rpc.connect(cart.CartService).get_cart(cart.CartRef())


def test_the_new_version_takes_over_and_processes_every_event_once_and_in_order(versions, settings):
    old, new = versions
    record(old, (MINE, "opened", 1), (MINE, "added", 2), (OTHERS, "opened", 1))
    until(lambda: version_of(old, OTHERS) == 1, old)
    assert lease(old).endswith(f":{old.running.pid}")
    new.start()
    new.wait()
    assert consumed(new) == 0
    record(
        new, (MINE, "added", 1), (MINE, "touched", 1), (OTHERS, "added", 3), (OTHERS, "touched", 2), (MINE, "added", 1)
    )
    until(lambda: (version_of(old, MINE), version_of(old, OTHERS)) == (6, 6), new)
    assert lease(old).endswith(f":{new.running.pid}")
    assert consumed(old) + consumed(new) == 12
    assert consumed(new) >= 7  # all from the first unknown event on
    assert waiting_for(old) == waiting_for(new) == {}
    lines = new.query("SELECT item_count FROM cart_cartsummary WHERE cart_id = ?", MINE)
    assert (lines, new.query("SELECT count(*) FROM events_deadletter")) == (4, 0)
    with pytest.raises(rpc.Unavailable, match="unknown to this version"):
        call(settings, old)
    assert [call(settings, old, new).version for _ in range(4)] == [6, 6, 6, 6]


def test_the_old_version_waits_for_a_newer_one_and_reports_it(versions):
    old, new = versions
    record(new, (MINE, "opened", 1), (MINE, "touched", 1), (OTHERS, "opened", 1), (MINE, "added", 1))
    until(lambda: waiting_for(old), old)
    assert waiting_for(old) == {"cart.summaries": f"cart/{MINE} 2 is an event of a kind unknown to this version."}
    assert processes.request(old.port, "/readyz")[0] == 200
    until(lambda: lease(old) == "", old)
    assert "group waits" in old.log.read_text()
    time.sleep(2.0)  # it tries again meanwhile
    assert (version_of(old, MINE), version_of(old, OTHERS), consumed(old)) == (1, None, 1)
    assert old.query("SELECT count(*) FROM events_deadletter") == 0
    new.start()
    until(lambda: (version_of(old, MINE), version_of(old, OTHERS)) == (3, 1), new)
    assert consumed(old) + consumed(new) == 4
    until(lambda: waiting_for(old) == {}, old)
    assert old.query("SELECT count(*) FROM events_deadletter") == 0
