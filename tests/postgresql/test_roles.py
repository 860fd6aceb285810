"""The roles of PostgreSQL: each can do its work and nothing else; the log is append-only also for the one that serves."""

import psycopg
import pytest

from idl import inventory
from tests import acting
from tests.postgresql.conftest import run_command
from thriftshop import rpc

pytestmark = pytest.mark.slow


def of_role(database: str, role: str) -> str:
    """The DATABASE_URL of a role."""
    server, _, name = database.rpartition("/")
    return f"{server.replace('postgres@', f'{name}_{role}@')}/{name}"


@pytest.fixture(scope="module")
def migrated(server):
    """The DATABASE_URL of a database whose tables belong to the role that migrates; no test changes it."""
    database = server.create("shop")
    created = run_command(database, "create_roles")
    assert created.returncode == 0, created.stderr
    assert "Set their passwords" in created.stdout
    migration = run_command(of_role(database, "migrate"), "migrate", "--verbosity", "0")
    assert (migration.returncode, migration.stderr) == (0, "")
    return database


def refusal(address: str, statement: str) -> str:
    """The error of a statement; empty if it is executed."""
    with psycopg.connect(address) as connection:
        try:
            connection.execute(statement)
        except psycopg.Error as error:
            return str(error).splitlines()[0]
        connection.rollback()
        return ""


def test_the_role_that_runs_serves_calls_and_projections(migrated, serve):
    serve(of_role(migrated, "run"))
    stock = rpc.connect(inventory.InventoryService)
    with acting.as_service("demo"):
        stock.receive("delivery", [inventory.StockLine(sku="MUG", quantity=3)], None, None)
    with acting.as_stranger():
        assert stock.get_levels(["MUG"])[0].on_hand == 3


def test_projections_are_rebuilt_by_the_role_that_runs(migrated):
    ended = run_command(of_role(migrated, "run"), "rebuild", "inventory")
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("role", "statement", "complaint"),
    [
        ("run", "SELECT FROM events_event", ""),
        ("run", "UPDATE events_event SET kind = ''", "permission denied for table events_event"),
        ("run", "DELETE FROM events_event", "permission denied for table events_event"),
        ("run", "TRUNCATE events_event", "permission denied for table events_event"),
        ("run", "ALTER TABLE events_event DISABLE TRIGGER ALL", "must be owner of table events_event"),
        ("run", "DROP TABLE events_lease", "must be owner of table events_lease"),
        ("run", "CREATE TABLE more (id int)", "permission denied for schema public"),
        (
            "run",
            "INSERT INTO django_migrations VALUES (9999, 'a', 'b', now())",
            "permission denied for table django_mig",
        ),
        ("run", "DELETE FROM events_lease", ""),
        ("run", "CREATE TEMPORARY TABLE passing (id int)", ""),
        ("read", "SELECT FROM events_event", ""),
        ("read", "INSERT INTO events_lease VALUES ('a', 'b', 1)", "permission denied for table events_lease"),
        ("read", "DELETE FROM events_lease", "permission denied for table events_lease"),
        ("migrate", "TRUNCATE events_event", "events_event is append-only"),
    ],
)
def test_each_role_has_its_privileges_only(migrated, role, statement, complaint):
    found = refusal(of_role(migrated, role), statement)
    assert found.startswith(complaint) if complaint else found == ""


def test_a_database_that_was_migrated_before_is_handed_over(database, manage):
    migrating = of_role(database, "migrate")
    assert manage("migrate", "--verbosity", "0").returncode == 0
    for _ in range(2):
        created = manage("create_roles")
        assert (created.returncode, created.stderr) == (0, "")
    assert manage("migrate", "events", "0005", "--verbosity", "0", DATABASE_URL=migrating).returncode == 0
    assert manage("migrate", "--verbosity", "0", DATABASE_URL=migrating).returncode == 0
    assert refusal(of_role(database, "run"), "INSERT INTO events_snapshot VALUES (1, 'a', 'b', 1, 'c', 'd', '')") == ""


def test_other_roles_are_not_let_in(migrated, server):
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute("CREATE ROLE somebody LOGIN")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(migrated.replace("postgres@", "somebody@"))


def test_a_user_who_may_not_create_roles_is_told_who_may(migrated):
    ended = run_command(of_role(migrated, "run"), "create_roles")
    assert ended.returncode != 0
    assert "DATABASE_URL must name a superuser, or the database's owner with CREATEROLE." in ended.stderr


def test_sqlite_has_no_roles(manage):
    ended = manage("create_roles", DATABASE_URL="sqlite:///:memory:")
    assert "SQLite, which has no roles" in ended.stderr


def test_flush_is_refused_with_what_to_do_instead(manage):
    assert manage("migrate", "--verbosity", "0").returncode == 0
    ended = manage("flush", "--no-input")
    assert ended.returncode != 0
    assert "append-only: nothing was changed. To begin anew" in ended.stderr
