"""Allowances: so many per second, for what must not grow with the load."""

import time


class Allowance:
    """At most so many per second, and as many at once. Threads that take at the same moment may take one more."""

    __slots__ = ("_left", "_per_second", "_seen_at")

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._left = per_second
        self._seen_at = time.monotonic()

    def take(self) -> bool:
        """Take one; False if none is left."""
        now = time.monotonic()
        self._left = min(self._per_second, self._left + (now - self._seen_at) * self._per_second)
        self._seen_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
