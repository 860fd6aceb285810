"""The feed on PostgreSQL under transactions that commit in another order than they began; `make test-postgres` runs it."""

import random
import threading
import time

import pytest
from django.db import connection, transaction

from idl import catalog, inventory
from thriftshop.events import envelope, feed, outbox, streams
from thriftshop.events.feed import START
from thriftshop.events.streams import Write

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite commits one transaction at a time."),
]

TIMEOUT_SECONDS = 120


def receive(sku, version):
    streams.of("inventory").append([Write(sku, version, [inventory.StockReceived(quantity=1)])])


def in_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def read_all(topic, cursor=START):
    """The (stream, version) of each event after a cursor, and the end cursor."""
    found = []
    while (batch := feed.of(topic).read(0, cursor, 7)).messages:
        found += [(message.key, envelope.peek(message.payload).version) for message in batch.messages]
        cursor = batch.cursor
    return found, batch.cursor


def test_an_event_that_is_committed_late_is_not_passed_over():
    recorded, proceed = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            receive("SLOW", 0)
            recorded.set()
            assert proceed.wait(TIMEOUT_SECONDS)

    thread = in_thread(slow)
    assert recorded.wait(TIMEOUT_SECONDS)
    receive("FAST", 0)  # a later position, committed first
    found, cursor = read_all("inventory")
    assert found == []
    assert feed.of("inventory").ends() == {0: cursor}
    proceed.set()
    thread.join(TIMEOUT_SECONDS)
    assert sorted(read_all("inventory", cursor)[0]) == [("FAST", 1), ("SLOW", 1)]


def test_a_stream_keeps_its_order_even_if_a_transaction_that_began_earlier_appends_later():
    began, proceed = threading.Event(), threading.Event()

    def archived(sku):
        outbox.record("catalog", sku, [catalog.ProductArchived(sku=sku)])

    def early():
        with transaction.atomic():
            archived("OTHER")  # gives the transaction its id
            began.set()
            assert proceed.wait(TIMEOUT_SECONDS)
            archived("MUG")

    thread = in_thread(early)
    assert began.wait(TIMEOUT_SECONDS)
    with transaction.atomic():
        archived("MUG")
    proceed.set()
    thread.join(TIMEOUT_SECONDS)
    found, _ = read_all("catalog")
    assert [version for stream, version in found if stream == "MUG"] == [1, 2]
    assert ("OTHER", 1) in found


def test_many_writers_and_a_reader_lose_nothing_and_keep_the_order_of_each_stream():
    rolls = random.Random(7)
    pauses = [[rolls.uniform(0, 0.01) for _ in range(40)] for _ in range(6)]

    def write(number):
        for version in range(40):
            with transaction.atomic():
                receive(f"SKU-{number}", version)
                time.sleep(pauses[number][version])

    threads = [in_thread(lambda number=number: write(number)) for number in range(6)]
    found, cursor, until = [], START, time.monotonic() + TIMEOUT_SECONDS
    while len(found) < 240 and time.monotonic() < until:
        news, cursor = read_all("inventory", cursor)
        found += news
    for thread in threads:
        thread.join(TIMEOUT_SECONDS)
    for number in range(6):
        assert [version for stream, version in found if stream == f"SKU-{number}"] == list(range(1, 41))


@pytest.fixture
def long_transaction():
    """A transaction in another database of the same server."""
    settings = connection.get_connection_params() | {"dbname": "postgres"}
    settings.pop("pool", None)
    with connection.Database.connect(**settings) as other:
        other.execute("SELECT pg_current_xact_id()")
        yield


@pytest.fixture
def reader():
    """A role that may read the events and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE shop_reader")
        cursor.execute("GRANT SELECT ON events_event TO shop_reader")
        yield "shop_reader"
        cursor.execute("DROP OWNED BY shop_reader")
        cursor.execute("DROP ROLE shop_reader")


def test_a_transaction_of_another_database_of_the_server_holds_nothing_back(long_transaction):
    receive("MUG", 0)
    assert read_all("inventory")[0] == [("MUG", 1)]


def test_a_role_without_privileges_is_not_held_back_either(long_transaction, reader):
    receive("MUG", 0)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {reader}")
        try:
            assert read_all("inventory")[0] == [("MUG", 1)]
        finally:
            cursor.execute("RESET ROLE")


def test_an_event_that_the_version_before_inserted_during_a_rolling_deploy_is_read():
    receive("MUG", 0)
    _, cursor = read_all("inventory")
    made = envelope.wrap("inventory", "CUP", 0, [inventory.StockReceived(quantity=1)], envelope.stamp())
    row = ["inventory", "CUP", 1, "StockReceived", made[0].occurred_at, envelope.encode(made[0])]
    with connection.cursor() as database:
        database.execute(
            "INSERT INTO events_event (topic, stream, version, kind, occurred_at, payload)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            row,
        )
    assert read_all("inventory", cursor)[0] == [("CUP", 1)]
