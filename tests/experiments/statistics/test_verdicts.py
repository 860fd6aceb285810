"""Verdicts: every decision, with the reasons that lead to it."""

import math

import numpy as np
import pytest

from apps.experiments.statistics import analysis, sentences, splits, verdicts
from apps.experiments.statistics.forecasts import Readings
from apps.experiments.statistics.moments import Moments
from apps.experiments.statistics.plans import Metric, Plan, Role
from apps.experiments.statistics.verdicts import Cause, Decision

ORDERS = Metric("conversion", "orders")
ERRORS = Metric("errors", "errors", role=Role.GUARDRAIL, lower_is_better=True, margin=0.2)
PLAN = Plan(weights={"A": 1, "B": 1}, metrics=(ORDERS, ERRORS), visitors=40_000)
SOUND = splits.Split(1.0, 1.0, 0, 0.0)


def variant(visitors, orders, errors=0.05):
    """Visitors who order and meet errors in these shares, independently."""
    counts = {"orders": round(visitors * orders), "errors": round(visitors * errors)}
    both = round(visitors * orders * errors)
    products = {(name, name): count for name, count in counts.items()} | {("orders", "errors"): both}
    return Moments.of_sums(visitors, counts, products)


def verdict(plan=PLAN, split=SOUND, days=14, **moments):
    return verdicts.reach(plan, Readings(moments, split, days))


def causes(reached):
    return [(reason.cause, reason.variant, reason.metric) for reason in reached.reasons]


def test_a_better_variant_that_does_no_harm_is_shipped():
    reached = verdict(A=variant(20_000, 0.05), B=variant(20_000, 0.06))
    assert (reached.decision, reached.variant, reached.days) == (Decision.SHIP, "B", None)
    assert causes(reached) == [
        (Cause.GOAL_BETTER, "B", "conversion"),
        (Cause.GUARDRAIL_SAFE, "B", "errors"),
    ]
    assert reached.reasons[0].figures["lift"] == pytest.approx(0.2)
    assert sentences.headline(reached) == "Ship B"


def test_a_worse_variant_is_not_shipped_before_the_planned_size():
    reached = verdict(A=variant(10_000, 0.06), B=variant(10_000, 0.045))
    assert (reached.decision, reached.variant) == (Decision.KEEP, "A")
    assert (Cause.GOAL_WORSE, "B", "conversion") in causes(reached)
    assert sentences.headline(reached) == "Keep A"


def test_a_better_variant_that_does_harm_is_not_shipped():
    reached = verdict(A=variant(20_000, 0.05), B=variant(20_000, 0.06, errors=0.09))
    assert reached.decision is Decision.KEEP
    assert (Cause.GUARDRAIL_HARMED, "B", "errors") in causes(reached)


def test_a_better_variant_waits_for_its_guardrail():
    reached = verdict(A=variant(8_000, 0.05, 0.01), B=variant(8_000, 0.08, 0.01))
    assert reached.decision is Decision.NOT_YET
    assert (Cause.GUARDRAIL_UNDECIDED, "B", "errors") in causes(reached)


def test_without_a_difference_the_verdict_waits_for_the_planned_size():
    reached = verdict(A=variant(14_000, 0.05), B=variant(14_000, 0.0502))
    assert reached.decision is Decision.NOT_YET
    assert reached.days == 6  # 2,000 visitors a day, 12,000 to come
    assert sentences.headline(reached) == "Not yet, about 6 more days"
    done = verdict(A=variant(20_000, 0.05), B=variant(20_000, 0.0502))
    assert done.decision is Decision.KEEP
    assert causes(done)[0][0] is Cause.PLANNED_SIZE_REACHED


def test_a_difference_that_stays_is_forecast_earlier_than_the_planned_size():
    reached = verdict(A=variant(6_000, 0.05), B=variant(6_000, 0.058), days=6)
    assert reached.decision is Decision.NOT_YET
    assert 1 <= reached.days < 14
    later = round(6_000 * (1 + reached.days / 6))
    decided = verdict(A=variant(later, 0.05), B=variant(later, 0.058), days=6 + reached.days)
    assert decided.decision is Decision.SHIP
    before = round(6_000 * (1 + (reached.days - 2) / 6))
    waiting = verdict(A=variant(before, 0.05), B=variant(before, 0.058), days=4 + reached.days)
    assert waiting.decision is Decision.NOT_YET


