"""What gbstats and tea-tasting compute from the same sums. Runs in their environment: reads cases as JSON, prints results."""

from __future__ import annotations

import json
import sys
from typing import Any

import tea_tasting.aggr
from gbstats import utils
from gbstats.frequentist import tests
from gbstats.models import statistics
from tea_tasting.metrics import mean


def _sample(sums: dict[str, Any], name: str) -> Any:
    return statistics.SampleMeanStatistic(n=sums["count"], sum=sums[name], sum_squares=sums[f"{name} {name}"])


def _ratio(sums: dict[str, Any]) -> Any:
    return statistics.RatioStatistic(
        n=sums["count"],
        m_statistic=_sample(sums, "y"),
        d_statistic=_sample(sums, "n"),
        m_d_sum_of_products=sums["n y"],
    )


def _adjusted(sums: dict[str, Any], theta: float) -> Any:
    return statistics.RegressionAdjustedStatistic(
        n=sums["count"],
        post_statistic=_sample(sums, "y"),
        pre_statistic=_sample(sums, "x"),
        post_pre_sum_of_products=sums["x y"],
        theta=theta,
    )


def _pair(case: dict[str, Any]) -> tuple[Any, Any]:
    if case["metric"] == "ratio":
        return _ratio(case["control"]), _ratio(case["variant"])
    if case["metric"] == "cuped":
        theta = statistics.compute_theta(_adjusted(case["control"], 0), _adjusted(case["variant"], 0))
        return _adjusted(case["control"], theta), _adjusted(case["variant"], theta)
    return _sample(case["control"], "y"), _sample(case["variant"], "y")


def gbstats(case: dict[str, Any]) -> dict[str, Any]:
    pair, alpha = _pair(case), case["alpha"]
    results = {}
    for difference in ("absolute", "relative"):
        terms = {"alpha": alpha, "difference_type": difference}
        sequential = tests.SequentialConfig(sequential_tuning_parameter=case["tuning"], **terms)
        for name, test in (
            ("fixed", tests.TwoSidedTTest(*pair, tests.FrequentistConfig(**terms))),
            ("sequence", tests.SequentialTwoSidedTTest(*pair, sequential)),
            ("greater", tests.OneSidedTreatmentGreaterTTest(*pair, tests.FrequentistConfig(**terms))),
        ):
            result = test.compute_result()
            results[f"{name} {difference}"] = [result.expected, *result.ci, result.p_value]
    return results


def _aggregates(sums: dict[str, Any]) -> Any:
    count, names = sums["count"], ("n", "x", "y")

    def covariance(first: str, second: str) -> float:
        return float((sums[f"{first} {second}"] - sums[first] * sums[second] / count) / (count - 1))

    return tea_tasting.aggr.Aggregates(
        count_=count,
        mean_={name: sums[name] / count for name in names},
        var_={name: covariance(name, name) for name in names},
        cov_={(first, second): covariance(first, second) for first in names for second in names if first < second},
    )


def tea(case: dict[str, Any]) -> dict[str, Any]:
    covariate = "x" if "cuped" in case["metric"] else None
    level = 1 - case["alpha"]
    metric = (
        mean.RatioOfMeans("y", "n", covariate, confidence_level=level)
        if "ratio" in case["metric"]
        else mean.Mean("y", covariate, confidence_level=level)
    )
    result = metric.analyze_aggregates(_aggregates(case["control"]), _aggregates(case["variant"]))
    return {
        "fixed absolute": [result.effect_size, result.effect_size_ci_lower, result.effect_size_ci_upper, result.pvalue],
        "relative": result.rel_effect_size,
    }


def main() -> None:
    answers = []
    for case in json.load(sys.stdin):
        if "users" in case:
            answers.append({"gbstats": utils.check_srm(case["users"], case["weights"])})
        elif case["metric"] == "ratio cuped":
            answers.append({"tea-tasting": tea(case)})
        else:
            answers.append({"gbstats": gbstats(case), "tea-tasting": tea(case)})
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
