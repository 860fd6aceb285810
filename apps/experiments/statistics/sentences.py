"""Verdicts and their reasons in plain English."""

from __future__ import annotations

import math

from apps.experiments.statistics.verdicts import Cause, Decision, Reason, Verdict


def headline(verdict: Verdict) -> str:
    """The verdict in a few words: "Ship B", "Not yet, about 9 more days"."""
    match verdict.decision:
        case Decision.SHIP:
            return f"Ship {verdict.variant}"
        case Decision.KEEP:
            return f"Keep {verdict.variant}"
        case Decision.NOT_YET:
            return f"Not yet, {_days(verdict.days)}" if verdict.days else "Not yet"
        case Decision.DO_NOT_TRUST:
            causes = {reason.cause for reason in verdict.reasons}
            problem = "the split is off" if Cause.SPLIT_IS_OFF in causes else "visitors saw more than one variant"
            return f"Do not trust: {problem}"


def sentence(reason: Reason) -> str:
    """A reason as a sentence."""
    figures = {name: _figure(name, value) for name, value in reason.figures.items()}
    if "difference_lower" in figures:
        figures |= {"lower": figures["difference_lower"], "upper": figures["difference_upper"]}
        figures.pop("lift", None)
    if "lift" not in figures and "difference" in figures:
        figures["lift"] = f"a difference of {figures['difference']}"
    if "absolute_margin" in figures:
        figures["margin"] = figures["absolute_margin"]
    return TEMPLATES[reason.cause].format(variant=reason.variant, metric=reason.metric, **figures)


TEMPLATES = {
    Cause.SPLIT_IS_OFF: "The visitors are not divided as planned (p {p_value}): some are lost or not counted.",
    Cause.VISITORS_IN_TWO_VARIANTS: "{visitors} visitors ({share} of all) saw more than one variant. They are left out.",
    Cause.TOO_FEW_VISITORS: "{variant} or the control has {visitors} visitors; results start at {min}.",
    Cause.GOAL_BETTER: "{variant} is better in {metric}: {lift} (between {lower} and {upper}, p {p_value}).",
    Cause.GOAL_WORSE: "{variant} is worse in {metric}: {lift} (between {lower} and {upper}, p {p_value}).",
    Cause.GUARDRAIL_SAFE: "{variant} does no harm in {metric}: worse by less than {margin}.",
    Cause.GUARDRAIL_HARMED: "{variant} does harm in {metric}: worse by more than {margin}.",
    Cause.GUARDRAIL_UNDECIDED: "Whether {variant} is worse in {metric} by {margin} or more is not known yet.",
    Cause.NO_WORTHWHILE_LIFT: "{variant} does not improve {metric} by {min_lift} or more (at most {upper}).",
    Cause.NO_DIFFERENCE_YET: "{variant} shows no difference in {metric} yet: {lift} (between {lower} and {upper}).",
    Cause.PLANNED_SIZE_REACHED: "The planned {planned} visitors are reached.",
    Cause.LESS_THAN_MIN_DAYS: "It has run for {days} days; an experiment runs for at least {min}, because weekdays differ.",
    Cause.BEST_OF_SEVERAL: "{variants} variants are better than the control; {variant} has the greatest lift.",
}
SHARES = {"lift", "lower", "upper"}
UNSIGNED_SHARES = {"margin", "min_lift", "share"}


def _figure(name: str, value: float) -> str:
    if name in SHARES:
        return f"{value:+.1%}" if math.isfinite(value) else ("any gain" if value > 0 else "any loss")
    if name in UNSIGNED_SHARES:
        return f"{value:.2g}" if value > 1 else f"{value * 100:.3g} %"
    if name in ("difference", "difference_lower", "difference_upper"):
        return f"{value:+.4g}"
    if name == "absolute_margin":
        return f"{value:.4g}"
    if name == "p_value":
        return "< 0.0001" if value < 0.0001 else f"= {value:.4f}"
    return f"{value:,.0f}"


def _days(days: int | None) -> str:
    return f"about {days:,} more day{'' if days == 1 else 's'}"