def test_a_lift_below_the_least_worthwhile_one_keeps_the_control_early():
    plan = Plan(weights={"A": 1, "B": 1}, metrics=(ORDERS,), visitors=400_000, min_lift=0.1)
    reached = verdict(plan, A=variant(100_000, 0.05), B=variant(100_000, 0.0501))
    assert reached.decision is Decision.KEEP
    assert causes(reached) == [(Cause.NO_WORTHWHILE_LIFT, "B", "conversion")]
    assert reached.reasons[0].figures["upper"] < 0.1


def test_nothing_is_shipped_before_a_whole_week():
    reached = verdict(A=variant(20_000, 0.05), B=variant(20_000, 0.06), days=3)
    assert reached.decision is Decision.NOT_YET
    assert reached.days == 4
    assert causes(reached)[0][0] is Cause.LESS_THAN_MIN_DAYS


def test_harm_is_reported_before_a_whole_week():
    assert verdict(A=variant(10_000, 0.06), B=variant(10_000, 0.04), days=1).decision is Decision.KEEP


def test_a_split_that_is_off_is_not_trusted_whatever_the_result():
    split = splits.check([splits.Period({"A": 10_400, "B": 9_600}, {"A": 1, "B": 1})])
    reached = verdict(A=variant(10_400, 0.05), B=variant(9_600, 0.08), split=split)
    assert reached.decision is Decision.DO_NOT_TRUST
    assert [reason.cause for reason in reached.reasons] == [Cause.SPLIT_IS_OFF]
    assert sentences.headline(reached) == "Do not trust: the split is off"


def test_many_visitors_in_two_variants_are_not_trusted():
    split = splits.check([splits.Period({"A": 10_000, "B": 10_000}, {"A": 1, "B": 1})], multiple=900)
    reached = verdict(A=variant(10_000, 0.05), B=variant(10_000, 0.08), split=split)
    assert reached.decision is Decision.DO_NOT_TRUST
    assert sentences.headline(reached) == "Do not trust: visitors saw more than one variant"
    assert sentences.sentence(reached.reasons[0]).startswith("900 visitors (4.31 % of all) saw more than one variant.")


def test_no_moments_at_all_are_waited_for():
    assert verdicts.reach(PLAN, Readings({}, SOUND, 0)).decision is Decision.NOT_YET


@pytest.mark.parametrize("moments", [{}, {"B": variant(5_000, 0.05)}, {"A": variant(50, 0.1), "B": variant(60, 0.9)}])
def test_missing_empty_and_small_variants_are_waited_for(moments):
    filled = moments or {"A": Moments.empty(["orders", "errors"])}
    for days in (0, 5):
        reached = verdict(days=days, **filled)
        assert reached.decision is Decision.NOT_YET
        assert causes(reached) == [(Cause.TOO_FEW_VISITORS, "B", None)]
        assert sentences.headline(reached).startswith("Not yet")


def test_a_guardrail_without_any_error_is_safe_at_the_planned_size():
    nothing = {"A": variant(20_000, 0.05, 0), "B": variant(20_000, 0.06, 0)}
    assert verdict(**nothing).decision is Decision.SHIP
    early = {"A": variant(10_000, 0.05, 0), "B": variant(10_000, 0.08, 0)}
    reached = verdict(**early)
    assert reached.decision is Decision.NOT_YET
    assert (Cause.GUARDRAIL_UNDECIDED, "B", "errors") in causes(reached)


def test_a_rare_guardrail_is_judged_by_an_absolute_margin():
    """Three errors among 20,000 visitors have no lift; half a percentage point more would be harm."""
    rare = Metric("errors", "errors", role=Role.GUARDRAIL, lower_is_better=True, margin=0.005, is_margin_absolute=True)
    plan = Plan(weights={"A": 1, "B": 1}, metrics=(ORDERS, rare), visitors=60_000)
    reached = verdict(plan, A=variant(20_000, 0.05, 0.00015), B=variant(20_000, 0.06, 0.0002))
    assert reached.decision is Decision.SHIP
    assert sentences.sentence(reached.reasons[1]) == "B does no harm in errors: worse by less than 0.005."
    harmed = verdict(plan, A=variant(20_000, 0.05, 0.00015), B=variant(20_000, 0.06, 0.01))
    assert harmed.decision is Decision.KEEP
    few = verdict(plan, A=variant(1_000, 0.05, 0.002), B=variant(1_000, 0.14, 0.002), days=1)
    assert (Cause.GUARDRAIL_UNDECIDED, "B", "errors") in causes(few)
    assert few.days is not None


