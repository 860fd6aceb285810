"""What counts as an outcome: which orders, for which id, and what they add to the sums of the days."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from apps.experiments.domain import outcomes
from apps.experiments.domain.outcomes import COLUMNS, PAIRS, Claim, Schedule, Seen, participate, sums_of, unit_of
from apps.experiments.domain.purchases import Purchase
from apps.experiments.statistics.moments import Moments

DAY = 86_400_000
START = 100 * DAY
ALWAYS = Schedule(((START, None),))
EXPOSED = (Seen("a", START),)


def day_of(at):
    return f"{at // DAY:05}"


def bought(at, total=1_000, **changes):
    fields = {"currency": "GBP", "customer_id": "c1", "units": 2, "is_confirmed": True}
    return Purchase(placed_at=at, total=total, **(fields | changes))


def values(*purchases, seen=EXPOSED, schedule=ALWAYS):
    """The values of an id at the end, by column."""
    return dict(zip(COLUMNS, participate(seen, purchases, schedule, "GBP", day_of).states[-1].values, strict=True))


def test_orders_count_from_the_first_exposure_on():
    result = values(bought(START - 1), bought(START, 700), bought(START + DAY, 300))
    assert (result["orders"], result["revenue"], result["units"]) == (2, 1_000, 4)
    assert (result["spent_before"], result["bought_before"]) == (1_000, 1)


def test_orders_count_only_while_the_flag_runs():
    schedule = Schedule(((START, START + DAY), (START + 3 * DAY, None)))
    placed = [bought(START + days * DAY) for days in (0, 1, 2, 3)]
    assert values(*placed, schedule=schedule)["orders"] == 2


def test_what_was_spent_long_before_does_not_count():
    assert values(bought(START - outcomes.PERIOD_BEFORE_MS - 1))["bought_before"] == 0
    assert values(bought(START - outcomes.PERIOD_BEFORE_MS))["spent_before"] == 1_000


def test_orders_that_were_rejected_or_are_pending_are_no_outcome():
    assert values(bought(START, is_confirmed=False))["orders"] == 0
    assert values(bought(START - 1, is_confirmed=False))["bought_before"] == 0


def test_a_cancelled_order_is_counted_but_its_visitor_is_no_buyer():
    cancelled = bought(START, is_cancelled=True, reduced=1_000, units_cancelled=2)
    assert values(cancelled) == dict.fromkeys(COLUMNS, 0) | {"orders": 1, "cancelled": 1}
    assert values(cancelled, bought(START))["buyers"] == 1


def test_cancelled_lines_returns_and_refunds_reduce_what_was_bought():
    result = values(bought(START, units=5, units_cancelled=1, reduced=200, units_returned=2, refunded=400))
    assert (result["revenue"], result["units"], result["returned"]) == (400, 2, 2)


def test_amounts_of_other_currencies_are_left_out_but_the_order_counts():
    result = values(bought(START, currency="EUR"), bought(START - 1, currency="EUR"))
    assert (result["orders"], result["units"], result["revenue"]) == (1, 2, 0)
    assert (result["spent_before"], result["bought_before"]) == (0, 1)


def test_who_saw_several_variants_is_only_counted():
    both = participate([Seen("a", START + DAY), Seen("b", START)], [bought(START + DAY)], ALWAYS, "GBP", day_of)
    assert (both.variant, both.exposed_at) == (outcomes.SEVERAL, START)
    assert sums_of(both) == {day_of(START): (1, *[0] * (len(COLUMNS) + len(PAIRS)))}


def test_the_period_is_that_of_the_first_exposure():
    schedule = Schedule(((START, None),), (START + DAY, START + 2 * DAY))
    periods = [participate([Seen("a", at)], [], schedule, "GBP", day_of).period for at in (START, START + DAY, 10**12)]
    assert periods == [0, 1, 2]


def test_a_guest_s_order_counts_for_the_first_visitor_who_placed_it_and_others_for_their_customer():
    claims = [Claim(2, "v1"), Claim(1, "v2"), Claim(1, "v3")]
    assert unit_of(bought(START), claims, {"c1": "phone"}) == "v2"
    assert unit_of(bought(START), [], {"c1": "phone"}) == "phone"
    assert unit_of(bought(START), [], {}) == "customer:c1"
    assert unit_of(bought(START, customer_id=""), [], {}) is None


times = st.integers(START - 3 * DAY, START + 6 * DAY)
purchases = st.builds(
    bought,
    times,
    total=st.integers(0, 10**9),
    currency=st.sampled_from(["GBP", "EUR"]),
    is_confirmed=st.booleans(),
    is_cancelled=st.booleans(),
    units_returned=st.integers(0, 2),
)
visitors = st.tuples(
    st.lists(st.builds(Seen, st.sampled_from("ab"), times), min_size=1, max_size=3), st.lists(purchases, max_size=4)
)


@given(st.lists(visitors, min_size=1, max_size=12))
def test_the_sums_of_days_are_those_of_all_visitors(people):
    """Added up to any day they are the moments of the values that each visitor had by then."""
    parts = [participate(seen, orders, ALWAYS, "GBP", day_of) for seen, orders in people]
    for variant, last in itertools.product("ab", range(97, 107)):
        own = [part for part in parts if part.variant == variant and part.states[0].day <= f"{last:05}"]
        added = outcomes.NOTHING
        for part in own:
            for day, sums in sums_of(part).items():
                added = outcomes.add(added, sums) if day <= f"{last:05}" else added
        by_then = [[state.values for state in part.states if state.day <= f"{last:05}"][-1] for part in own]
        assert added[0] == len(own)
        if by_then:
            count = len(COLUMNS)
            sums = dict(zip(COLUMNS, added[1:], strict=False))
            products = dict(zip(PAIRS, added[1 + count :], strict=True))
            moments = Moments.of_sums(added[0], sums, products)
            expected = Moments.of_values(dict(zip(COLUMNS, np.array(by_then, dtype=float).T, strict=True)))
            assert np.allclose(moments.means, expected.means)
            assert np.allclose(moments.products, expected.products, rtol=1e-6, atol=1e-2 * (1 + abs(expected.products)))


@given(visitors, st.randoms(use_true_random=False))
def test_the_order_in_which_something_became_known_does_not_matter(visitor, rng):
    seen, orders = visitor
    expected = participate(seen, orders, ALWAYS, "GBP", day_of)
    assert participate(rng.sample(seen, len(seen)), rng.sample(orders, len(orders)), ALWAYS, "GBP", day_of) == expected
