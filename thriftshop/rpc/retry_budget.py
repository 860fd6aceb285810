"""The retry budget: a share of all calls and a few retries per second, so that retries never become the load."""

import threading
import time

MAX_BALANCE = 50.0
PER_SECOND = 2.0


class Budget:
    """A balance of retries: each call adds its share, each retry takes one."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._balance = 10.0
        self._at = time.monotonic()
        self._lock = threading.Lock()

    def earn(self) -> None:
        """Add the share of a call."""
        now = time.monotonic()
        with self._lock:
            self._balance = min(MAX_BALANCE, self._balance + self._share + (now - self._at) * PER_SECOND)
            self._at = now

    @property
    def has_any(self) -> bool:
        """Whether a retry is possible now."""
        return self._balance >= 1

    def take(self) -> bool:
        """Take one retry; False if there is none."""
        with self._lock:
            if self._balance < 1:
                return False
            self._balance -= 1
            return True
