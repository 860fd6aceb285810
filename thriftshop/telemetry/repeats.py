"""Logging of repeated failures: the first in full, then counts once a minute, and a line on recovery."""

import logging
import re
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EVERY_SECONDS = 60.0
# The maximum number of distinct failures per subject; beyond it, the oldest is forgotten.
MAX_KINDS = 20
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class _Failing:
    """A logged failure: its repetitions since the last line, and in total."""

    logged_at: float
    since: int = 0
    total: int = 0


class Repeats:
    """The repeated failures of one logger, by message and subject (a group, a topic, a method)."""

    def __init__(self, log: logging.Logger, every_seconds: float = EVERY_SECONDS) -> None:
        self._log = log
        self._every = every_seconds
        self._failing: dict[tuple[str, str], dict[str, _Failing]] = {}
        self._lock = threading.Lock()
        _all.add(self)

    def forget(self) -> None:
        """Forget all failures: the next of each kind is logged in full."""
        with self._lock:
            self._failing.clear()

    def report(
        self,
        level: int,
        message: str,
        subject: str,
        error: Exception | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Log a failure, with its traceback if `error` is given; repetitions are only counted."""
        details = dict(extra or {})
        with self._lock:
            repeated = self._repeated(self._failing.setdefault((message, subject), {}), _kind(error, details))
        if repeated is None:
            return
        if repeated:
            details = details if error is None else {"problem": repr(error), **details}
            self._log.log(level, f"{message} … repeated {repeated} times", extra=details)
        else:
            self._log.log(level, message, exc_info=error, extra=details)

    def _repeated(self, kinds: dict[str, _Failing], kind: str) -> int | None:
        """The repetitions since the last line; 0 for a new failure, None if no line is to be logged."""
        repeat, now = kinds.get(kind), time.monotonic()
        if repeat is None:
            kinds[kind] = _Failing(now)
            if len(kinds) > MAX_KINDS:
                del kinds[next(iter(kinds))]
            return 0
        repeat.since, repeat.total = repeat.since + 1, repeat.total + 1
        if now - repeat.logged_at < self._every:
            return None
        repeated, repeat.since, repeat.logged_at = repeat.since, 0, now
        return repeated

    def recovered(self, message: str, subject: str, extra: Mapping[str, Any] | None = None) -> None:
        """Log the recovery from a failure; nothing if there was none."""
        if (message, subject) not in self._failing:  # the usual case, without the lock
            return
        with self._lock:
            kinds = self._failing.pop((message, subject), {})
        if kinds:
            times = sum(known.total + 1 for known in kinds.values())
            self._log.info(f"{message}: no longer", extra={**(extra or {}), "times": times})


def _kind(error: Exception | None, details: Mapping[str, Any]) -> str:
    """The kind of a failure: the error's type and its text, without numbers."""
    text = str(details.get("problem", "")) if error is None else f"{type(error).__name__}: {error}"
    return _DIGITS.sub("#", text[:500])


_all: "weakref.WeakSet[Repeats]" = weakref.WeakSet()


def forget_all() -> None:
    """Forget all failures of all loggers."""
    for repeats in list(_all):
        repeats.forget()
