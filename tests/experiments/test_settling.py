"""Results are settled from what is known: in any order, once, by their visitors, and equal to being settled anew."""

import json
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.experiments import projections
from apps.experiments.domain import outcomes
from apps.experiments.models import DailySums, Participant, Unsettled
from apps.experiments.service import schedules, settling, subjects
from idl import experiments, orders
from tests import acting
from tests.experiments import steps
from tests.experiments.facts import apply, event, exposed, linked, order, ordered
from thriftshop import clock
from thriftshop.events import groups, processor, rebuild

pytestmark = pytest.mark.django_db
DAY = 86_400_000


@pytest.fixture
def started(db):
    """The time at which a flag was started, of which the projections know."""
    steps.start()
    steps.project_all()
    settling.settle()
    ((since, _),) = schedules.of("button").runs
    return since


def totals(flag="button"):
    """By variant: the visitors, and the sums of the columns that are not zero."""
    found = {}
    for row in DailySums.objects.filter(flag=flag):
        sums = Counter(dict(zip(("visitors", *outcomes.COLUMNS), json.loads(row.sums), strict=False)))
        found.setdefault(row.variant, Counter()).update(sums)
    return {variant: {name: value for name, value in sums.items() if value} for variant, sums in found.items()}


def digests():
    return [rebuild.digest(table) for table in (DailySums, Participant)]


def test_a_customer_s_order_counts_for_the_visitor_as_whom_they_saw_the_variant(started):
    apply(exposed("phone", "green", started), linked("c1", "phone", started), *order("o1", started + 1, "c1"))
    settling.settle()
    bought = {"buyers": 1, "orders": 1, "revenue": 1_000, "units": 2}
    assert totals() == {"green": {"visitors": 1} | bought}
    assert not Unsettled.objects.exists()


def test_a_customer_without_a_visitor_s_id_is_known_by_their_own(started):
    apply(exposed("customer:c1", "green", started), *order("o1", started + 1, "c1"), *order("o2", started + 1, "c2"))
    settling.settle()
    assert totals()["green"]["orders"] == 1


def test_a_guest_s_order_counts_for_the_visitor_who_placed_it_also_when_an_account_claims_it(started):
    apply(exposed("phone", "green", started), *order("o1", started + 1), ordered("phone", "o1", started + 1))
    settling.settle()
    assert totals()["green"]["orders"] == 1
    apply(event("orders", "o1", 3, started + 2, orders.OrderClaimed(customer_id="c1")))
    apply(exposed("customer:c1", "blue", started))
    settling.settle()
    assert totals() == {"green": totals()["green"], "blue": {"visitors": 1}}
    assert totals()["green"]["orders"] == 1


def test_a_link_made_later_moves_the_orders(started):
    apply(exposed("phone", "green", started), *order("o1", started + 1, "c1"))
    settling.settle()
    assert totals() == {"green": {"visitors": 1}}
    apply(linked("c1", "phone", started + 2))
    settling.settle()
    assert totals()["green"]["orders"] == 1


def test_the_orders_of_an_erased_account_leave_the_results(started):
    apply(exposed("phone", "green", started), linked("c1", "phone", started), *order("o1", started + 1, "c1"))
    settling.settle()
    apply(event("experiments", "customer/c1", 2, started + 2, experiments.CustomerUnlinked(at=started + 2)))
    settling.settle()
    assert totals() == {"green": {"visitors": 1}}


def test_a_cancellation_and_a_second_variant_are_subtracted_again(started):
    apply(
        exposed("phone", "green", started), linked("c1", "phone", started), *order("o1", started, "c1", cancelled=True)
    )
    settling.settle()
    assert totals() == {"green": {"visitors": 1, "orders": 1, "cancelled": 1}}
    apply(exposed("phone", "blue", started + 1, 2))
    settling.settle()
    assert totals() == {outcomes.SEVERAL: {"visitors": 1}}


def test_orders_after_the_stop_do_not_count_even_if_they_were_settled_before_it_was_known(started):
    apply(exposed("customer:c1", "green", started), *order("o1", started, "c1"), *order("o2", started + DAY, "c1"))
    settling.settle()
    assert totals()["green"]["orders"] == 2
    with acting.as_staff("experiments"):
        steps.service().stop_flag("button", "Enough.")
    steps.project_all()
    settling.settle()
    assert totals()["green"]["orders"] == 1


def test_visitors_belong_to_the_period_of_their_weights(started):
    apply(exposed("v1", "green", started))
    steps.do("set_weights", "button", {"blue": 90, "green": 10}, "Carefully.")
    steps.project_all()
    apply(exposed("v2", "green", clock.now() + 1))
    settling.settle()
    assert sorted(DailySums.objects.values_list("period", "variant")) == [(0, "green"), (1, "green")]


def test_settling_anew_changes_nothing(started):
    apply(
        exposed("v1", "green", started),
        ordered("v1", "o1", started),
        *order("o1", started),
        exposed("v2", "blue", started),
    )
    settling.settle()
    before = digests()
    assert settling.settle_anew() == 2
    assert digests() == before


