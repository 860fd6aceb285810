"""The verdict on a canary: its failures, slow answers and business figures against those of the running version."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MIN_REQUESTS = 100
"""With fewer requests of the canary a probe decides."""
TOLERANCE = 1.5
"""How many times the running version's share is still not worse."""
ALPHA = 0.001
"""A share is worse if a version that is within the tolerance would have it less often than this."""
NEGLIGIBLE = 1e-15
PROBE_FAILURES = 2
"""So many failed probes of one round are no accident."""


class Verdict(StrEnum):
    """What is known of the canary."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reasons; one that is good has none."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some events are bad."""

    bad: float
    total: float

    @property
    def value(self) -> float:
        """The share; 0 of nothing."""
        return self.bad / self.total if self.total > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A share of both versions. `budget` is the share that is no fault: what the objective allows."""

    name: str
    canary: Share
    running: Share
    budget: float = 0.0


@dataclass(frozen=True, slots=True)
class Probed:
    """The outcome of a round of probes; `failures` are sentences."""

    sent: int
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a canary at a moment."""

    requests: float = 0.0
    comparisons: Sequence[Comparison] = ()
    alerts: Sequence[str] = ()
    probed: Probed | None = None
    missing: Sequence[str] = field(default_factory=tuple)
    """What could not be measured."""


def judge(measured: Measured) -> Judgement:
    """The verdict: bad for any reason, unknown without measurements, good otherwise."""
    reasons = [_sentence(item) for item in measured.comparisons if is_worse(item)]
    reasons += [f"the alert {name} fires" for name in measured.alerts]
    failures = measured.probed.failures if measured.probed else ()
    if len(failures) >= PROBE_FAILURES:
        reasons += failures
    if reasons:
        return Judgement(Verdict.BAD, tuple(reasons))
    unknown = [*measured.missing, *failures]
    if measured.requests < MIN_REQUESTS and not measured.probed:
        unknown.append(f"{measured.requests:.0f} requests are too few, and it was not probed")
    return Judgement(Verdict.UNKNOWN, tuple(unknown)) if unknown else Judgement(Verdict.GOOD)


def is_worse(compared: Comparison) -> bool:
    """Whether the canary's share is higher than chance explains, if the running version's is tolerated."""
    allowed = max(compared.budget, TOLERANCE * compared.running.value)
    bad, total = round(compared.canary.bad), round(compared.canary.total)
    return compared.canary.value > allowed and at_least(bad, max(bad, total), allowed) < ALPHA


def at_least(successes: int, trials: int, probability: float) -> float:
    """The probability of at least so many successes (binomial distribution)."""
    if successes <= 0:
        return 1.0
    if probability <= 0 or probability >= 1:
        return float(probability >= 1)
    total = 0.0
    for number in range(successes, trials + 1):
        term = math.exp(_log_term(number, trials, probability))
        total += term
        # Past the mean each term is smaller than the one before.
        if number > trials * probability and term < NEGLIGIBLE:
            break
    return min(1.0, total)


def _log_term(number: int, trials: int, probability: float) -> float:
    ways = math.lgamma(trials + 1) - math.lgamma(number + 1) - math.lgamma(trials - number + 1)
    return ways + number * math.log(probability) + (trials - number) * math.log1p(-probability)


def _sentence(compared: Comparison) -> str:
    canary, running = compared.canary, compared.running
    return (
        f"{compared.name}: {canary.value:.2%} ({canary.bad:.0f} of {canary.total:.0f}),"
        f" of the running version {running.value:.2%} ({running.bad:.0f} of {running.total:.0f})"
    )
