"""Journeys through the whole shop: in one process, over real bytes, and as separate processes; and both answer alike.

All tests with those processes are in this one file: they start once for all of them.
"""

import uuid

import hypothesis
import pytest
from hypothesis import given

from tests import acting, conftest
from tests.journeys import customer, staff, walks
from tests.journeys.conftest import go_abroad
from tests.journeys.isolation import CONTRACTS, callers_to_try, client_of, settle_in, things, tried
from tests.journeys.probes import PROBES
from tests.journeys.shop import OneProcess, Separate, Shop
from thriftshop import rpc
from thriftshop.rpc import reflection


def test_a_customer_goes_the_whole_way(shop):
    customer.go_the_whole_way(shop)


def test_the_staff_have_a_working_day(shop):
    staff.have_a_working_day(shop)


def test_a_customer_may_do_nothing_that_is_the_staffs(shop):
    staff.let_no_customer_do_any_of_it(shop)


def test_nobody_gets_at_anothers_things_through_any_method(shop, transport):
    shop.stock_up(2)
    ann, theirs = settle_in(shop, "ann")
    ben = shop.person("ben")
    before = things(ann)
    wrong = [
        tried(client_of(contract, transport), PROBES[name][method.name], method, theirs, caller, ben)
        for name, contract in CONTRACTS.items()
        for method in reflection.methods(contract).values()
        for caller in callers_to_try(PROBES[name][method.name], method)
    ]
    assert [one for one in wrong if one] == []
    shop.settle()
    assert things(ann) == before


def test_a_stranger_gets_at_nothing_of_a_customers(shop):
    shop.stock_up(2)
    ann, theirs = settle_in(shop, "ann")
    before = things(ann)
    seen = []
    for name in ("CartService", "OrdersService", "SessionsService", "UsersService"):
        for method in reflection.methods(CONTRACTS[name]).values():
            try:
                with acting.as_stranger():
                    seen.append(
                        getattr(rpc.connect(CONTRACTS[name]), method.name)(*PROBES[name][method.name].args(theirs))
                    )
            except (rpc.RpcError, *method.refusals):
                continue
    assert not [mark for mark in theirs.marks() if mark in repr(seen)]
    shop.settle()
    assert things(ann) == before


def test_a_leak_would_be_told(shop):
    """The probes themselves: what a customer sees of their own is what nobody else may see."""
    shop.stock_up(2)
    ann, theirs = settle_in(shop, "ann")
    for name, method_name in (("OrdersService", "get_orders"), ("UsersService", "get_users")):
        probe, method = PROBES[name][method_name], reflection.methods(CONTRACTS[name])[method_name]
        assert "tells" in tried(rpc.connect(CONTRACTS[name]), probe, method, theirs, "gateway", ann)
    timeline = reflection.methods(CONTRACTS["OrdersService"])["get_timeline"]
    answered = tried(
        rpc.connect(CONTRACTS["OrdersService"]),
        PROBES["OrdersService"]["get_timeline"],
        timeline,
        theirs,
        "gateway",
        ann,
    )
    assert "answered" in answered


@pytest.fixture
def both(settings, db, processes):
    """Two shops, and a way to go to either: `one`, `split`."""
    here = list(settings.CONTEXTS)
    separate = Separate(processes.of("gateway")[0].port, processes.mails)

    def go(where: str) -> Shop:
        if where == "split":
            go_abroad(settings, processes)
            return Shop(separate)
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
@given(steps=walks.WALKS)
def test_a_random_journey_is_answered_alike_in_one_process_and_split(both, steps):
    mark = uuid.uuid4().hex[:8]
    answers = {where: walks.comparable(walks.walked(both(where), mark, steps)) for where in ("one", "split")}
    for step, one, split in zip(steps, answers["one"], answers["split"], strict=True):
        assert (step, split) == (step, one)
