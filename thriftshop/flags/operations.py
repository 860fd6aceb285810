"""Operations under a variant: their number, failures and duration, added up by visitor and reported once a minute.

A visitor's operations depend on each other, so what is reported are sums over visitors, of squares and products as well:
the error of a variant's average follows from them.
"""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

from thriftshop import clock

WINDOW_SECONDS = 60.0
MAX_VISITORS = 50_000
MAX_REPORTED = 500
TENTHS_OF_MS = 10_000


class Sums(NamedTuple):
    """Sums over the visitors of a variant: of operations, failures and duration, then of the products of every two."""

    flag: str
    variant: str
    at: int
    visitors: int
    totals: tuple[int, ...]
    products: tuple[int, ...]


class Operations:
    """The operations of this process under variants, since the last report. More visitors than it can hold are left out."""

    def __init__(self, write: Callable[[str, Sequence[Sums]], object]) -> None:
        self._write = write
        self._visitors: dict[tuple[str, str, str], list[int]] = {}
        self._unwritten: tuple[str, list[Sums]] | None = None
        self._begun = time.monotonic()
        self._lock = threading.Lock()

    def add(self, flag: str, variant: str, unit: str, has_failed: bool, seconds: float) -> None:
        """Add an operation of a visitor."""
        key = (flag, variant, unit)
        with self._lock:
            own = self._visitors.get(key)
            if own is None:
                if len(self._visitors) >= MAX_VISITORS:
                    return
                own = self._visitors[key] = [0, 0, 0]
            own[0] += 1
            own[1] += has_failed
            own[2] += round(seconds * TENTHS_OF_MS)

    def flush(self, window_seconds: float = WINDOW_SECONDS) -> None:
        """Report what was added, if a window has passed. Raises what writing raises; it is written again then."""
        if self._unwritten is None and time.monotonic() - self._begun >= window_seconds:
            self._unwritten = self._taken()
        if self._unwritten is not None:
            key, sums = self._unwritten
            for number, start in enumerate(range(0, len(sums), MAX_REPORTED)):
                self._write(f"{key}-{number}", sums[start : start + MAX_REPORTED])
            self._unwritten = None

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._visitors, self._unwritten, self._begun = {}, None, time.monotonic()

    def _taken(self) -> tuple[str, list[Sums]] | None:
        with self._lock:
            visitors, self._visitors, self._begun = self._visitors, {}, time.monotonic()
        of_variant: dict[tuple[str, str], list[list[int]]] = {}
        for (flag, variant, _), own in visitors.items():
            of_variant.setdefault((flag, variant), []).append(own)
        at = clock.now()
        sums = [_summed(flag, variant, at, rows) for (flag, variant), rows in of_variant.items()]
        return (uuid.uuid4().hex, sums) if sums else None


def _summed(flag: str, variant: str, at: int, rows: Sequence[Sequence[int]]) -> Sums:
    totals = tuple(map(sum, zip(*rows, strict=True)))
    pairs = combinations_with_replacement(range(3), 2)
    products = tuple(sum(row[first] * row[second] for row in rows) for first, second in pairs)
    return Sums(flag, variant, at, len(rows), totals, products)
