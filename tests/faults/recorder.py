"""What clients did to the shop, and what they were told: every operation is acknowledged, refused or unknown."""

from __future__ import annotations

import enum
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


class Outcome(enum.Enum):
    """What the client knows of an operation."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer, or one that does not say whether the operation took place."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with all its attempts, which have the same key."""

    kind: str
    """`add`, `remove`, `place`, `cancel`, `receive`, `reserve`, `release`, `ship` or `read`."""
    actor: str
    """The customer's id, or the name of the calling service."""
    key: str
    arguments: Mapping[str, Any]
    outcome: Outcome
    code: str = ""
    """Of a refusal, or why the outcome is unknown."""
    result: Any = None
    began: float = 0.0
    ended: float = 0.0
    attempts: int = 1


@dataclass(slots=True)
class Recorder:
    """The operations of all clients, in the order in which they ended."""

    operations: list[Operation] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, operation: Operation) -> None:
        """Record an operation that has ended."""
        with self._lock:
            self.operations.append(operation)

    def of(self, kind: str, outcome: Outcome | None = None) -> Iterator[Operation]:
        """The operations of a kind, of all outcomes or of one."""
        return (
            operation
            for operation in self.operations
            if operation.kind == kind and outcome in (None, operation.outcome)
        )

    def of_outcome(self, outcome: Outcome) -> Iterator[Operation]:
        """The operations with an outcome."""
        return (operation for operation in self.operations if operation.outcome is outcome)

    def begun_since(self, moment: float) -> list[Operation]:
        """The operations whose first attempt began after a moment of `time.monotonic()`."""
        with self._lock:
            return [operation for operation in self.operations if operation.began >= moment]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one attempt."""

    outcome: Outcome
    code: str = ""
    result: Any = None
