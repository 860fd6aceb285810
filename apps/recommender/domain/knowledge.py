"""The model: weighted baskets as sparse arrays, indexed by basket and by product."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain import decay

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

# Beyond this number of lines the oldest baskets are dropped: a line takes some 20 bytes of memory.
MAX_LINES = 500_000


class Basket(NamedTuple):
    """Products bought together, and when (milliseconds)."""

    bought_at: int
    skus: Sequence[str]


def _no_ints() -> Ints:
    return np.zeros(0, np.int32)


def _no_floats() -> Floats:
    return np.zeros(0, np.float32)


@dataclass(frozen=True)
class Knowledge:
    """Baskets of two products or more as numbers; a product's code is its place in `skus`, which are sorted.

    Baskets are sorted by time, then by content, so that equal sets of baskets give equal sums and equal rankings.

    Basket b holds the codes `lines[starts[b]:starts[b + 1]]`; product p is in the baskets
    `holders[holder_starts[p]:holder_starts[p + 1]]`.
    """

    skus: list[str] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    bought_at: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    contents: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # a digest of each basket's SKUs
    lines: Ints = field(default_factory=_no_ints)
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    holders: Ints = field(default_factory=_no_ints)
    holder_starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    weights: Floats = field(default_factory=_no_floats)  # of each basket, 1 on average
    strengths: Floats = field(default_factory=_no_floats)  # of each product: the weights of its baskets

    @property
    def baskets(self) -> int:
        """The number of baskets."""
        return len(self.starts) - 1


def learn(known: Knowledge, baskets: Sequence[Basket]) -> Knowledge:
    """The model with these baskets added. Their order makes no difference."""
    new = [(basket.bought_at, sorted(set(basket.skus))) for basket in baskets]
    new = [(bought_at, skus) for bought_at, skus in new if len(skus) > 1]
    if not new and known.baskets:
        return known
    skus, codes, known_lines = _extended(known, {sku for _, basket in new for sku in basket})
    lengths = np.concatenate([np.diff(known.starts), [len(basket) for _, basket in new]]).astype(np.int64)
    bought_at = np.concatenate([known.bought_at, np.array([at for at, _ in new], np.int64)])
    contents = np.concatenate([known.contents, np.array([_digest(basket) for _, basket in new], np.int64)])
    lines = np.concatenate([known_lines, np.array([codes[sku] for _, basket in new for sku in basket], np.int32)])
    return _index(skus, codes, *_newest(bought_at, contents, lengths, lines))


def _extended(known: Knowledge, added: set[str]) -> tuple[list[str], dict[str, int], Ints]:
    """All SKUs sorted, their codes, and the known lines in those codes."""
    if added <= known.codes.keys():
        return known.skus, known.codes, known.lines
    skus = sorted(known.codes.keys() | added)
    codes = {sku: code for code, sku in enumerate(skus)}
    return skus, codes, np.array([codes[sku] for sku in known.skus], np.int32)[known.lines]


def _digest(skus: Sequence[str]) -> int:
    return int.from_bytes(hashlib.blake2b("\n".join(skus).encode(), digest_size=8).digest(), "big", signed=True)


def _newest(
    bought_at: NDArray[np.int64], contents: NDArray[np.int64], lengths: NDArray[np.int64], lines: Ints
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Ints]:
    """The newest baskets that have room within MAX_LINES, sorted by time and content."""
    order = np.lexsort((contents, bought_at))
    from_the_end = np.cumsum(lengths[order][::-1])[::-1]
    order = order[from_the_end <= MAX_LINES]
    if np.array_equal(order, np.arange(len(lengths))):
        return bought_at, contents, lengths, lines
    offsets = np.arange(lengths[order].sum()) - np.repeat(_starts(lengths[order])[:-1], lengths[order])
    places = np.repeat(_starts(lengths)[:-1][order], lengths[order]) + offsets
    return bought_at[order], contents[order], lengths[order], lines[places]


def _index(
    skus: list[str],
    codes: dict[str, int],
    bought_at: NDArray[np.int64],
    contents: NDArray[np.int64],
    lengths: NDArray[np.int64],
    lines: Ints,
) -> Knowledge:
    weights = decay.basket_weights(bought_at, lengths)
    owners = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return Knowledge(
        skus=skus,
        codes=codes,
        bought_at=bought_at,
        contents=contents,
        lines=lines,
        starts=_starts(lengths),
        holders=owners[_order(lines, len(skus))],
        holder_starts=_starts(np.bincount(lines, minlength=len(skus))),
        weights=weights,
        strengths=np.bincount(lines, weights[owners], len(skus)).astype(np.float32),
    )


def _order(lines: Ints, products: int) -> NDArray[np.int64]:
    """The places of the lines in the order of their codes; numpy sorts 16-bit numbers several times faster."""
    return np.argsort(lines.astype(np.uint16) if products <= 1 << 16 else lines, kind="stable")


def _starts(lengths: NDArray[Any]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
