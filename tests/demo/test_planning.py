"""The plan of the months of trade: consistent, in order, and reproducible."""

import datetime as dt
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.demo import loading, planning, reading
from apps.demo.loading import run

CONTENT = reading.content()
NOW = dt.datetime(2026, 11, 22, 20, 5, tzinfo=planning.ZONE)
MOMENTS = st.integers(0, 3650 * 24 * 60).map(lambda minutes: NOW + dt.timedelta(minutes=minutes))


def of_kind(steps, kind):
    return [step for step in steps if isinstance(step, kind)]


def test_the_plan_is_deterministic():
    assert planning.plan(CONTENT, NOW) == planning.plan(CONTENT, NOW)


def test_the_plan_has_every_kind_of_step():
    steps = planning.plan(CONTENT, NOW)
    placed = of_kind(steps, planning.Place)
    assert len(placed) > 250
    assert {step.card for step in placed} == {"tok_ok", "tok_decline", "tok_delay", None}
    assert len(of_kind(steps, planning.Cancel)) > 5
    assert len(of_kind(steps, planning.Return)) > 8
    assert len(of_kind(steps, planning.Refund)) == len(CONTENT.goodwill)
    parcels = Counter(step.order for step in of_kind(steps, planning.Ship))
    assert max(parcels.values()) == 2


def test_some_orders_are_not_shipped_yet():
    steps = planning.plan(CONTENT, NOW)
    last = {step.order: step for step in steps}
    waiting = [step for step in last.values() if isinstance(step, planning.Place) and step.card == "tok_ok"]
    assert waiting
    assert all(NOW - step.at < dt.timedelta(days=4) for step in waiting)


@pytest.mark.parametrize("name", ["Rosa Delaney", "Noor Haddad"])
def test_the_demo_accounts_match_their_descriptions(name):
    orders = [s for s in of_kind(planning.plan(CONTENT, NOW), planning.Place) if s.person.name == name]
    assert bool(orders) is (name == "Rosa Delaney")


@given(MOMENTS)
@settings(max_examples=12, deadline=None)
def test_no_step_is_after_now_and_every_order_is_consistent(now):
    placed: dict[int, planning.Place] = {}
    shipped: dict[int, set[int]] = {}
    for step in planning.plan(CONTENT, now):
        assert step.at <= now
        match step:
            case planning.Place():
                assert step.order not in placed
                assert all(line.quantity > 0 for line in step.lines)
                assert len({line.sku for line in step.lines}) == len(step.lines)
                placed[step.order] = step
            case planning.Ship():
                parcel, before = set(step.numbers), shipped.setdefault(step.order, set())
                assert parcel <= set(range(1, len(placed[step.order].lines) + 1))
                assert not parcel & before
                before |= parcel
            case planning.Cancel():
                assert step.order in placed
                assert step.order not in shipped
            case planning.Return():
                assert step.number in shipped[step.order]
            case planning.Refund():
                assert step.order in shipped


@pytest.mark.parametrize("minutes", [11, 21, 58])
def test_an_order_just_placed_has_no_later_steps(minutes):
    at, lines = NOW - dt.timedelta(minutes=minutes), (planning.Line("HABE-001", 1),)
    for seed in range(500):
        steps = planning.order_steps(1, at, CONTENT.people[0], lines, NOW, random.Random(seed))
        assert all(step.at <= NOW for step in steps)


@given(MOMENTS)
@settings(max_examples=8, deadline=None)
def test_nothing_is_sold_before_its_delivery_or_beyond_its_stock(now):
    came = {item.sku: item.deliveries for item in CONTENT.items}
    sold: Counter[str] = Counter()
    for step in of_kind(planning.plan(CONTENT, now), planning.Place):
        for line in step.lines:
            sold[line.sku] += line.quantity
            there = sum(
                quantity
                for ago, quantity in came[line.sku]
                if run.date_of(now, ago) < step.at.astimezone(planning.ZONE).date()
            )
            assert sold[line.sku] <= there, line.sku


def test_every_step_is_in_exactly_one_day():
    days = loading.days(CONTENT, NOW)
    assert [day.date for day in days] == sorted({day.date for day in days})
    assert sum(len(day.arrivals) for day in days) == len(CONTENT.items)
    assert sum(len(day.people) for day in days) == len(CONTENT.people)
    assert sum(len(day.steps) for day in days) == len(planning.plan(CONTENT, NOW))


@given(pence=st.integers(50, 1_000_000), rate=st.sampled_from(sorted(run.RATES.values())))
def test_a_price_in_another_currency_is_rounded(pence, rate):
    cents = run.abroad(pence, rate)
    assert cents > 0
    assert cents % (10 if pence * rate < 500 else 50) == 0
    assert abs(cents - pence * rate) <= 25