def test_a_goal_where_lower_is_better_turns_around():
    metric = Metric("returns", "orders", lower_is_better=True)
    plan = Plan(weights={"A": 1, "B": 1}, metrics=(metric,), visitors=40_000)
    assert verdict(plan, A=variant(20_000, 0.06), B=variant(20_000, 0.05)).decision is Decision.SHIP
    worse = verdict(plan, A=variant(20_000, 0.05), B=variant(20_000, 0.06))
    assert worse.decision is Decision.KEEP
    assert worse.reasons[0].figures["lift"] == pytest.approx(-0.2)


def test_of_several_winners_the_one_with_the_greatest_lift_is_shipped():
    plan = Plan(weights={"A": 1, "B": 1, "C": 1}, metrics=(ORDERS,), visitors=60_000)
    reached = verdict(plan, A=variant(20_000, 0.05), B=variant(20_000, 0.06), C=variant(20_000, 0.065))
    assert (reached.decision, reached.variant) == (Decision.SHIP, "C")
    assert causes(reached)[-1] == (Cause.BEST_OF_SEVERAL, "C", None)


def test_more_variants_and_goals_need_stronger_evidence():
    """A p-value that suffices alone does not among eight comparisons."""
    goals = tuple(Metric(name, "orders") for name in "wxyz")
    readings = {"A": variant(20_000, 0.05), "B": variant(20_000, 0.0585), "C": variant(20_000, 0.05)}
    two = {name: readings[name] for name in "AB"}
    alone = Plan(weights={"A": 1, "B": 1}, metrics=goals[:1], visitors=40_000)
    many = Plan(weights={"A": 1, "B": 1, "C": 1}, metrics=goals, visitors=60_000)
    assert verdict(alone, **two).decision is Decision.SHIP
    (single,) = analysis.compare(alone, two)
    first = analysis.compare(many, readings)[0]
    assert first.sequence.difference.width > single.sequence.difference.width
    assert first.sequence.adjusted_p_value > first.sequence.p_value


def test_a_secondary_metric_does_not_decide():
    secondary = Metric("errors seen", "errors", role=Role.SECONDARY)
    plan = Plan(weights={"A": 1, "B": 1}, metrics=(ORDERS, secondary), visitors=40_000)
    reached = verdict(plan, A=variant(20_000, 0.05, 0.05), B=variant(20_000, 0.05, 0.10))
    assert reached.decision is Decision.KEEP
    assert {reason.metric for reason in reached.reasons} == {None, "conversion"}
    found = analysis.compare(plan, {"A": variant(20_000, 0.05, 0.05), "B": variant(20_000, 0.05, 0.10)})
    assert found[1].sequence.p_value < 1e-6


def test_every_reason_has_a_sentence_without_gaps():
    figures = {"lift": 0.1, "lower": -math.inf, "upper": math.inf, "p_value": 0.00001, "margin": 0.05, "min_lift": 0.1}
    figures |= {"visitors": 1_000, "share": 0.02, "min": 7, "days": 3, "planned": 4_000, "variants": 2}
    for cause in Cause:
        sentence = sentences.sentence(verdicts.Reason(cause, "B", "conversion", figures))
        assert sentence.endswith(".")
        assert "None" not in sentence


def test_a_goal_without_a_lift_gives_the_difference():
    """The control has no order at all."""
    plan = Plan(weights={"A": 1, "B": 1}, metrics=(ORDERS,), visitors=4_000)
    reached = verdict(plan, A=variant(2_000, 0), B=variant(2_000, 0.05))
    assert reached.decision is Decision.SHIP
    assert sentences.sentence(reached.reasons[0]) == (
        "B is better in conversion: a difference of +0.05 (between +0.0352 and +0.0648, p < 0.0001)."
    )


def test_the_whole_verdict_ships_nothing_in_almost_all_a_a_experiments():
    """The path from moments to the verdict, with two goals, three variants and a look every other day."""
    plan = Plan(
        weights={"A": 1, "B": 1, "C": 1}, metrics=(ORDERS, Metric("errors", "errors")), visitors=12_000, min_days=1
    )
    rng = np.random.default_rng(1)
    shipped = 0
    for _ in range(60):
        total = {name: Moments.empty(["orders", "errors"]) for name in plan.weights}
        for day in range(2, 21, 2):
            for name, moments in total.items():
                total[name] = moments + variant(400, rng.binomial(400, 0.1) / 400, rng.binomial(400, 0.2) / 400)
            shipped += verdicts.reach(plan, Readings(total, SOUND, day)).decision is Decision.SHIP
    assert shipped <= 2
