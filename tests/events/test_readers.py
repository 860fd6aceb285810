"""Who may read which events: those whom the contract lists, who are those that take them, and nobody else."""

import pytest

import idl
from idl import common, inventory, platform
from tests import acting
from thriftshop import contexts, rpc
from thriftshop.contracts import digests
from thriftshop.contracts import live as contracts
from thriftshop.events import bus, envelope, readers, stores
from thriftshop.events.stores import Write

pytestmark = pytest.mark.django_db

log = rpc.connect(platform.PlatformService)


def consumed():
    """What each context takes from others, as its consumer groups say: (context, topic, kind)."""
    return {
        (group.name.partition(".")[0], group.topic, kind)
        for group in bus.groups()
        for kind in group.kinds or envelope.kinds(group.topic)
        if group.name.partition(".")[0] != group.topic
    }


def test_the_contracts_list_as_readers_exactly_those_who_take_an_event(settings):
    listed = {
        (context, topic, kind)
        for topic in contexts.topics()
        for kind, contexts in readers.of(topic).items()
        for context in contexts - {topic}
    }
    assert listed == consumed()


def receive(*quantities):
    version = len(stores.store("inventory").read({"MUG": 0})["MUG"])
    made = [inventory.StockReceived(quantity=quantity) for quantity in quantities]
    stores.store("inventory").append([Write("MUG", version, made)])


def hold():
    version = len(stores.store("inventory").read({"MUG": 0})["MUG"])
    stores.store("inventory").append([Write("MUG", version, [inventory.StockShipped(reservation_id="o", quantity=1)])])


def read(topic="inventory", after=0, limit=100, kinds=None):
    return [(entry.position, envelope.decode(entry.envelope)) for entry in log.read_log(topic, after, limit, kinds)]


def test_a_reader_is_given_what_it_may_read_and_no_more(transport):
    receive(1, 2)
    hold()
    with acting.as_service("recommender"):
        assert [record.kind for _, record in read()] == ["StockReceived", "StockReceived"]
        assert log.count_log("inventory", 0, None) == 2
        with pytest.raises(rpc.NotAllowed, match=r"recommender may not read StockShipped of inventory"):
            read(kinds=["StockShipped"])
    with acting.as_service("inventory"):
        assert [record.kind for _, record in read()] == ["StockReceived", "StockReceived", "StockShipped"]


@pytest.mark.parametrize("caller", ["cart", "gateway", "demo", "orders"])
def test_who_takes_no_event_of_a_topic_reads_none(transport, caller):
    receive(1)
    with acting.as_service(caller):
        with pytest.raises(rpc.NotAllowed, match=f"{caller} may not read"):
            read()
        with pytest.raises(rpc.NotAllowed, match=f"{caller} may not read"):
            log.count_log("inventory", 0, ["StockReceived"])


def test_a_caller_without_a_name_is_told_nothing(transport):
    with acting.as_service(""):
        for call in (log.describe, log.get_lags, lambda: log.get_head("users"), lambda: read("users")):
            with pytest.raises(rpc.NotAllowed, match="An unnamed caller"):
                call()


def test_a_log_is_read_on_from_where_one_stopped(transport):
    receive(1, 2, 3)
    with acting.as_service("recommender"):
        first = read(limit=2)
        rest = read(after=first[-1][0])
        assert [record.event.quantity for _, record in first + rest] == [1, 2, 3]
        assert log.get_head("inventory") == rest[-1][0]
        assert read(after=rest[-1][0]) == []


def test_a_page_is_never_larger_than_a_message_may_be_and_never_empty_before_the_end(monkeypatch):
    from thriftshop import service

    monkeypatch.setattr(service, "LARGEST_PAGE_BYTES", 10)
    receive(1, 2)
    with acting.as_service("recommender"):
        assert [record.event.quantity for _, record in read()] == [1]


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_of_no_sensible_size_is_refused(transport, limit):
    with acting.as_service("recommender"), pytest.raises(common.InvalidInput, match="1 to 1000"):
        read(limit=limit)


@pytest.mark.parametrize("topic", ["recommender", "nothing", "../etc/passwd", ""])
def test_a_topic_that_is_not_kept_here_is_not_found(transport, topic):
    with acting.as_service("cart"):
        for call in (lambda: log.get_head(topic), lambda: read(topic), lambda: log.count_log(topic, 0, None)):
            with pytest.raises(common.NotFound, match="not kept here"):
                call()


def test_a_log_whose_context_is_hosted_elsewhere_is_not_kept_here(settings):
    settings.CONTEXTS = ["cart"]
    with acting.as_service("cart"), pytest.raises(common.NotFound, match="not kept here, but: cart"):
        log.get_head("users")


def test_a_process_says_what_it_is(transport, settings):
    with acting.as_service("registry"):
        said = log.describe()
    assert (said.contexts, said.version) == (settings.CONTEXTS, settings.VERSION)
    assert said.topics == contexts.topics()
    known = {one.name: one.digest for one in said.contracts}
    assert set(known) >= set(idl.names())
    assert known["orders"] == digests.of(contracts()["orders"])
    saga = next(group for group in said.groups if group.name == "orders.saga")
    assert (saga.topic, saga.kind) == ("orders", platform.GroupKind.REACTION)
    assert "OrderPlaced" in saga.kinds


def test_how_far_behind_a_group_is_can_be_asked(transport):
    bus.drain()
    receive(1, 2)
    with acting.as_service("demo"):
        lags = {lag.group: lag for lag in log.get_lags()}
        assert lags["inventory.ledger"].behind == 2
        bus.drain()
        lags = {lag.group: lag for lag in log.get_lags()}
        assert (lags["inventory.ledger"].behind, lags["inventory.ledger"].position) == (0, log.get_head("inventory"))
