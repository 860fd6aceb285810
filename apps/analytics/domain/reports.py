"""Reports: key figures, charts and tables, as data that pages and files show."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure beside that of the period before; `unit` is `money`, `share` or empty."""

    label: str
    value: float
    before: float | None = None
    unit: str = ""

    @property
    def change(self) -> float | None:
        """The change since the period before, as a share; None if there is nothing to compare with."""
        return None if not self.before else (self.value - self.before) / abs(self.before)


@dataclass(frozen=True, slots=True)
class Series:
    """The values of a line or a kind of bars."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over labels: `line` or `bars`."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: str = "line"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `unit` is `text`, `money`, `share`, `minutes` or empty for numbers."""

    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `link` is the parameter of the address that selects what a row's first cell names."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    link: str = ""
    is_matrix: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A page of the dashboard."""

    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = field(default=())


def share(part: float, whole: float) -> float:
    """A part of a whole; 0 of nothing."""
    return part / whole if whole else 0.0
