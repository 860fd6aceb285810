"""Read access to events: only the readers that the contract lists, which are exactly the consumers."""

import pytest

import idl
from idl import common, inventory, platform
from tests import acting
from thriftshop import contexts, rpc
from thriftshop.contracts import digests
from thriftshop.contracts import live as contracts
from thriftshop.events import broadcast, envelope, groups, progress, readers, streams
from thriftshop.events.feed import serving
from thriftshop.events.streams import Write

pytestmark = pytest.mark.django_db

owner = rpc.connect(platform.PlatformService)


def consumed():
    """What each context reads from others by its consumer groups and subscriptions: (context, topic, kind)."""
    return {
        (group.name.partition(".")[0], group.topic, kind)
        for group in (*groups.hosted(), *broadcast.subscriptions())
        for kind in group.kinds or envelope.kinds(group.topic)
        if group.name.partition(".")[0] != group.topic
    }


def test_the_contracts_list_exactly_the_consumers_of_an_event_as_readers(settings):
    listed = {
        (context, topic, kind)
        for topic in contexts.topics()
        for kind, contexts in readers.of(topic).items()
        for context in contexts - {topic}
    }
    assert listed == consumed()


def receive(*quantities):
    version = len(streams.of("inventory").read({"MUG": 0})["MUG"])
    made = [inventory.StockReceived(quantity=quantity) for quantity in quantities]
    streams.of("inventory").append([Write("MUG", version, made)])


def hold():
    version = len(streams.of("inventory").read({"MUG": 0})["MUG"])
    streams.of("inventory").append([Write("MUG", version, [inventory.StockShipped(reservation_id="o", quantity=1)])])


def read(topic="inventory", after="", limit=100, kinds=None, partition=0):
    batch = owner.read_feed(topic, partition, after, limit, kinds)
    return [(message.cursor, envelope.decode(message.envelope)) for message in batch.messages]


def test_a_reader_gets_only_the_events_that_it_may_read(transport):
    receive(1, 2)
    hold()
    with acting.as_service("recommender"):
        assert [record.kind for _, record in read()] == ["StockReceived", "StockReceived"]
        assert owner.count_feed("inventory", 0, "", None) == 2
        with pytest.raises(rpc.NotAllowed, match=r"recommender may not read StockShipped of inventory"):
            read(kinds=["StockShipped"])
    with acting.as_service("inventory"):
        assert [record.kind for _, record in read()] == ["StockReceived", "StockReceived", "StockShipped"]


@pytest.mark.parametrize("caller", ["users", "demo", "orders", "sessions"])
def test_a_context_without_an_event_of_a_topic_cannot_read_it(transport, caller):
    receive(1)
    with acting.as_service(caller):
        with pytest.raises(rpc.NotAllowed, match=f"{caller} may not read"):
            read()
        with pytest.raises(rpc.NotAllowed, match=f"{caller} may not read"):
            owner.count_feed("inventory", 0, "", ["StockReceived"])


def test_a_reader_may_read_no_events_on_behalf_of_a_customer(transport):
    receive(1)
    with acting.as_customer("somebody", "a session"), rpc.using(caller="gateway"):
        for call in (read, lambda: owner.count_feed("inventory", 0, "", None)):
            with pytest.raises(rpc.NotAllowed, match="on their own behalf"):
                call()


def test_an_unnamed_caller_may_read_no_events(transport):
    with acting.as_service(""):
        for call in (owner.describe, owner.get_progress, lambda: owner.get_ends("users"), lambda: read("users")):
            with pytest.raises(rpc.NotAllowed, match="An unnamed caller"):
                call()


def test_reading_continues_where_it_stopped(transport):
    receive(1, 2, 3)
    with acting.as_service("recommender"):
        first = read(limit=2)
        rest = read(after=first[-1][0])
        assert [record.event.quantity for _, record in first + rest] == [1, 2, 3]
        assert owner.get_ends("inventory") == {0: rest[-1][0]}
        assert read(after=rest[-1][0]) == []


def test_a_page_is_never_larger_than_a_message_may_be_and_never_empty_before_the_end(monkeypatch):
    monkeypatch.setattr(serving, "MAX_PAGE_BYTES", 10)
    receive(1, 2)
    with acting.as_service("recommender"):
        assert [record.event.quantity for _, record in read()] == [1]
        assert [record.event.quantity for _, record in read(after=read()[0][0])] == [2]


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_of_no_sensible_size_is_refused(transport, limit):
    with acting.as_service("recommender"), pytest.raises(common.InvalidInput, match="1 to 1000"):
        read(limit=limit)


@pytest.mark.parametrize("topic", ["recommender", "nothing", "../etc/passwd", ""])
def test_a_topic_that_this_process_does_not_have_is_not_found(transport, topic):
    with acting.as_service("cart"):
        for call in (lambda: owner.get_ends(topic), lambda: read(topic), lambda: owner.count_feed(topic, 0, "", None)):
            with pytest.raises(common.NotFound, match="does not host topic"):
                call()


def test_a_topic_of_a_context_hosted_elsewhere_is_not_found(settings):
    settings.CONTEXTS = ["cart"]
    with acting.as_service("cart"), pytest.raises(common.NotFound, match="does not host topic 'users', but cart"):
        owner.get_ends("users")


def test_a_process_describes_itself(transport, settings):
    with acting.as_service("registry"):
        description = owner.describe()
    assert (description.contexts, description.version) == (settings.CONTEXTS, settings.VERSION)
    assert description.topics == contexts.topics()
    known = {contract.name: contract.digest for contract in description.contracts}
    assert set(known) >= set(idl.names())
    assert known["orders"] == digests.of(contracts()["orders"])
    saga = next(group for group in description.groups if group.name == "orders.saga")
    assert (saga.topic, saga.kind) == ("orders", platform.GroupKind.REACTION)
    assert "OrderPlaced" in saga.kinds


def test_the_progress_of_each_group_is_returned(transport):
    progress.catch_up()
    receive(1, 2)
    with acting.as_service("demo"):
        assert ledger().behind == 2
        progress.catch_up()
        assert (ledger().behind, ledger().cursor) == (0, owner.get_ends("inventory")[0])


def ledger():
    return next(one for one in owner.get_progress() if one.group == "inventory.ledger")


@pytest.mark.parametrize("partition", [-1, 1, 99])
def test_a_partition_that_does_not_exist_is_not_found(transport, partition):
    with acting.as_service("recommender"), pytest.raises(common.NotFound, match="has partitions 0 to 0"):
        read(partition=partition)
