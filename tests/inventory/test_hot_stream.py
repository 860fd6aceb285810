"""Two processes reserve one SKU next to others: never more than there is, in every store that processes share.

HOT_STREAM_SECONDS=60 and HOT_STREAM_RATE=500 (of each process and kind) make it a long test.
"""

import json
import os
from collections import Counter

import pytest
from django.db import connection

from apps.inventory.service import ledger
from idl import inventory
from tests import acting
from tests.inventory import buyers

SECONDS = float(os.environ.get("HOT_STREAM_SECONDS", "2"))
RATE = float(os.environ.get("HOT_STREAM_RATE", "100"))
SKUS = 20
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def variables(settings):
    """The environment of a process on the same database and store."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{database['NAME']}"
    else:
        address = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    names = ("CASSANDRA_KEYSPACE", "CASSANDRA_PREFIX", "CASSANDRA_SHARDS")
    return {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "settings.test",
        "EVENT_STORE": settings.EVENT_STORES.get("inventory", settings.EVENT_STORES["default"]),
        **{name: str(getattr(settings, name)) for name in names},
    }


@pytest.mark.parametrize("event_store", ["database", "cassandra"], indirect=True)
def test_two_processes_never_oversell_one_sku_and_lose_no_reservation_of_others(event_store, variables, stock):
    attempts = int(SECONDS * RATE)
    available = attempts * 3 // 2  # of two processes' attempts, the last quarter is refused
    lines = [inventory.StockLine(sku=f"SKU-{number}", quantity=attempts) for number in range(SKUS)]
    with acting.as_staff("inventory"):
        stock.receive("delivery", [inventory.StockLine(sku=buyers.HOT, quantity=available), *lines], None, None)
    load = buyers.Load(RATE, RATE, SKUS, SECONDS)
    processes = [buyers.start(name, load, variables) for name in ("first", "second")]
    for process in processes:
        buyers.release(process)
    results = [json.loads(process.communicate(timeout=SECONDS + 300)[0]) for process in processes]
    hot = [reservation for result in results for reservation in result["hot"]["reserved"]]
    assert len(hot) == len(set(hot)) == available
    assert sum(result["hot"]["refused"] for result in results) >= 2 * attempts - available
    assert [(level.on_hand, level.reserved) for level in ledger.levels([buyers.HOT])] == [(available, available)]
    history = ledger.stock.history(buyers.HOT)
    assert [record.version for record in history] == list(range(1, available + 2))
    assert {record.event.reservation_id for record in history[1:]} == set(hot)
    others = Counter(
        f"SKU-{int(reservation.rpartition('-')[2]) % SKUS}"
        for result in results
        for reservation in result["others"]["reserved"]
    )
    assert {level.sku: level.reserved for level in ledger.levels(others)} == others
    assert others.total() >= 2 * attempts
