"""A version is worse if chance does not explain its share, and unknown without measurements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from thriftshop.kubernetes.canary import measuring, verdicts
from thriftshop.kubernetes.canary.verdicts import Comparison, Measured, Probed, Share, Verdict


def compared(canary, running, budget=0.001):
    return Comparison("failures", Share(*canary), Share(*running), budget)


def verdict(*comparisons, requests=1000.0, **fields):
    return verdicts.judge(Measured(requests, comparisons, **fields)).verdict


@given(st.integers(1, 60), st.integers(0, 2000), st.floats(0.0001, 0.6))
def test_the_binomial_tail_is_scipy_s(successes, more, probability):
    trials = successes + more
    exact = stats.binom.sf(successes - 1, trials, probability)
    assert verdicts.at_least(successes, trials, probability) == pytest.approx(exact, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("canary", "running", "is_worse"),
    [
        ((0, 100), (0, 10_000), False),
        ((1, 200), (0, 10_000), False),  # a single failure may be an accident
        ((5, 200), (0, 10_000), True),
        ((5, 200), (250, 10_000), False),  # the running version fails as often
        ((40, 200), (250, 10_000), True),
        ((12, 10_000), (0, 1_000_000), False),  # within the objective
        ((100, 10_000), (10, 1_000_000), True),
    ],
)
def test_failures_are_compared_with_those_of_the_running_version(canary, running, is_worse):
    assert verdicts.is_worse(compared(canary, running)) is is_worse


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_version_without_bad_events_is_never_worse(total, running):
    assert not verdicts.is_worse(compared((0, total), (running // 2, running)))


def test_with_few_requests_a_probe_decides():
    assert verdict(requests=10) is Verdict.UNKNOWN
    assert verdict(requests=10, probed=Probed(5)) is Verdict.GOOD
    assert verdict(requests=10, probed=Probed(5, ("it failed",))) is Verdict.UNKNOWN
    assert verdict(requests=10, probed=Probed(5, ("it failed", "again"))) is Verdict.BAD
    assert verdict(requests=1000) is Verdict.GOOD


def test_five_failures_among_few_requests_are_bad_although_the_probes_succeed():
    assert verdict(compared((5, 20), (0, 1000)), requests=20, probed=Probed(5)) is Verdict.BAD


def test_an_alert_that_pages_somebody_is_a_reason():
    judgement = verdicts.judge(Measured(1000, alerts=["StockDrift"]))
    assert judgement.verdict is Verdict.BAD
    assert judgement.reasons == ("the alert StockDrift fires",)


def test_without_prometheus_nothing_is_known():
    assert verdict(missing=["Prometheus does not answer"], requests=0) is Verdict.UNKNOWN


def test_the_reason_names_both_versions():
    (reason,) = verdicts.judge(Measured(200, [compared((40, 200), (0, 1000))])).reasons
    assert reason == "failures: 20.00% (40 of 200), of the running version 0.00% (0 of 1000)"


@pytest.mark.parametrize(
    ("buckets", "bound"),
    [
        ({}, 0.5),
        ({0.1: 990, 0.25: 999, 0.5: 1000, 1.0: 1000}, 0.1),
        ({0.1: 900, 0.25: 995, 0.5: 1000, 1.0: 1000}, 0.25),
        ({0.1: 0, 0.25: 0, 0.5: 0, 1.0: 1000}, 0.5),
    ],
)
def test_slow_is_slower_than_the_running_version_s_99th_percentile_and_the_objective(buckets, bound):
    assert measuring.slow_bound(buckets) == bound
