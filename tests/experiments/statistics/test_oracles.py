"""Intervals and p-values equal those of gbstats and tea-tasting, where they compute the same."""

import hashlib
import itertools
import json
import math
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import numpy as np
import pytest

from apps.experiments.statistics import effects, intervals, splits
from apps.experiments.statistics.intervals import FixedHorizon
from apps.experiments.statistics.moments import Moments
from apps.experiments.statistics.plans import Metric

HERE = Path(__file__).parent
PINS = HERE / "oracles.txt"
TIMEOUT_SECONDS = 300
ALPHA, TUNING = 0.05, 5_000
CLOSE = {"rel": 1e-6, "abs": 1e-6}
METRICS = {
    "mean": Metric("m", "y"),
    "ratio": Metric("m", "y", "n"),
    "cuped": Metric("m", "y", covariates=("x",)),
    "ratio cuped": Metric("m", "y", "n", covariates=("x",)),
}


def site_packages(folder):
    return Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))


def environment():
    """The Python of the environment of the other packages, which is made once for each list of them."""
    folder = Path(__file__).parents[3] / "var" / "oracles" / hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]
    if not (folder / "complete").exists():
        venv.create(folder, clear=True, with_pip=False)
        # numpy, scipy and pyarrow are the shop's own.
        (site_packages(folder) / "shop.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
        pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "--quiet"]
        ended = subprocess.run(  # noqa: S603 - our own command line
            [*pip, "install", "--no-deps", "--no-compile", "--requirement", PINS],
            capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
        if ended.returncode:
            message = f"the packages of {PINS.name} cannot be installed: {ended.stderr[-500:]}"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
        (folder / "complete").touch()
    return folder / "bin" / "python"


def sums(rng, count, rate, lift):
    """Raw sums of visitors: spending y, orders n, spending before x; whole pence, exact in every package."""
    before = np.round(rng.gamma(2, 700, count)).astype(int)
    orders = 1 + rng.poisson(rate, count)
    spent = np.round(orders * (before * 0.6 + rng.gamma(2, 400, count)) * (1 + lift)).astype(int)
    columns = {"x": before, "n": orders, "y": spent}
    found = {"count": count} | {name: int(column.sum()) for name, column in columns.items()}
    for first, second in itertools.product(columns, repeat=2):
        found[f"{first} {second}"] = int((columns[first] * columns[second]).sum())
    return found


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(8)
    sizes = ((40, 35, 0.3), (1_000, 1_200, 0.05), (20_000, 5_000, -0.02), (50_000, 50_000, 0.001))
    return [
        {"metric": metric, "alpha": alpha, "tuning": TUNING}
        | {"control": sums(rng, first, 1, 0), "variant": sums(rng, second, 1, lift)}
        for first, second, lift in sizes
        for metric in METRICS
        for alpha in (ALPHA, 0.01)
    ]


SPLITS = [([10_400, 9_600], [0.5, 0.5]), ([100, 90], [0.5, 0.5]), ([9_900, 5_100, 5_050], [0.5, 0.25, 0.25])]


@pytest.fixture(scope="module")
def answers(cases):
    python = environment()
    splits_asked = [{"users": users, "weights": weights} for users, weights in SPLITS]
    ended = subprocess.run(  # noqa: S603 - our own script
        [python, HERE / "oracle.py"], input=json.dumps([*cases, *splits_asked]),
        capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3_000:]
    return json.loads(ended.stdout)


def effect(case):
    parts = []
    for name in ("control", "variant"):
        raw = case[name]
        products = {tuple(key.split()): value for key, value in raw.items() if " " in key}
        parts.append(Moments.of_sums(raw["count"], {column: raw[column] for column in "xny"}, products))
    return effects.effect(*parts, METRICS[case["metric"]])


def around(value, error, bound):
    return [value, value - bound * error, value + bound * error]


def tuned_as_gbstats(alpha):
    """gbstats approximates the best rho, by the formula of the paper's appendix; ours solves for it."""
    return (-2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))) / TUNING


def test_fixed_horizon_intervals_equal_those_of_both_packages(cases, answers):
    compared = 0
    for case, answer in zip(cases, answers, strict=False):
        observed = effect(case)
        kind = FixedHorizon(observed.freedom)
        z = observed.difference / observed.standard_error
        ours = around(observed.difference, observed.standard_error, kind.bound(case["alpha"]))
        for package in answer.values():
            assert [*ours, kind.p_value(z, case["alpha"])] == pytest.approx(package["fixed absolute"], **CLOSE)
            compared += 1
    assert compared == 2 * len(cases) - len(cases) // len(METRICS)


def test_sequences_equal_those_of_gbstats(cases, answers):
    for case, answer in zip(cases, answers, strict=False):
        if "gbstats" not in answer:
            continue
        observed = effect(case)
        rho2 = tuned_as_gbstats(case["alpha"])
        bound = float(intervals.sequence_bound(observed.visitors, rho2, case["alpha"]))
        z = observed.difference / observed.standard_error
        p_value = float(intervals.sequence_p_value(z, observed.visitors, rho2))
        ours = [*around(observed.difference, observed.standard_error, bound), p_value]
        assert ours == pytest.approx(answer["gbstats"]["sequence absolute"], **CLOSE)


def test_relative_intervals_equal_those_of_gbstats(cases, answers):
    """Means and ratios. With covariates gbstats divides by the control's unadjusted value, so its lift differs."""
    for case, answer in zip(cases, answers, strict=False):
        if case["metric"] not in ("mean", "ratio"):
            continue
        observed = effect(case)
        fixed = around(observed.relative, observed.relative_error, FixedHorizon(observed.freedom).bound(case["alpha"]))
        assert fixed == pytest.approx(answer["gbstats"]["fixed relative"][:3], **CLOSE)
        bound = float(intervals.sequence_bound(observed.visitors, tuned_as_gbstats(case["alpha"]), case["alpha"]))
        sequence = around(observed.relative, observed.relative_error, bound)
        assert sequence == pytest.approx(answer["gbstats"]["sequence relative"][:3], **CLOSE)


def test_lifts_with_covariates_equal_those_of_tea_tasting(cases, answers):
    for case, answer in zip(cases, answers, strict=False):
        assert effect(case).relative == pytest.approx(answer["tea-tasting"]["relative"], **CLOSE)


def test_one_sided_bounds_equal_those_of_gbstats(cases, answers):
    for case, answer in zip(cases, answers, strict=False):
        if "gbstats" not in answer:
            continue
        observed = effect(case)
        lower = (
            observed.difference
            - FixedHorizon(observed.freedom).bound_one_sided(case["alpha"]) * observed.standard_error
        )
        assert lower == pytest.approx(answer["gbstats"]["greater absolute"][1], **CLOSE)


def test_the_best_rho_is_close_to_the_approximation_of_gbstats():
    assert intervals.tuned(TUNING, ALPHA) == pytest.approx(tuned_as_gbstats(ALPHA), rel=0.05)


def test_split_tests_equal_that_of_gbstats(cases, answers):
    for (users, weights), answer in zip(SPLITS, answers[len(cases) :], strict=True):
        names = "ABC"[: len(users)]
        period = splits.Period(dict(zip(names, users, strict=True)), dict(zip(names, weights, strict=True)))
        assert splits.chi_squared([period]) == pytest.approx(answer["gbstats"], rel=1e-6)
