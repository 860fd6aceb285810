"""`manage.py split --backbone real`: the shop on PostgreSQL, Cassandra and Kafka, from the first request to Ctrl-C."""

import asyncio
import re
import sys

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from tests import conftest
from tests.journeys import customer, visitor
from tests.journeys.shop import Separate, Shop
from tests.live import serving, websocket
from tests.live.serving import CART, PRODUCTS
from tests.live.test_journey import followed
from tests.services import postgresql, running
from tests.serving import processes
from tests.serving.real import RECORDING, RealShop
from thriftshop import contexts
from thriftshop.contexts import EventStore
from thriftshop.processes import real as backbone
from thriftshop.rpc.http import sync_connections

pytestmark = pytest.mark.slow
LOG_CHARACTERS = 50_000
IN_STREAMS = {"inventory", "cart", "orders", "experiments"}


@pytest.fixture(scope="module")
def real(tmp_path_factory, cassandra_node, kafka_broker):
    """A shop on the services."""
    running.need_postgresql()
    shop = RealShop(tmp_path_factory.mktemp("real"))
    shop.start()
    yield shop
    sync_connections.close()
    shop.remove()


@pytest.fixture(autouse=True)
def logged(request):
    """What the shop's processes have logged, if a test fails."""
    yield
    if "real" in request.fixturenames:
        sys.stdout.write(processes.output(request.getfixturevalue("real").manager)[-LOG_CHARACTERS:])


@pytest.fixture
def shop(real, settings, db):
    """The shop, from outside: this process hosts nothing."""
    settings.CONTEXTS, settings.SERVICES = [], real.services()
    conftest.forget()
    return Shop(Separate(real.port, real.folder / "mail"))


def test_the_journey_of_a_customer(shop):
    customer.go_the_whole_way(shop)


def test_the_journey_of_a_visitor(real, shop):
    ordered = "SELECT key FROM analytics_recommendationvisit WHERE orders > 0"
    analytics = visitor.Analytics(
        lambda script: real.run("analytics", "shell", "-v", "0", "-c", script).stdout,
        lambda who: any(key.startswith(who) for (key,) in real.query("analytics", ordered)),
    )
    visitor.look_around_and_order(shop, analytics)
    learnt_from = [sku for (sku,) in real.query("recommender", "SELECT sku FROM recommender_visitline")]
    assert learnt_from.count(shop.sku(0)) == 2


def test_a_customer_follows_a_purchase(real, shop):
    live = serving.Live(real.port, shop.door)
    purchase = follow_a_purchase(live, live.shop.person("ann"), live.stock("LAMP", 5))
    asyncio.run(websocket.closing(purchase))


async def follow_a_purchase(live, ann, lamp):
    socket = await live.socket(ann.token)
    await socket.subscribe("product", PRODUCTS, skus=[lamp])
    assert (await socket.next("product"))["products"]["stock"]["available"] == 5
    await socket.subscribe("cart", CART)
    assert (await socket.next("cart"))["myCart"]["itemCount"] == 0
    await socket.subscribe("orders", "subscription { myOrders { number status } }")
    placed = await asyncio.to_thread(live.place, ann, lamp)
    await followed(socket, placed["number"])


def test_events_are_in_cassandra_or_in_the_outbox_of_their_context(real, shop):
    shop.stock_up(1)
    outboxes = {context: real.query(context, "SELECT count(*) FROM events_event")[0][0] for context in RECORDING}
    assert {context for context in outboxes if contexts.get(context).event_store is EventStore.STREAMS} == IN_STREAMS
    assert not any(outboxes[context] for context in IN_STREAMS)
    assert all(outboxes[context] for context in ("catalog", "users", "sessions"))
    assert int(re.findall(r"orders\.relay +orders\.log +(\d+)", real.run("orders", "lag", "--here").stdout)[0]) == 0


def test_each_context_serves_with_a_role_that_cannot_change_its_log(real, shop):
    shop.stock_up(1)
    serving_roles = "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name LIKE 'thriftshop%'"
    for process in real.layout:
        database = f"{real.name}_{process.context}"
        rows = real.query(process.context, f"{serving_roles} AND datname = '{database}'")
        assert rows == [(f"{database}_run",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        real.query("catalog", "DELETE FROM events_event RETURNING 1", f"{real.name}_catalog_run")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        real.query("catalog", "SELECT 1", f"{real.name}_orders_run")


def test_a_rebuild_from_the_streams_yields_the_same_tables(real, shop):
    customer.order_at_once(shop)
    for context, command in (("inventory", ["--check"]), ("orders", []), ("orders", ["--check"])):
        done = real.run(context, "rebuild", context, *command)
        assert done.returncode == 0, done.stderr


def test_ctrl_c_stops_all_processes_and_the_next_start_has_nothing_to_migrate(real):
    real.stop()
    assert "All processes have ended." in processes.output(real.manager)
    assert "Traceback" not in processes.output(real.manager)
    for process in real.layout:
        with pytest.raises(OSError, match="refused"):
            processes.request(process.port, "/livez")
    assert backbone.Real(real.name, postgresql.ADDRESS).outdated(settings.ALL_CONTEXTS) == []


@pytest.mark.parametrize(
    ("service", "options", "variables"),
    [
        ("PostgreSQL", {"postgresql": "postgres://postgres@127.0.0.1:1"}, {}),
        ("Kafka", {}, {"KAFKA_SERVERS": ["127.0.0.1:1"]}),
        ("Cassandra", {}, {"CASSANDRA_PORT": 1}),
    ],
)
def test_a_service_that_does_not_answer_is_named(service, options, variables, tmp_path, kafka_broker):
    running.need_postgresql()
    options = {
        "postgresql": postgresql.ADDRESS,
        "folder": tmp_path / "split",
        "port": 9_000,
        "name": "t_none",
        **options,
    }
    refused = pytest.raises(CommandError, match=rf"{service}.*127\.0\.0\.1.*Start it with `make services`")
    with override_settings(**variables), refused:
        call_command("split", backbone="real", **options)
    assert list(tmp_path.glob("split")) == []


def test_a_name_that_is_no_keyspace_is_refused():
    with pytest.raises(CommandError, match="--name 'My shop' is not possible: a small letter"):
        call_command("split", backbone="real", name="My shop")


@pytest.mark.parametrize("command", [["orders"], ["warehouse", "lag"], []])
def test_a_command_needs_a_context_to_run_in(command):
    with pytest.raises(CommandError, match="--run needs a context and a command; the contexts: catalog, inventory"):
        call_command("split", run=command)
