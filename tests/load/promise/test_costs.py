"""What requests cost: few of one kind are in flight at a time, and no other kind is counted."""

import time

from tests.load.promise import costs, generator
from tests.load.promise.prepared import Holder, Prepared
from tests.load.promise.test_generator import serving, whole
from tests.load.promise.workload import Workload

SHOP = Prepared(
    skus=[f"SKU-{number}" for number in range(50)],
    words=["teapot", "lamp"],
    customers=[Holder(f"{number}", "", f"{number}@shop.example", f"{number}", {"SKU-1": 1}) for number in range(3)],
    guests=[Holder(cart_token="guest")],
)


def sent(answer, name, seconds, most):
    """The outcomes, and the most requests that were in flight."""
    with serving(answer) as address:
        workload = Workload(generator.Generator(address), SHOP)
        try:
            return costs.send(workload, name, seconds, most), workload.generator.pool.most_in_flight
        finally:
            workload.generator.pool.close()


def test_requests_are_sent_until_their_number_is_reached():
    outcomes, most_in_flight = sent(whole, "search", 20.0, 100)
    assert len(outcomes) == 100
    assert most_in_flight == costs.CLIENTS


def test_requests_are_sent_until_the_time_is_over():
    def slow(connection, number):
        time.sleep(0.05)
        return whole(connection, number)

    outcomes, _ = sent(slow, "search", 0.5, costs.MAX_REQUESTS)
    assert 1 <= len(outcomes) <= 0.6 / 0.05 * costs.CLIENTS


def test_a_change_without_anything_to_change_ends_its_kind_and_is_not_counted():
    outcomes, _ = sent(whole, "order cancelled", 20.0, 100)
    assert outcomes == []


def test_the_cost_of_a_request_is_that_of_all_processes():
    assert costs.Cost({"cart": 300.0, "gateway": 200.0}, 10, 0, {}).total == 500.0
