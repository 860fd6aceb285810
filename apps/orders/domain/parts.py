"""The parts in which other contexts are asked about an order: one of 10,000 lines is too much for one call's deadline."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

SIZE = 200


def of(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in their order, so many at a time."""
    return (items[start : start + SIZE] for start in range(0, len(items), SIZE))


def of_quantities(quantities: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Quantities by SKU, so many at a time."""
    return (dict(part) for part in of(list(quantities.items())))
