"""The figures and the picture of docs/statistics.md.

    python -m tests.experiments.statistics.figures --picture docs/statistics.svg

prints the tables; SIMULATIONS=10 simulates ten times as many experiments.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from apps.experiments.statistics import crossing, effects, intervals, power, splits, winsorising
from tests.experiments.statistics import buyers, picture, simulation


def tables() -> Iterator[str]:
    """All tables, as Markdown."""
    yield from errors()
    yield ""
    yield from bounds()
    yield ""
    yield from planted()
    yield ""
    yield from mismatches()
    yield ""
    yield from cuped()


def errors() -> Iterator[str]:
    """How many A/A tests reject."""
    tests = simulation.size()
    yield f"| {tests:,} A/A tests, 100 looks | sequence | fixed horizon, at any look | fixed horizon, last look alone |"
    yield "| --- | --- | --- | --- |"
    for metric in simulation.METRICS:
        looks = simulation.a_a(metric, tests)
        last = (looks.fixed[:, -1] <= simulation.ALPHA).mean()
        shares = (looks.share_rejected("sequence"), looks.share_rejected("fixed"), last)
        yield f"| {metric} | " + " | ".join(f"{share:.2%}" for share in shares) + " |"
    theory = (
        crossing.crossing_probabilities(crossing.sequence_bounds(100, simulation.ALPHA))[-1],
        crossing.crossing_probabilities(np.full(100, 1.959964))[-1],
        simulation.ALPHA,
    )
    yield "| theory (Brownian motion) | " + " | ".join(f"{share:.2%}" for share in theory) + " |"


def bounds() -> Iterator[str]:
    """How often lifts and guardrails err."""
    yield f"| {simulation.size():,} experiments, 100 looks | sequence | fixed horizon, at any look |"
    yield "| --- | --- | --- |"
    for name, shares in (
        ("the interval of a lift of 20 % misses it", simulation.lift_errors(simulation.size())),
        ("a guardrail that is worse by its margin is called safe", simulation.guardrail_errors(simulation.size())),
    ):
        yield f"| {name} | {shares['sequence']:.2%} | {shares['fixed']:.2%} |"


def planted() -> Iterator[str]:
    """How many planted effects are found, and after how many visitors."""
    yield "| planted lift | planned power | visitors, one look | found | most visitors, sequence | found | on average after |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for lift in (0.1, 0.2):
        for level in (0.8, 0.9):
            design = power.design_of_rate(0.05, lift, {"A": 1, "B": 1}, power=level, visitors_a_day=3_000)
            fixed, sequence = power.fixed_horizon(design), power.sequence(design)
            share_fixed, _ = found(fixed, lift, "fixed")
            share, average = found(sequence, lift, "sequence")
            yield (
                f"| {lift:.0%} | {level:.0%} | {fixed.visitors:,} | {share_fixed:.1%} | {sequence.visitors:,} | {share:.1%} "
                f"| {average * sequence.visitors:,.0f} |"
            )


def found(requirement: power.Requirement, lift: float, kind: str) -> tuple[float, float]:
    """The share of planted effects found, and the average share of the visitors until then."""
    rng = np.random.default_rng(3)
    days = requirement.days or 1
    a_look = requirement.visitors // 2 // days
    tests = simulation.size()
    control = simulation.conversions(rng, tests, days, 0.05, a_look)
    variant = simulation.conversions(rng, tests, days, 0.05 * (1 + lift), a_look)
    p_values = getattr(simulation.read(control, variant, requirement.visitors), kind)
    significant = (p_values if kind == "sequence" else p_values[:, -1:]) <= simulation.ALPHA
    first = np.where(significant.any(axis=1), significant.argmax(axis=1) + 1, days)
    return float(significant.any(axis=1).mean()), float(first.mean() / days)


def mismatches() -> Iterator[str]:
    """How many splits are flagged."""
    yield "| 40,000 visitors | chi-squared, last look | chi-squared, any of 100 looks | sequential test, any look |"
    yield "| --- | --- | --- | --- |"
    for rate in (0.5, 0.49, 0.48):
        chi_squared, sequential = simulation.split_p_values(rate, 20_000)
        chi_alarm, alarm = chi_squared < splits.MISMATCH_LEVEL, sequential < splits.MISMATCH_LEVEL
        shares = (chi_alarm[:, -1].mean(), chi_alarm.any(axis=1).mean(), alarm.any(axis=1).mean())
        yield f"| {rate:.0%} to {1 - rate:.0%} | " + " | ".join(f"{share:.2%}" for share in shares) + " |"


def cuped() -> Iterator[str]:
    """What covariates and caps do for the interval of the real year's buyers."""
    spent = buyers.spent()
    yield f"| {spent[0].size:,} buyers, capped at | rho | 1 - rho^2 | variance left | interval, plain | interval, CUPED |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for share in (1.0, 0.99, 0.95):
        before, after = (winsorising.winsorise(column, winsorising.cap(column, share)) for column in spent)
        parts = buyers.split(before, after, 0)
        plain, adjusted = (effects.effect(*parts, metric) for metric in (buyers.PLAIN, buyers.ADJUSTED))
        bound = intervals.ConfidenceSequence(before.size, before.size).bound(simulation.ALPHA)
        rho = np.corrcoef(before, after)[0, 1]
        cap = "nothing" if share == 1 else f"the {share:.0%} quantile"
        yield (
            f"| {cap} | {rho:.3f} | {1 - rho**2:.3f} | {adjusted.variance_left:.3f} "
            f"| ± £{bound * plain.standard_error / 100:,.0f} | ± £{bound * adjusted.standard_error / 100:,.0f} |"
        )


def main() -> None:
    """Print the tables; draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path, help="where to write the picture")
    arguments = parser.parse_args()
    if arguments.picture:
        looks = simulation.a_a("conversion of 5 %", simulation.size())
        arguments.picture.write_text(picture.draw(looks))
    sys.stdout.write("\n".join(tables()) + "\n")


if __name__ == "__main__":
    main()
