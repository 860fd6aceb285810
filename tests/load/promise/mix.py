"""The mix: the share of each kind of request; half reads, a quarter writes, a quarter sessions, profile and tracking."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Kind(NamedTuple):
    """A kind of request: its name, its group and its share in per cent."""

    name: str
    group: str
    share: float


READ, WRITE, SESSION = "reads", "writes", "sessions, profile and tracking"
KINDS = (
    Kind("list", READ, 20.0),
    Kind("search", READ, 12.0),
    Kind("detail", READ, 14.0),
    Kind("facets", READ, 4.0),
    Kind("cart line", WRITE, 20.0),
    Kind("order placed", WRITE, 3.0),
    Kind("order cancelled", WRITE, 2.0),
    Kind("log in", SESSION, 0.3),
    Kind("log out", SESSION, 0.2),
    Kind("profile changed", SESSION, 0.5),
    Kind("profile", SESSION, 8.0),
    Kind("sessions", SESSION, 6.0),
    Kind("own orders", SESSION, 4.0),
    Kind("tracking", SESSION, 6.0),
    # In addition to the offered rate: another client's reads of what was written.
    Kind("read back", "freshness", 0.0),
)
GROUPS = (READ, WRITE, SESSION)
NUMBERS = {kind.name: number for number, kind in enumerate(KINDS)}
SENT = tuple(kind for kind in KINDS if kind.share)


def sequence(count: int, seed: int = 11) -> list[int]:
    """The kinds of so many requests, by number."""
    rng = np.random.default_rng(seed)
    shares = np.array([kind.share for kind in SENT]) / 100
    return [int(number) for number in rng.choice(len(SENT), size=count, p=shares)]
