"""Journeys through the whole shop: in one process, over real bytes, and as separate processes, with the same results.

All tests with those processes are in this one file: they start once for all of them.
"""

import signal
import time
import uuid

import hypothesis
import pytest
from hypothesis import given

from idl import catalog, common, inventory, platform
from tests import acting, conftest
from tests.journeys import customer, flags, random_journeys, staff, visitor
from tests.journeys.conftest import door, go_abroad
from tests.journeys.foreign_calls import FOREIGN_CALLS
from tests.journeys.isolation import CONTRACTS, callers_to_try, client_of, customer_with_order, problem_of, visible_data
from tests.journeys.shop import OneProcess, Shop
from thriftshop import contexts, rpc
from thriftshop.rpc import reflection


def test_the_journey_of_a_customer(shop):
    customer.go_the_whole_way(shop)


def test_the_journey_of_staff(shop):
    staff.have_a_working_day(shop)


def test_the_journey_of_a_flag(shop):
    flags.try_out_a_flag(shop)


def test_the_journey_of_a_visitor(shop, transport, request):
    if transport != "http":
        visitor.look_around_and_order(shop)
        return
    processes = request.getfixturevalue("processes")
    (analytics,) = processes.of("analytics")
    ordered = "SELECT count(*) FROM analytics_recommendationvisit WHERE orders > 0 AND key LIKE ?"
    hosting = visitor.Analytics(
        lambda script: printed(analytics.manage("shell", "-v", "0", "-c", script)),
        lambda who: analytics.query(ordered, f"{who}%") > 0,
    )
    visitor.look_around_and_order(shop, hosting)
    (recommender,) = processes.of("recommender")
    assert recommender.query("SELECT count(*) FROM recommender_visitline WHERE sku = ?", shop.sku(0)) == 2


def printed(done):
    """What a command printed."""
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_one_of_many_orders_at_once_buys_the_cart(shop):
    customer.order_at_once(shop)


def test_a_customer_may_not_call_methods_for_staff(shop):
    staff.let_no_customer_do_any_of_it(shop)


def test_no_method_gives_access_to_another_customers_data(shop, transport):
    shop.stock_up(2)
    ann, data = customer_with_order(shop, "ann")
    ben = shop.person("ben")
    before = visible_data(ann)
    wrong = [
        problem_of(client_of(contract, transport), FOREIGN_CALLS[name][method.name], method, data, caller, ben)
        for name, contract in CONTRACTS.items()
        for method in reflection.methods(contract).values()
        for caller in callers_to_try(FOREIGN_CALLS[name][method.name], method)
    ]
    assert [one for one in wrong if one] == []
    shop.catch_up()
    assert visible_data(ann) == before


def test_no_method_gives_anonymous_access_to_a_customers_data(shop):
    shop.stock_up(2)
    ann, data = customer_with_order(shop, "ann")
    before = visible_data(ann)
    seen = []
    for name in ("CartService", "OrdersService", "SessionsService", "UsersService"):
        for method in reflection.methods(CONTRACTS[name]).values():
            try:
                with acting.as_stranger():
                    seen.append(
                        getattr(rpc.connect(CONTRACTS[name]), method.name)(*FOREIGN_CALLS[name][method.name].args(data))
                    )
            except (rpc.RpcError, *method.refusals):
                continue
    assert not [mark for mark in data.marks() if mark in repr(seen)]
    shop.catch_up()
    assert visible_data(ann) == before


def test_the_check_detects_a_leak(shop):
    """The calls are effective: the customer sees the data that other viewers may not see."""
    shop.stock_up(2)
    ann, data = customer_with_order(shop, "ann")
    for name, method_name in (("OrdersService", "get_orders"), ("UsersService", "get_users")):
        call, method = FOREIGN_CALLS[name][method_name], reflection.methods(CONTRACTS[name])[method_name]
        assert "tells" in problem_of(rpc.connect(CONTRACTS[name]), call, method, data, "gateway", ann)
    timeline = reflection.methods(CONTRACTS["OrdersService"])["get_timeline"]
    answered = problem_of(
        rpc.connect(CONTRACTS["OrdersService"]),
        FOREIGN_CALLS["OrdersService"]["get_timeline"],
        timeline,
        data,
        "gateway",
        ann,
    )
    assert "answered" in answered


@pytest.fixture
def both(settings, db, processes):
    """Two shops, and a way to go to either: `one`, `split`."""
    here = list(settings.CONTEXTS)

    def go(where: str) -> Shop:
        if where == "split":
            go_abroad(settings, processes)
            return Shop(door(processes))
        settings.CONTEXTS = here
        conftest.forget()
        return Shop(OneProcess())

    return go


