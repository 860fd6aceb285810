"""How many calls may be tried again: a share of all calls and a few each second, so that retries never become the load."""

import threading
import time

MOST_SAVED = 50.0
EACH_SECOND = 2.0


class Budget:
    """Retries in store; each call adds its share, each retry takes one."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._saved = 10.0
        self._at = time.monotonic()
        self._lock = threading.Lock()

    def earn(self) -> None:
        """A call was made."""
        now = time.monotonic()
        with self._lock:
            self._saved = min(MOST_SAVED, self._saved + self._share + (now - self._at) * EACH_SECOND)
            self._at = now

    @property
    def has_any(self) -> bool:
        """Whether a retry could be paid for now."""
        return self._saved >= 1

    def take(self) -> bool:
        """Pays for one retry; False where there is nothing left to pay with."""
        with self._lock:
            if self._saved < 1:
                return False
            self._saved -= 1
            return True
