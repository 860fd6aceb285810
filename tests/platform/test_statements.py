"""Statements in plain SQL: executed by the driver, with what Django does around them."""

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from thriftshop.database import statements
from thriftshop.event_store.models import Lease

pytestmark = pytest.mark.django_db
INSERT = "INSERT INTO events_lease (name, holder, held_until) VALUES (%s, %s, %s)"
SELECT = "SELECT name, held_until FROM events_lease WHERE name LIKE %s ORDER BY name"


def test_rows_are_inserted_changed_and_read():
    assert statements.execute(INSERT, ["a/0", "here", 1]) == 1
    assert statements.execute_many(INSERT, [("a/1", "here", 2), ("b/0", "here", 3)]) == 2
    assert statements.execute("UPDATE events_lease SET held_until = held_until + 10 WHERE holder = %s", ["here"]) == 3
    assert statements.fetch(SELECT, ["a/%"]) == [("a/0", 11), ("a/1", 12)]
    assert statements.fetch(SELECT, ["c%"]) == []


def test_a_doubled_percent_sign_is_a_percent_sign():
    statements.execute(INSERT, ["50%/0", "here", 1])
    assert statements.fetch("SELECT name FROM events_lease WHERE name LIKE '50%%' AND held_until = %s", [1]) == [
        ("50%/0",)
    ]
    assert statements.fetch("SELECT '%%s' || %s", ["%s"]) == [("%s%s",)]


def test_djangos_exceptions_are_raised():
    statements.execute(INSERT, ["a/0", "here", 1])
    for execute in (
        lambda: statements.execute(INSERT, ["a/0", "there", 2]),
        lambda: statements.execute_many(INSERT, [("a/0", "there", 2)]),
    ):
        with pytest.raises(IntegrityError) as raised, transaction.atomic():
            execute()
        assert isinstance(raised.value.__cause__, connection.Database.IntegrityError)
    with pytest.raises((OperationalError, ProgrammingError)), transaction.atomic():
        statements.fetch("SELECT nothing FROM nowhere")


def test_a_broken_transaction_executes_nothing():
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            statements.execute(INSERT, ["a/0", "here", 1])
        transaction.set_rollback(False)
    assert not Lease.objects.exists()


def test_a_transaction_is_rolled_back():
    with transaction.atomic():
        statements.execute(INSERT, ["a/0", "here", 1])
        transaction.set_rollback(True)
    assert not Lease.objects.exists()


def test_wrappers_are_called_in_their_order():
    calls: list[Any] = []

    def note(name: str) -> Any:
        def wrapper(run: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
            calls.append((name, sql, list(parameters), many, context["connection"].alias))
            return run(sql, parameters, many, context)

        return wrapper

    with connection.execute_wrapper(note("outer")), connection.execute_wrapper(note("inner")):
        statements.execute_many(INSERT, [("a/0", "here", 1)])
        assert statements.fetch(SELECT, ["a%"]) == [("a/0", 1)]
    assert calls == [
        (name, sql, parameters, many, "default")
        for sql, parameters, many in ((INSERT, [("a/0", "here", 1)], True), (SELECT, ["a%"], False))
        for name in ("outer", "inner")
    ]


def test_a_wrapper_can_refuse_a_statement():
    def refuse(*_: Any) -> None:
        raise PermissionError

    with connection.execute_wrapper(refuse), pytest.raises(PermissionError):
        statements.execute(INSERT, ["a/0", "here", 1])
    assert not Lease.objects.exists()


def test_statements_are_logged_where_django_logs_queries():
    with CaptureQueriesContext(connection) as queries:
        statements.execute(INSERT, ["a/0", "here", 1])
        statements.fetch(SELECT, ["a%"])
    assert [query["sql"].split()[0] for query in queries] == ["INSERT", "SELECT"]


@pytest.mark.django_db(transaction=True)
def test_a_closed_connection_is_opened():
    statements.execute(INSERT, ["a/0", "here", 1])
    connection.close()
    assert statements.fetch(SELECT, ["a%"]) == [("a/0", 1)]