@pytest.mark.slow
@hypothesis.settings(
    max_examples=6,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
@given(steps=random_journeys.RANDOM_JOURNEYS)
def test_random_journeys_have_the_same_results_in_one_process_and_split(both, steps):
    mark = uuid.uuid4().hex[:8]
    answers = {
        where: random_journeys.comparable(random_journeys.responses(both(where), mark, steps))
        for where in ("one", "split")
    }
    for step, one, split in zip(steps, answers["one"], answers["split"], strict=True):
        assert (step, split) == (step, one)


def test_all_processes_have_the_same_contracts(apart, processes):
    with acting.as_service("registry"):
        descriptions = {
            name: rpc.connect(platform.PlatformService, at=name).describe() for name in processes.services()
        }
    assert {name: one.contexts for name, one in descriptions.items()} == {name: [name] for name in descriptions}
    assert {name: one.topics for name, one in descriptions.items()} == {
        name: [name] if contexts.get(name).topic else [] for name in descriptions
    }
    assert descriptions["gateway"].groups == []
    assert {
        tuple((contract.name, contract.digest) for contract in each.contracts) for each in descriptions.values()
    } == {tuple((contract.name, contract.digest) for contract in descriptions["orders"].contracts)}


def test_a_service_reads_only_its_events_of_another_log(apart):
    apart.stock_up(1)
    log = rpc.connect(platform.PlatformService, at="users")
    apart.person("ann")
    with acting.as_service("sessions"):
        assert log.read_feed("users", 0, "", 1000, ["UserErased"]) is not None
        with pytest.raises(rpc.NotAllowed, match="sessions may not read UserRegistered"):
            log.read_feed("users", 0, "", 1000, ["UserRegistered"])
    with acting.as_service("recommender"), pytest.raises(rpc.NotAllowed, match="recommender may not read"):
        log.read_feed("users", 0, "", 1000, None)
    with acting.as_service("cart"), pytest.raises(common.NotFound, match="does not host topic"):
        log.read_feed("orders", 0, "", 1000, None)


def test_a_frozen_owner_delays_only_its_own_events(apart, processes):
    apart.stock_up(2)
    ann = apart.person("ann")
    apart.act("addToCart", {"sku": apart.sku(0), "quantity": 1}, "", ann.token)
    (frozen,) = processes.of("catalog")
    frozen.send(signal.SIGSTOP)
    try:
        receive(apart, 3)
        assert until(lambda: known_stock(processes, apart.sku(1)) == 8)
    finally:
        frozen.send(signal.SIGCONT)
    with acting.as_staff("catalog"):
        rpc.connect(catalog.CatalogService).archive_products([apart.sku(1)])
    apart.catch_up()
    assert on_sale(processes, apart.sku(1)) == 0


def test_a_killed_follower_resumes_without_losing_events(apart, processes):
    apart.stock_up(2)
    (follower,) = processes.of("recommender")
    for number in range(5):
        receive(apart, 1, f"before {number}")
    follower.stop(signal.SIGKILL)
    for number in range(5):
        receive(apart, 1, f"after {number}")
    follower.start()
    follower.wait()
    apart.catch_up()
    assert known_stock(processes, apart.sku(1)) == 15


def test_a_remote_projection_equals_its_rebuild(apart, processes):
    apart.stock_up(2)
    for context in ("recommender", "orders"):
        (process,) = processes.of(context)
        checked = process.manage("rebuild", context, "--check")
        assert checked.returncode == 0, checked.stderr
    (process,) = processes.of("recommender")
    assert process.manage("rebuild", "recommender").returncode == 0
    assert known_stock(processes, apart.sku(1)) == 5


def receive(shop, quantity, key="more"):
    """Stock of the second product is received."""
    with acting.as_service("demo"):
        line = inventory.StockLine(sku=shop.sku(1), quantity=quantity)
        rpc.connect(inventory.InventoryService).receive(f"{key} {shop.mark}", [line], None, None)


def known_stock(processes, sku):
    """The stock of a product in the recommender's own table."""
    return processes.of("recommender")[0].query("SELECT available FROM recommender_stock WHERE sku = ?", sku)


def on_sale(processes, sku):
    """Whether the recommender knows a product to be on sale: 1 or 0."""
    return processes.of("recommender")[0].query("SELECT on_sale FROM recommender_product WHERE sku = ?", sku)


def until(condition):
    """Wait for an asynchronous effect; the limit only prevents a broken test from hanging."""
    limit = time.monotonic() + 120
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True
