"""What the shop has after a fault, once everything has settled: read from its logs, topics, services and e-mails."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Event(NamedTuple):
    """An event of a log; `details` has what the checks need of stock."""

    topic: str
    stream: str
    version: int
    id: str
    kind: str
    details: dict[str, Any]


class Published(NamedTuple):
    """An event as consumers of its topic read it."""

    topic: str
    stream: str
    version: int
    id: str


@dataclass(slots=True)
class Observed:
    """The whole state that is compared with the recorder."""

    log: list[Event] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)
    orders: list[Any] = field(default_factory=list)
    decided: list[Any] = field(default_factory=list)
    """The stock levels as commands see them, folded from the events."""
    projected: list[Any] = field(default_factory=list)
    """The stock levels of the projection."""
    totals: dict[str, int] = field(default_factory=dict)
    """Totals of the ledger and of the projected levels."""
    revenue: Any = None
    carts: dict[str, dict[str, int]] = field(default_factory=dict)
    """Quantities by customer and SKU."""
    emails: Counter[str] = field(default_factory=Counter)
    """How often an e-mail with this Message-ID was sent."""
    changed_by_rebuild: list[str] = field(default_factory=list)
    dead_letters: list[str] = field(default_factory=list)
    deaths: int = 0
    """How many processes of the shop were killed: each may have sent an e-mail that its successor sends again."""
