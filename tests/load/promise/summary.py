"""The figures of a run, from what was recorded of each request; JSON-ready."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from tests.load.promise import mix
from tests.load.promise.generator import Recording
from tests.load.promise.outcomes import Outcomes
from tests.load.promise.promised import LATE_MS

READ_BACK = mix.NUMBERS["read back"]
# Requests due just before the end may still be answered; a shop that falls behind needs longer.
END_SECONDS = 1.0


def percentiles(values: Sequence[float] | np.ndarray) -> dict[str, float]:
    """p50, p99, p99.9 and the maximum of seconds, in milliseconds; exact, not from buckets."""
    if not len(values):
        return {}
    values_ms = np.percentile(np.asarray(values), (50, 99, 99.9, 100)) * 1000
    return dict(zip(("p50", "p99", "p99.9", "max"), (round(float(value), 2) for value in values_ms), strict=True))


def latency(recording: Recording, outcomes: Outcomes, rate: float, seconds: float, warm_up: float) -> dict[str, Any]:
    """Offered and achieved rate, late sends, and latency by kind, from the intended send times after the warm-up."""
    kinds, codes = np.array(recording.kinds), np.array(recording.outcomes)
    dues, sents, dones = (np.array(times) for times in (recording.dues, recording.sents, recording.dones))
    measured = (dues >= warm_up) & (kinds != READ_BACK)
    late = (sents - dues)[measured] * 1000
    answered = (dones <= warm_up + seconds + END_SECONDS) & measured & (codes != 1)
    taken = dones - dues
    return {
        "offered": round(float(measured.sum() / seconds), 1),
        "target": rate,
        "achieved": round(float(answered.sum() / seconds), 1),
        "late": {"share": round(float((late > LATE_MS).mean()), 5), **percentiles(late / 1000)},
        "all": percentiles(taken[measured]),
        "kinds": {
            kind.name: {
                "count": int((kinds == number).sum()),
                "errors": sum(outcomes.is_error(code) for code in codes[kinds == number].tolist()),
                **percentiles(taken[(kinds == number) & (dues >= warm_up)]),
            }
            for number, kind in enumerate(mix.KINDS)
        },
    }


def codes(recording: Recording, outcomes: Outcomes) -> dict[str, dict[str, int]]:
    """How many answers had each code: errors, and refusals that the mix expects."""
    counts = Counter(recording.outcomes)
    return {
        "errors": {outcomes.names[code]: count for code, count in counts.items() if outcomes.is_error(code)},
        "refusals": {
            outcomes.names[code]: count for code, count in counts.items() if code and not outcomes.is_error(code)
        },
    }


def freshness(ages: Mapping[str, Sequence[float]], stale: Sequence[str]) -> dict[str, Any]:
    """The ages at which writes were visible to another client, by kind of write; the promise is judged by the slowest kind."""
    writes = {name: {"count": len(values), **percentiles(values)} for name, values in ages.items()}
    return {
        "count": sum(len(values) for values in ages.values()),
        "slowest": _slowest(writes),
        "writes": writes,
        "stale": len(stale),
        "stale_examples": list(stale[:5]),
    }


def projections(ages: Mapping[str, Sequence[float]], judged: Collection[str], looks: float) -> dict[str, Any]:
    """The age of each consumer group's first unprocessed event, over all looks; the slowest of those that are `judged`.

    There is none if a group's progress is known for less than half of so many looks.
    """
    groups = {name: {"looks": len(values), **percentiles(values)} for name, values in sorted(ages.items())}
    known = {name: groups[name] for name in judged if groups.get(name, {}).get("looks", 0) >= looks / 2}
    return {"slowest": _slowest(known) if len(known) == len(judged) else {}, "groups": groups}


def _slowest(rows: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """The row with the highest p99, with its name; nothing without rows."""
    if not rows:
        return {}
    name = max(rows, key=lambda name: rows[name]["p99"])
    return {"name": name, **rows[name]}


def by_second(recording: Recording) -> list[dict[str, float]]:
    """p50 and p99 of the requests due in each second, and how many were answered in it; for the chart."""
    dues, dones, kinds = np.array(recording.dues), np.array(recording.dones), np.array(recording.kinds)
    own = kinds != READ_BACK
    seconds = dues[own].astype(int)
    answered = np.bincount(np.clip(dones[own], 0, None).astype(int))
    rows = []
    for second in range(int(seconds.max()) + 1 if len(seconds) else 0):
        taken = (dones - dues)[own][seconds == second]
        if len(taken):
            p50, p99 = np.percentile(taken, (50, 99)) * 1000
            count = int(answered[second]) if second < len(answered) else 0
            rows.append({"second": second, "p50": round(float(p50), 2), "p99": round(float(p99), 2), "answered": count})
    return rows
