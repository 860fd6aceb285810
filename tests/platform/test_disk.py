"""A full disk: nothing is lost, reads continue, the process is not ready, and the reason is logged once."""

import errno
import functools
import json
import logging

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import get_resolver

from idl import inventory
from tests import acting
from thriftshop import events, rpc
from thriftshop.database import disk
from thriftshop.events import groups, processor, streams
from thriftshop.processes import health, serving
from thriftshop.telemetry import repeats

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    """No problem from the test before, and a try at every look."""
    monkeypatch.setattr(disk, "_problem", "")
    monkeypatch.setattr(disk, "_failures", repeats.Repeats(disk.log))
    monkeypatch.setattr(disk, "TEST_SECONDS", 0.0)
    monkeypatch.setattr(serving, "consumers", lambda: "ok")


@pytest.fixture
def full():
    """Let the database grow no further; give a way to make room."""

    def limit(pages: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {pages}")

    limit(1)  # which is as much as there is
    yield lambda: limit(1_000_000)
    limit(1_000_000)


def receive(deliveries: int = 2_000) -> None:
    """Write, until the last page is full as well."""
    with acting.as_service("trade"):
        for number in range(deliveries):
            lines = [inventory.StockLine(sku=f"MUG-{number:04}", quantity=1)]
            rpc.connect(inventory.InventoryService).receive(f"delivery-{number}", lines, "note " * 30, None)


def read_readiness() -> tuple[int, dict]:
    status, body, _ = health.readiness()
    return status, json.loads(body)["checks"]


def test_a_full_disk_makes_writes_unavailable_until_there_is_space(full, caplog):
    with pytest.raises(rpc.Unavailable, match="disk is full"):
        receive()
    with acting.as_service("trade"):
        assert rpc.connect(inventory.InventoryService).get_levels(["NONE"])[0].available == 0
    status, checks = read_readiness()
    assert (status, checks["disk"].partition(":")[0]) == (503, "database or disk is full")
    for _ in range(3):
        with pytest.raises(rpc.Unavailable):
            receive()
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1
    full()
    status, checks = read_readiness()
    assert (status, "disk" in checks) == (200, False)
    assert not connection.introspection.table_names().count("thriftshop_disk_trial")
    receive(10)


def test_a_read_only_database_makes_the_process_unready(caplog):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    try:
        with pytest.raises(rpc.Unavailable, match="readonly"):
            receive()
        assert read_readiness()[0] == 503
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")
    assert read_readiness()[0] == 200


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_unwritable_files_count_as_a_full_disk(number, settings):
    settings.MEDIA_ROOT.mkdir()
    error = OSError(number, "cannot be", str(settings.MEDIA_ROOT / "a.png"))
    assert disk.note(error)
    assert read_readiness() == (200, read_readiness()[1])  # the folder can be written to by now


def test_an_event_that_fails_because_of_a_full_disk_waits_and_is_no_dead_letter(monkeypatch):
    full, seen = [True], []

    def handle(record):
        if full:
            raise OSError(errno.ENOSPC, "No space left on device", "/mail/1")
        seen.append(record.version)

    group = events.Reaction("inventory.test", "inventory", handle)
    monkeypatch.setattr(groups, "hosted", functools.cache(lambda: (group,)))
    streams.of("inventory").append([streams.Write("MUG", 0, [inventory.StockReceived(quantity=1)])])
    for _ in range(6):
        with pytest.raises(rpc.Unavailable, match="No space left"):
            processor.process(group)
    full.clear()
    assert processor.process(group) == 1
    assert seen == [1]


def test_a_page_answers_503_with_a_reason(settings, rf):
    answer = disk.Middleware(lambda request: None).process_exception(rf.get("/"), OSError(errno.ENOSPC, "full", "/x"))
    assert answer is not None
    assert (answer.status_code, b"disk is full or read-only" in answer.content) == (503, True)
    assert disk.Middleware(lambda request: None).process_exception(rf.get("/"), ValueError()) is None


def test_a_login_that_cannot_be_saved_is_503_and_any_other_failure_stays_500(rf, client, settings):
    for error, status in ((OperationalError("database or disk is full"), 503), (ValueError("broken"), 500)):
        try:
            raise error
        except (OperationalError, ValueError):
            assert disk.server_error(rf.get("/")).status_code == status
    assert get_resolver().resolve_error_handler(500) is disk.server_error


def test_other_errors_are_not_attributed_to_the_disk():
    assert disk.note(OSError(errno.ENOENT, "No such file", "/x")) == ""
    assert disk.note(ValueError("disk is full")) == ""
    assert Client().get("/livez").status_code == 200
