"""How a release proceeds, whatever is seen and whenever it is interrupted."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thriftshop.kubernetes.canary import states
from thriftshop.kubernetes.canary.states import Limits, Phase, Seen, State
from thriftshop.kubernetes.canary.verdicts import Judgement, Verdict

OLD, NEW, OTHER = "shop:1", "shop:2", "shop:3"
LIMITS = Limits(hold=60_000, verdict=120_000, prepare=300_000, rollout=600_000, drain=5_000)
BEGIN = State(NEW, OLD)
judgements = st.sampled_from(Verdict).map(lambda verdict: Judgement(verdict, ("because",)))
everything_seen = st.builds(
    Seen,
    is_ready=st.booleans(),
    is_available=st.booleans(),
    running_image=st.sampled_from((OLD, NEW, OLD, NEW, OTHER)),
    is_rolled_out=st.booleans(),
    judgement=judgements,
)
turns = st.lists(st.tuples(st.integers(0, 200_000), everything_seen), max_size=60)


def seen(verdict=Verdict.GOOD, image=OLD, **fields):
    judgement = Judgement(verdict, ("too slow",) if verdict is not Verdict.GOOD else ())
    return Seen(
        **{"is_ready": True, "is_available": True, "is_rolled_out": True, **fields},
        running_image=image,
        judgement=judgement,
    )


def history(turns, state=BEGIN):
    """The states one after the other, with what was seen before each."""
    result, now = [(state, None, 0)], 0
    for pause, shown in turns:
        now += pause
        state = states.decide(state, shown, LIMITS, now)
        result.append((state, shown, now))
    return result


@given(turns)
def test_the_share_grows_step_by_step_or_falls_to_nothing(turns):
    weights = [state.weight for state, *_ in history(turns)]
    order = [0, *states.STEPS]
    for before, after in pairwise(weights):
        assert after in (before, 0) or order.index(after) == order.index(before) + 1


@given(turns)
def test_a_bad_verdict_at_any_step_ends_without_a_promotion(turns):
    past = history(turns)
    for (before, *_), (after, shown, _) in pairwise(past):
        if before.phase is Phase.OBSERVING and shown.judgement.verdict is Verdict.BAD:
            assert after.phase is Phase.ROLLING_BACK
            assert Phase.PROMOTED not in {state.phase for state, *_ in past}
            return


@given(turns)
def test_a_promotion_has_had_a_good_verdict_after_the_least_time_at_every_step(turns):
    past = history(turns)
    good = {
        before.step
        for (before, *_), (after, shown, now) in pairwise(past)
        if before.phase is Phase.OBSERVING
        and after != before
        and shown.judgement.verdict is Verdict.GOOD
        and now - before.since >= LIMITS.hold
    }
    if any(state.phase is Phase.PROMOTING for state, *_ in past):
        assert good == set(range(len(states.STEPS)))


@given(turns)
def test_what_is_rolling_back_gets_no_requests_and_is_never_promoted(turns):
    past = [state for state, *_ in history(turns)]
    phases = [state.phase for state in past]
    if Phase.ROLLING_BACK in phases:
        later = past[phases.index(Phase.ROLLING_BACK) :]
        assert {state.phase for state in later} <= {Phase.ROLLING_BACK, Phase.ROLLED_BACK}
        assert {state.weight for state in later} == {0}
        assert all(state.reason for state in later)


@given(turns)
def test_an_interruption_at_any_point_loses_nothing(turns):
    for state, *_ in history(turns):
        assert states.parse(state.text()) == state
        continued = states.resumed(state, 10**9)
        assert replace(continued, since=state.since) == state


@given(turns, everything_seen)
def test_every_release_ends(turns, last):
    """Whatever is shown again and again: each phase has a limit."""
    state = history(turns)[-1][0]
    for number in range(40):
        state = states.decide(state, last, LIMITS, 10**9 + number * LIMITS.rollout)
    assert state.has_ended


def test_a_good_version_is_promoted():
    state, now, weights = BEGIN, 0, []
    while not state.has_ended:
        image = NEW if state.phase in (Phase.PROMOTING, Phase.FINISHING) else OLD
        now += 10_000
        state = states.decide(state, seen(image=image), LIMITS, now)
        if state.weight not in weights:
            weights.append(state.weight)
    assert state.phase is Phase.PROMOTED
    assert weights == [1, 5, 25, 50, 0]


def test_each_step_takes_its_time():
    state = states.decide(BEGIN, seen(), LIMITS, 1000)
    assert states.decide(state, seen(), LIMITS, 1000 + LIMITS.hold - 1) == state
    assert states.decide(state, seen(), LIMITS, 1000 + LIMITS.hold).step == 1


@pytest.mark.parametrize(
    ("state", "shown", "reason"),
    [
        (BEGIN, seen(is_ready=False), "not ready after 300 s"),
        (replace(BEGIN, phase=Phase.OBSERVING), seen(is_available=False), "none of its pods"),
        (replace(BEGIN, phase=Phase.OBSERVING), seen(Verdict.UNKNOWN), "no good verdict in time; too slow"),
        (replace(BEGIN, phase=Phase.OBSERVING), seen(Verdict.BAD), "too slow"),
        (replace(BEGIN, phase=Phase.PROMOTING), seen(is_rolled_out=False), "not every pod was replaced"),
        (replace(BEGIN, phase=Phase.OBSERVING), seen(image=OTHER), "changed to shop:3 meanwhile"),
    ],
)
def test_it_is_rolled_back_with_the_reason(state, shown, reason):
    after = states.decide(state, shown, LIMITS, 10**7)
    assert after.phase is Phase.ROLLING_BACK
    assert reason in after.reason


def test_another_deployment_meanwhile_is_left_as_it_is():
    after = states.decide(replace(BEGIN, phase=Phase.OBSERVING), seen(image=OTHER), LIMITS, 1)
    assert after.running_image == OTHER


def test_it_is_aborted_until_its_outcome_is_decided():
    assert states.aborted(replace(BEGIN, phase=Phase.OBSERVING), "by hand", 5).phase is Phase.ROLLING_BACK
    assert states.aborted(replace(BEGIN, phase=Phase.PROMOTING), "by hand", 5).running_image == OLD
    finishing = replace(BEGIN, phase=Phase.FINISHING)
    assert states.aborted(finishing, "by hand", 5) == finishing


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"image": "a", "previous": "b", "phase": "other", "steps": []}'])
def test_a_text_that_is_no_state_is_refused(text):
    with pytest.raises(ValueError, match=r"state of a canary|Expecting value|not a valid Phase"):
        states.parse(text)
