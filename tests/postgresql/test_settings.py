"""DATABASE_URL naming PostgreSQL: errors in one line, and the options of the connection."""

import json
import uuid

import pytest

SHOWN = """
import json
from django.db import connection
with connection.cursor() as cursor:
    shown = {}
    for name in ("application_name", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute(f"SHOW {name}")
        shown[name] = cursor.fetchone()[0]
    cursor.execute("SELECT current_setting('transaction_isolation')")
    shown["isolation"] = cursor.fetchone()[0]
print(json.dumps(shown | {"pool": [connection.pool.min_size, connection.pool.max_size, connection.pool.timeout]}))
"""


@pytest.mark.parametrize("command", ["check", "migrate"])
@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("postgres://postgres@127.0.0.1:1/shop", "Connection refused"),
        ("postgres://postgres@no-such-host.invalid/shop", "failed to resolve host"),
        ("postgres://postgres@127.0.0.1", "names no database of its server"),
        ("{server}/no_such_database", 'database "no_such_database" does not exist'),
    ],
)
def test_an_address_that_leads_nowhere_is_reported_in_one_line(manage, server, command, address, complaint):
    ended = manage(command, DATABASE_URL=address.format(server=server.url("").rstrip("/")))
    assert ended.returncode != 0
    (line,) = ended.stderr.strip().splitlines()
    assert "DATABASE_URL" in line
    assert complaint in line


@pytest.mark.parametrize("command", ["check", "migrate"])
@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'", "does not sort text by code point"),
        ("TEMPLATE template0 LC_CTYPE 'C'", "converts the case of ASCII letters only"),
    ],
)
def test_a_database_that_sorts_otherwise_is_refused_with_the_statement_that_creates_the_right_one(
    manage, server, command, options, complaint
):
    ended = manage(command, DATABASE_URL=server.create(f"sorted_{uuid.uuid4().hex[:12]}", options))
    assert ended.returncode != 0
    assert complaint in ended.stderr
    assert "CREATE DATABASE shop TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'" in ended.stderr


def test_every_migration_is_applied_to_an_empty_database_and_nothing_is_left_to_complain_of(manage):
    assert manage("migrate", "--verbosity", "0").returncode == 0
    assert manage("migrate", "--check").returncode == 0
    ended = manage("check", "--fail-level", "WARNING")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_migrations_of_the_search_index_can_be_taken_back(manage):
    assert manage("migrate", "--verbosity", "0").returncode == 0
    for target in ("0005", "0006"):
        ended = manage("migrate", "catalog", target, "--verbosity", "0")
        assert (ended.returncode, ended.stderr) == (0, "")


def test_a_session_is_limited_and_named_after_its_contexts(manage):
    ended = manage("shell", "-v0", "-c", SHOWN, CONTEXTS="cart", DATABASE_STATEMENT_SECONDS="7", RPC_THREADS="3")
    assert json.loads(ended.stdout) == {
        "application_name": "thriftshop cart",
        "statement_timeout": "7s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "1min",
        "isolation": "read committed",
        "pool": [1, 30, 2.0],
    }


def test_the_address_may_set_options_of_its_own(manage, database):
    address = f"{database}?application_name=stock%20take"
    ended = manage("shell", "-v0", "-c", SHOWN, DATABASE_URL=address)
    assert json.loads(ended.stdout)["application_name"] == "stock take"


@pytest.mark.parametrize(("contexts", "needed"), [({"CONTEXTS": "orders"}, 32), ({}, 82)], ids=["one", "all"])
def test_a_pool_that_is_too_small_for_the_threads_of_the_hosted_contexts_is_refused(manage, contexts, needed):
    ended = manage("check", DATABASE_POOL_MAX=str(needed - 1), **contexts)
    assert f"DATABASE_POOL_MAX: {needed - 1} connections are too few." in ended.stderr
    assert f"Use {needed} or more" in ended.stderr
    assert manage("check", DATABASE_POOL_MAX=str(needed), **contexts).returncode == 0
