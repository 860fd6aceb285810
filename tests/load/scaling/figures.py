"""What a simulated day comes to: how often replicas turned, how long a sale was felt, and what was requested."""

from collections.abc import Sequence

import numpy as np

from tests.load.scaling.simulation import Day
from tests.load.scaling.traffic import Sale

LIMIT_SECONDS = 0.5


def turns(replicas: Sequence[int]) -> int:
    """How often replicas began to fall after rising, or to rise after falling."""
    changes = np.diff(np.array(replicas))
    return int(np.count_nonzero(np.diff(np.sign(changes[changes != 0]))))


def absorbed_after(day: Day, sale: Sale) -> int:
    """The seconds from the beginning of a sale until p99 stays below the limit."""
    slow = np.flatnonzero(day.p99[sale.begin : sale.begin + sale.seconds] > LIMIT_SECONDS)
    return int(slow[-1]) + 1 if len(slow) else 0


def slow_share(day: Day) -> float:
    """The share of the day's requests that came in a second with a p99 above the limit."""
    return float(day.requests[day.p99 > LIMIT_SECONDS].sum() / day.requests.sum())


def table(day: Day, sale: Sale) -> list[str]:
    """The figures of docs/kubernetes.md."""
    rows = ["| service | replicas | turns |", "| --- | --- | --- |"]
    rows += [
        f"| {name} | {min(service.replicas)} to {max(service.replicas)} | {turns(service.replicas)} |"
        for name, service in day.services.items()
    ]
    consumers = day.consumers
    rows.append(
        f"| consumers of the cart | {min(consumers.replicas)} to {max(consumers.replicas)} | {turns(consumers.replicas)} |"
    )
    rows.append(
        f"The sale is absorbed after {absorbed_after(day, sale)} s; {slow_share(day):.2%} of the day's requests are in seconds"
        f" with a p99 above 500 ms. Requested: {day.core_hours:.0f} core hours instead of {day.fixed_core_hours():.0f}."
    )
    return rows
