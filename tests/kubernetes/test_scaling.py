"""A simulated day with the autoscalers of the manifests, and the algorithm by which they decide."""

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.scaling import autoscaling, capacity, figures, picture, simulation, traffic
from tests.load.scaling.autoscaling import Autoscaler, Direction
from tests.trade import years

DOCS = Path(__file__).parents[2] / "docs"
SALE = traffic.Sale()
UP = Direction(0, (("Percent", 100, 15), ("Pods", 4, 15)))
DOWN = Direction(300, (("Pods", 1, 60),))


@pytest.fixture(scope="module")
def day():
    return simulation.ordinary(sale=SALE)


def scaler():
    return Autoscaler(2, 12, UP, DOWN)


def test_no_service_turns_more_often_than_the_day_does(day):
    """Up for noon, down, up for the sale, down, up for the evening, down: five turns."""
    for service in day.services.values():
        assert figures.turns(service.replicas) <= 5, service.name
    assert figures.turns(day.consumers.replicas) <= 3


def test_the_sale_is_absorbed_within_45_seconds(day):
    assert day.p99[SALE.begin : SALE.begin + 45].max() > figures.LIMIT_SECONDS, "the sale is no test"
    assert 0 < figures.absorbed_after(day, SALE) <= 45


def test_apart_from_the_sale_no_request_is_late(day):
    others = np.delete(day.p99, range(SALE.begin, SALE.begin + SALE.seconds))
    assert others.max() < figures.LIMIT_SECONDS


def test_what_waited_during_the_outage_is_processed_within_a_minute(day):
    end = simulation.OUTAGE.stop
    assert day.consumers.lags[end - 1] > 10_000
    assert day.consumers.lags[end + 60] == 0


def test_it_costs_a_third_of_the_most_all_day_at_most(day):
    assert day.core_hours < day.fixed_core_hours() / 3


def test_the_page_and_its_picture_have_the_figures_of_the_simulation(day):
    page, svg = (DOCS / "kubernetes.md").read_text(), (DOCS / "scaling.svg").read_text()
    for row in figures.table(day, SALE):
        assert row in page
    assert svg == picture.draw(day, SALE)
    ElementTree.fromstring(svg)  # noqa: S314 - our own picture


@pytest.mark.year
@pytest.mark.skipif(not years.YEAR.exists(), reason="the real year is missing; README says where to get it")
def test_a_day_in_the_shape_of_the_real_year_is_served_as_well():
    day = simulation.ordinary(traffic.of_year(years.YEAR), SALE)
    assert all(figures.turns(service.replicas) <= 5 for service in day.services.values())
    assert figures.absorbed_after(day, SALE) <= 45


def test_costs_are_those_of_the_page_of_measurements():
    costs = capacity.request_seconds()
    assert set(costs) == {"gateway", "orders", "inventory", "cart", "sessions", "users", "catalog", "recommender"}
    assert sum(costs.values()) == pytest.approx(6_838e-6, abs=5e-6)


@pytest.mark.parametrize(
    ("usage", "unready", "replicas"),
    [
        ([0.3, 0.3], 0, 2),  # at the target
        ([0.32, 0.32], 0, 2),  # within the tolerance of 10 %
        ([0.27, 0.28], 0, 2),
        ([0.6, 0.6], 0, 4),
        ([0.4, 0.4, 0.4], 0, 4),
        ([0.05, 0.05, 0.05, 0.05], 0, 1),
        ([0.6, 0.6], 2, 4),  # pods that start count as idle: enough are on their way
        ([0.9, 0.9], 2, 6),
        ([], 2, 2),  # nothing is known
    ],
)
def test_replicas_follow_the_use_of_cpu_time(usage, unready, replicas):
    assert autoscaling.by_utilisation(usage, unready, 0.5, 0.6, len(usage) + unready) == replicas


@pytest.mark.parametrize(
    ("lags", "current", "replicas"),
    [
        ({"a": 900}, 2, 2),
        ({"a": 1_050}, 2, 2),
        ({"a": 1_200}, 2, 3),
        ({"a": 1_200, "b": 2_600}, 2, 6),  # the largest counts
        ({"a": 1_000_000}, 2, 6),  # no more than partitions
        ({"a": 0}, 6, 0),
    ],
)
def test_replicas_follow_the_lag(lags, current, replicas):
    assert autoscaling.by_lag(lags, 500, 6, current) == replicas


def test_scaling_up_is_limited_by_the_policy_that_allows_most():
    autoscaler = scaler()
    assert autoscaler.decide(0, 2, 12) == 6  # four more
    assert autoscaler.decide(5, 6, 12) == 6  # not again within 15 s
    assert autoscaler.decide(15, 6, 12) == 12  # twice as many


def test_scaling_down_waits_for_five_minutes_and_removes_one_a_minute():
    autoscaler, current, at = scaler(), 10, []
    autoscaler.decide(0, current, 10)
    for now in range(15, 900, 15):
        after = autoscaler.decide(now, current, 2)
        if after < current:
            at.append((now, after))
        current = after
    assert at[0] == (300, 9)
    assert all(later - earlier == 60 for (earlier, _), (later, _) in pairwise(at))


@given(st.lists(st.integers(1, 20), min_size=60, max_size=200))
def test_whatever_the_metrics_say_the_limits_hold(wanted):
    autoscaler, current = scaler(), 2
    for number, replicas in enumerate(wanted):
        after = autoscaler.decide(number * 15, current, replicas)
        assert 2 <= after <= 12
        assert after <= max(2 * current, current + 4)
        assert after >= current - 1
        current = after


@given(st.lists(st.integers(2, 12), min_size=20, max_size=120))
def test_a_peak_of_every_five_minutes_keeps_its_replicas(noise):
    """What a metric that jumps up and down would do without the window: flap."""
    autoscaler, current, history = scaler(), 2, []
    for number, replicas in enumerate(noise):
        current = autoscaler.decide(number * 15, current, 12 if number % 10 == 0 else replicas)
        history.append(current)
    assert figures.turns(history) == 0


def test_waiting_follows_erlang():
    """Of Erlang's C: with two servers and a load of one, a third of the requests waits."""
    assert simulation._waits(1000, 2) == pytest.approx(1 / 3)
    assert simulation._waits(500, 1) == pytest.approx(0.5)