def test_a_rebuild_of_the_projections_leads_to_the_same_results(started):
    steps.expose(steps.exposure("phone", at=started), steps.exposure("laptop", "green", at=started))
    steps.attribute("o1", unit="laptop", at=started)
    with acting.as_customer():
        steps.service().resolve_subject("phone")
    steps.project_all()
    settling.settle()
    before = digests()
    for name in ("exposures", "subjects", "flags", "purchases"):
        rebuild.rebuild(groups.get(f"experiments.{name}"))
        settling.settle()
        assert digests() == before


def test_unlinking_is_the_reaction_to_an_erasure(started):
    with acting.as_customer():
        steps.service().resolve_subject("phone")
    steps.expose(steps.exposure("phone", at=started))
    steps.project_all()
    apply(*order("o1", started + 1, acting.CUSTOMER))
    settling.settle()
    assert totals()["blue"]["orders"] == 1
    with acting.as_service("experiments"):
        subjects.unlink(acting.CUSTOMER)
    steps.project_all()
    settling.settle()
    assert totals() == {"blue": {"visitors": 1}}


UNITS = ("v1", "v2", "customer:c1", "customer:c2")
moments = st.integers(-3 * DAY, 3 * DAY)
exposures = st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from(("blue", "green")), moments), max_size=6)
purchases = st.lists(
    st.tuples(st.sampled_from((None, "c1", "c2", "c3")), moments, st.integers(1, 9_999), st.booleans()), max_size=6
)
claims = st.lists(st.tuples(st.sampled_from(UNITS[:2]), st.integers(0, 5)), max_size=3)
links = st.dictionaries(st.sampled_from(("c1", "c2")), st.sampled_from(UNITS), max_size=2)


def _streams(began, seen, bought, claimed, customers):
    """The events of a history, by stream."""
    found = {f"order-{number}": order(f"order-{number}", began + at, customer, amount, cancelled=cancelled)
             for number, (customer, at, amount, cancelled) in enumerate(bought)}  # fmt: skip
    for unit, variant, at in seen:
        of_unit = found.setdefault(f"unit/{unit}", [])
        of_unit.append(exposed(unit, variant, began + at, len(of_unit) + 1))
    for unit, number in claimed:
        of_unit = found.setdefault(f"unit/{unit}", [])
        of_unit.append(ordered(unit, f"order-{number}", began, len(of_unit) + 1))
    return found | {f"customer/{customer}": [linked(customer, unit, began)] for customer, unit in customers.items()}


def _expected(began, seen, bought, claimed, customers):
    """The visitors, orders and revenue of each variant, computed from the history itself."""
    found = {}
    for unit in {unit for unit, _, _ in seen}:
        own = [(variant, began + at) for of, variant, at in seen if of == unit]
        variants = {variant for variant, _ in own}
        variant = variants.pop() if len(variants) == 1 else outcomes.SEVERAL
        sums = found.setdefault(variant, Counter(visitors=0))
        sums["visitors"] += 1
        for number, (customer, at, amount, cancelled) in enumerate(bought):
            claimants = sorted(of for of, order_number in claimed if order_number == number)
            owner = claimants[0] if claimants else customer and customers.get(customer, f"customer:{customer}")
            counts = variant and owner == unit and began + at >= min(time for _, time in own) and at >= 0
            sums["orders"] += bool(counts)
            sums["revenue"] += amount if counts and not cancelled else 0
    return {variant: {name: value for name, value in sums.items() if value} for variant, sums in found.items()}


def test_in_any_order_of_events_with_repetitions_the_results_are_those_of_the_history(started):
    @settings(max_examples=30)
    @given(exposures, purchases, claims, links, st.randoms(use_true_random=False))
    def check(seen, bought, claimed, customers, rng):
        history = (started, seen, bought, claimed, customers)
        with transaction.atomic():
            _happen(_streams(*history), rng)
            assert _kept(totals()) == _expected(*history)
            before = digests()
            settling.settle_anew()
            assert digests() == before
            transaction.set_rollback(True)

    check()


def _happen(streams, rng):
    """Apply the events of each stream in their order, some twice, and settle now and then."""
    waiting = {name: list(reversed(records)) for name, records in streams.items()}
    while waiting:
        name = rng.choice(sorted(waiting))
        apply(*[waiting[name].pop()] * rng.choice((1, 1, 2)))
        if rng.random() < 0.3:
            settling.settle()
        waiting = {name: records for name, records in waiting.items() if records}
    settling.settle()


def _kept(sums):
    kept = {"visitors", "orders", "revenue"}
    return {variant: {name: value for name, value in own.items() if name in kept} for variant, own in sums.items()}


def test_projections_are_processed_from_the_feed():
    """The consumer groups exist, and have nothing left to do."""
    steps.start()
    steps.expose(steps.exposure("v1", at=clock.now()))
    steps.project_all()
    assert all(not processor.process(projection) for projection in projections.PROJECTIONS)
    settling.settle()
    assert totals() == {"blue": {"visitors": 1}}
