"""What dashboards consist of."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from thriftshop.dashboards.queries import Query


@dataclass(frozen=True, slots=True)
class Chart:
    """A panel: queries with a unit, and a limit that it must not exceed."""

    title: str
    queries: tuple[Query, ...]
    unit: str = "short"
    limit: float | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard: rows of charts."""

    name: str
    title: str
    about: str
    rows: dict[str, list[Chart]] = field(default_factory=dict)

    def charts(self) -> Iterator[Chart]:
        """All charts."""
        for charts in self.rows.values():
            yield from charts
