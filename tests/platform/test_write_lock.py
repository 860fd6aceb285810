"""SQLite's writers wait for each other without sleeping: the lock is handed over, and is released however its holder ends."""

import multiprocessing
import os
import sqlite3
import threading

import pytest
from django.db import DatabaseError, OperationalError, connections

from settings import databases
from thriftshop.database.sqlite3 import write_lock
from thriftshop.database.sqlite3.base import DatabaseWrapper

PROCESSES, THREADS, TRANSACTIONS = 2, 4, 50


@pytest.fixture
def file(tmp_path):
    """A database with a table of numbers."""
    path = tmp_path / "shop.sqlite3"
    with sqlite3.connect(path) as created:
        created.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY, at INTEGER CHECK (at > 0))")
    return str(path)


@pytest.fixture(autouse=True)
def other_databases(django_db_blocker):
    """Tests may use databases of their own."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def connect(file):
    """Opens connections to the database as the shop does; they are closed after the test."""
    opened = []

    def open_one(seconds: float = 20.0) -> DatabaseWrapper:
        connection: DatabaseWrapper = connection_to(file, seconds)
        opened.append(connection)
        return connection

    yield open_one
    for connection in opened:
        connection.close()


def connection_to(file: str, seconds: float = 20.0):
    address = databases.sqlite({"ENGINE": "django.db.backends.sqlite3", "NAME": file}, cache_kib=500)
    defaults = connections["default"].settings_dict
    options = address["OPTIONS"] | {"timeout": seconds}
    return DatabaseWrapper({**defaults, **address, "OPTIONS": options}, "extra")


def is_free(file: str) -> bool:
    """Whether a new opening of the lock's file gets the lock at once."""
    lock = write_lock.WriteLock(file)
    taken = threading.Event()

    def take() -> None:
        lock.take(1.0)
        taken.set()
        lock.release()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    thread.join(0.5)
    return taken.is_set()


def begin(connection: DatabaseWrapper) -> None:
    connection.ensure_connection()
    connection._start_transaction_under_autocommit()


def insert(connection: DatabaseWrapper, at: int = 1) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO numbers (at) VALUES (%s)", [at])


def count(connection: DatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM numbers")
        return int(cursor.fetchone()[0])


def test_the_shop_uses_this_backend_for_files(file):
    assert databases.sqlite({"ENGINE": "x", "NAME": file}, cache_kib=1)["ENGINE"] == "thriftshop.database.sqlite3"


@pytest.mark.parametrize("end", ["_commit", "_rollback", "close"])
def test_a_transaction_has_the_lock_until_it_ends(end, file, connect):
    connection = connect()
    begin(connection)
    assert not is_free(file)
    getattr(connection, end)()
    assert is_free(file)


def test_a_statement_outside_a_transaction_has_the_lock_only_while_it_is_executed(file, connect):
    first, second = connect(), connect(0.2)
    begin(first)
    with pytest.raises(OperationalError, match="another thread has been writing"):
        insert(second)
    first._commit()
    insert(second)
    with second.cursor() as cursor:
        cursor.executemany("INSERT INTO numbers (at) VALUES (%s)", [(1,), (2,)])
    assert count(first) == 3
    assert is_free(file)


def test_a_statement_that_fails_releases_the_lock(file, connect):
    with pytest.raises(DatabaseError):
        insert(connect(), at=0)
    assert is_free(file)


def test_readers_do_not_wait(connect):
    writer, reader = connect(), connect(0.2)
    begin(writer)
    insert(writer)
    assert count(reader) == 0


def test_a_transaction_that_cannot_begin_releases_the_lock(file, connect):
    connection = connect(0.1)
    connection.ensure_connection()
    with sqlite3.connect(file) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            begin(connection)
        assert is_free(file)


def test_a_transaction_that_cannot_be_committed_keeps_the_lock_until_it_is_rolled_back(file, connect):
    connection = connect()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE parts (number INTEGER REFERENCES numbers DEFERRABLE INITIALLY DEFERRED)")
    begin(connection)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO parts VALUES (7)")
    with pytest.raises(DatabaseError):
        connection._commit()
    assert not is_free(file)
    connection._rollback()
    assert is_free(file)


def test_the_lock_of_a_killed_process_is_released(file):
    began = multiprocessing.get_context("spawn").Event()
    holder = multiprocessing.get_context("spawn").Process(target=hold, args=(file, began))
    holder.start()
    assert began.wait(60)
    assert not is_free(file)
    holder.kill()
    holder.join()
    assert is_free(file)


def hold(file: str, began) -> None:
    write_lock.of(file).take(1.0)
    began.set()
    threading.Event().wait()


def test_a_forked_process_does_not_have_the_lock_of_its_parent(file):
    lock = write_lock.of(file)
    lock.take(1.0)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        write_lock.of(file).take(5.0)
        os.write(writer, b"taken")
        os._exit(0)
    os.close(writer)
    threading.Timer(0.2, lock.release).start()
    assert os.read(reader, 10) == b"taken"
    os.waitpid(child, 0)
    os.close(reader)


def test_writers_of_several_processes_and_threads_are_all_served(file, connect):
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=write, args=(file,)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert count(connect()) == PROCESSES * THREADS * TRANSACTIONS


def write(file: str) -> None:
    def run() -> None:
        connection = connection_to(file)
        for number in range(TRANSACTIONS):
            if number % 2:
                insert(connection)
            else:
                begin(connection)
                insert(connection)
                connection._commit()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
