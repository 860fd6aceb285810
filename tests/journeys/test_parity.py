"""Parity: whatever people do, the shop in one process and the shop as separate processes answer the same."""

import uuid

import hypothesis
import pytest
from hypothesis import given

from tests import conftest
from tests.journeys import walks
from tests.journeys.conftest import go_abroad
from tests.journeys.shop import OneProcess, Separate, Shop
from thriftshop.graphql import global_ids


@pytest.fixture
def both(settings, db, processes):
    """Two shops under the same mark, and a way to go to either: `one`, `split`."""
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


def walked(shop: Shop, mark: str, steps: list[walks.Step]) -> list[object]:
    """All answers on a walk through a shop that has been stocked for it."""
    shop.mark = mark
    home, *_ = shop.stock_up(walks.PRODUCTS, walks.QUANTITY)
    people = {name: shop.person(name) for name in ("ann", "ben")}
    walk = walks.Walk(shop, people, global_ids.encode("Category", home.id))
    return [walk.take(step) for step in steps]


@pytest.mark.slow
@hypothesis.settings(
    max_examples=6,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
@given(steps=walks.WALKS)
def test_a_random_journey_is_answered_alike_in_one_process_and_split(both, steps):
    mark = uuid.uuid4().hex[:8]
    answers = {where: walked(both(where), mark, steps) for where in ("one", "split")}
    for step, one, split in zip(
        steps, walks.comparable(answers["one"]), walks.comparable(answers["split"]), strict=True
    ):
        assert (step, split) == (step, one)


def test_what_differs_by_chance_alone_is_the_same_and_what_differs_otherwise_is_not():
    first = [
        {"id": "T3JkZXI6MQ==", "number": "TS-7K2M9QX4", "n": 1},
        {"token": "a" * 43, "message": "Order TS-7K2M9QX4"},
    ]
    again = [
        {"id": "T3JkZXI6Mg==", "number": "TS-AAAAAAAA", "n": 1},
        {"token": "b" * 43, "message": "Order TS-AAAAAAAA"},
    ]
    mixed = [
        {"id": "T3JkZXI6Mg==", "number": "TS-AAAAAAAA", "n": 1},
        {"token": "b" * 43, "message": "Order TS-BBBBBBBB"},
    ]
    assert walks.comparable(first) == walks.comparable(again) != walks.comparable(mixed)
