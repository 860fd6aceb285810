"""Measures: what a context declares of its business, in `measures.py`. The platform counts and reads them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from prometheus_client import Counter, Gauge

OTHER = "other"
"""The label of a value that is not among those of its measure: input must not add series."""


def once(_event: Any) -> float:
    """The amount of a total that counts events."""
    return 1.0


class Total:
    """A sum over events as they are recorded: `amounts` has a function for each kind of event that adds to it.

    `label` names a label, `values` its values, and `value_of` reads it from an event.
    """

    def __init__(
        self,
        name: str,
        description: str,
        amounts: Mapping[type, Callable[[Any], float]],
        *,
        label: str = "",
        values: Collection[str] = (),
        value_of: Callable[[Any], str] = str,
    ) -> None:
        self.name, self.description, self.amounts = name, description, amounts
        self.label, self._values, self._value_of = label, frozenset(values), value_of
        self._counter = Counter(name, description, [label] if label else [])
        self._children = {value: self._counter.labels(value) for value in (*values, OTHER)} if label else {}

    def count(self, event: Any) -> None:
        """Add an event of one of the kinds."""
        amount = self.amounts[type(event)](event)
        if amount > 0:
            (self._child(event) if self.label else self._counter).inc(amount)

    def _child(self, event: Any) -> Counter:
        value = self._value_of(event)
        return self._children[value if value in self._values else OTHER]


class Level:
    """A number that is read from the context's own tables every few seconds, by each process that serves it.

    `read` must use an index, or take milliseconds. If it returns a mapping, its keys are values of `label`.
    """

    def __init__(
        self,
        name: str,
        description: str,
        read: Callable[[], float | Mapping[str, float]],
        *,
        label: str = "",
    ) -> None:
        self.name, self.description, self.label, self._read = name, description, label, read
        self._gauge = Gauge(name, description, [label] if label else [], multiprocess_mode="livemostrecent")

    def sample(self) -> None:
        """Read the number."""
        read = self._read()
        if isinstance(read, Mapping):
            for value, number in read.items():
                self._gauge.labels(value).set(number)
        else:
            self._gauge.set(read)


Measure = Total | Level


def totals_by_kind(measures: Iterable[Measure]) -> dict[type, list[Total]]:
    """The totals that an event of each kind adds to."""
    by_kind: dict[type, list[Total]] = {}
    for measure in measures:
        if isinstance(measure, Total):
            for kind in measure.amounts:
                by_kind.setdefault(kind, []).append(measure)
    return by_kind
