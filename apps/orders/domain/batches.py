"""Batches for calls of other contexts: an order of 10,000 lines is too large for one call's deadline."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

SIZE = 200


def split(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in batches of SIZE, in their order."""
    return (items[start : start + SIZE] for start in range(0, len(items), SIZE))


def split_quantities(quantities: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Quantities by SKU, in batches of SIZE."""
    return (dict(batch) for batch in split(list(quantities.items())))
