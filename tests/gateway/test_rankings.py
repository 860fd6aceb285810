"""Rankings are answered from memory for a minute, and at once without products that can no longer be bought."""

import pytest

from apps.gateway import cache
from idl import inventory
from tests import acting
from tests.gateway import client, shop
from tests.gateway.following import archive, receive, stored
from tests.recommender.conftest import refresh_at_every_call  # noqa: F401 - a fixture
from tests.recommender.shop import confirm_order, project_all
from thriftshop import clock, rpc
from thriftshop.rpc import Unavailable

pytestmark = pytest.mark.django_db

TOGETHER = '{ product(sku: "TS-000") { boughtTogether(first: 3) { edges { score reason node { sku } } } } }'


@pytest.fixture(autouse=True)
def bought(stocked, refresh_at_every_call):  # noqa: F811 - the fixture
    """Confirmed orders with the first product and one of the next five each, which the recommender knows of."""
    for number in range(1, 6):
        confirm_order(f"order-{number}", [shop.sku(0), shop.sku(number)])
    project_all()


def together(token: str = "") -> list[str]:
    """The SKUs that the gateway recommends with the first product."""
    edges = client.data(TOGETHER, token)["product"]["boughtTogether"]["edges"]
    return [edge["node"]["sku"] for edge in edges]


def sell_out(sku: str) -> None:
    with acting.as_staff("inventory"):
        rpc.connect(inventory.InventoryService).count(f"sold {sku}", sku, 0, "sold in the shop")


def test_strangers_and_customers_share_a_ranking_that_is_loaded_once(ann, followed, executions):
    assert client.data(TOGETHER) == client.data(TOGETHER, ann.token) == client.data(TOGETHER)
    assert executions == [TOGETHER]


def test_staff_are_answered_by_the_recommender(sue, followed):
    assert together(sue.token)
    assert len(cache.RANKINGS) == stored() == 0


@pytest.mark.parametrize("end", [sell_out, lambda sku: archive(int(sku[-3:]))])
def test_a_product_that_can_no_longer_be_bought_leaves_with_its_event(end, followed):
    first = together()
    end(first[0])
    project_all()
    followed.deliver()
    assert first[0] not in together()


def test_a_product_that_can_be_bought_still_keeps_the_ranking(followed, monkeypatch):
    before = together()
    receive(number=int(before[0][-3:]))
    followed.deliver()
    loads = cache.RANKINGS._statistics.misses
    assert together() == before
    assert cache.RANKINGS._statistics.misses == loads


def test_a_ranking_is_loaded_again_after_a_minute(followed, monkeypatch):
    together()
    loads = cache.RANKINGS._statistics.misses
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 61_000)
    together()
    assert cache.RANKINGS._statistics.misses == loads + 1


def test_a_ranking_is_answered_while_the_inventory_does_not_answer(followed, monkeypatch):
    before = together()
    cache.LEVELS.clear()

    async def away(*_arguments):
        raise Unavailable("away")

    monkeypatch.setattr(cache.LEVELS, "load", away)
    assert together() == before


def test_every_length_is_a_ranking_of_its_own(followed):
    assert len(together()) == 3
    answer = client.data(TOGETHER.replace("first: 3", "first: 2"))
    assert len(answer["product"]["boughtTogether"]["edges"]) == 2
