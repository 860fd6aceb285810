"""What was learnt: the baskets themselves, as sparse arrays that read both ways, with a weight for each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain import decay

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

# The oldest baskets are let go beyond so many lines: what is known takes some 20 bytes a line.
MOST_LINES = 500_000


class Basket(NamedTuple):
    """What was bought together, and when in milliseconds."""

    bought_at: int
    skus: Sequence[str]


def _no_ints() -> Ints:
    return np.zeros(0, np.int32)


def _no_floats() -> Floats:
    return np.zeros(0, np.float32)


@dataclass(frozen=True)
class Knowledge:
    """Baskets of two products or more as numbers; a product's code is its place in `skus`.

    Basket b holds the codes `lines[starts[b]:starts[b + 1]]`; product p is in the baskets
    `holders[holder_starts[p]:holder_starts[p + 1]]`.
    """

    skus: list[str] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    bought_at: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    lines: Ints = field(default_factory=_no_ints)
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    holders: Ints = field(default_factory=_no_ints)
    holder_starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    weights: Floats = field(default_factory=_no_floats)  # of each basket, 1 on average
    strengths: Floats = field(default_factory=_no_floats)  # of each product: the weights of its baskets

    @property
    def baskets(self) -> int:
        """How many baskets are known."""
        return len(self.starts) - 1


def learn(known: Knowledge, baskets: Sequence[Basket]) -> Knowledge:
    """What is known after these baskets too. The order in which they come changes nothing but the codes."""
    skus, codes = list(known.skus), dict(known.codes)
    new = [(basket.bought_at, _encode(set(basket.skus), skus, codes)) for basket in baskets]
    new = [(bought_at, lines) for bought_at, lines in new if len(lines) > 1]
    if not new and known.baskets:
        return known
    lengths = np.concatenate([np.diff(known.starts), [len(lines) for _, lines in new]]).astype(np.int64)
    bought_at = np.concatenate([known.bought_at, np.array([at for at, _ in new], np.int64)])
    lines = np.concatenate([known.lines, *(np.array(lines, np.int32) for _, lines in new)])
    return _index(skus, codes, *_newest(bought_at, lengths, lines))


def _encode(basket: set[str], skus: list[str], codes: dict[str, int]) -> list[int]:
    """The codes of a basket's products; a product never seen gets the next one."""
    if len(basket) < 2:
        return []
    for sku in basket:
        if sku not in codes:
            codes[sku] = len(skus)
            skus.append(sku)
    return sorted(codes[sku] for sku in basket)


def _newest(
    bought_at: NDArray[np.int64], lengths: NDArray[np.int64], lines: Ints
) -> tuple[NDArray[np.int64], NDArray[np.int64], Ints]:
    """The newest baskets that have room within MOST_LINES; all of them where there is room."""
    if len(lines) <= MOST_LINES:
        return bought_at, lengths, lines
    newest_first = np.argsort(-bought_at, kind="stable")
    kept = np.zeros(len(lengths), bool)
    kept[newest_first[np.cumsum(lengths[newest_first]) <= MOST_LINES]] = True
    return bought_at[kept], lengths[kept], lines[np.repeat(kept, lengths)]


def _index(
    skus: list[str],
    codes: dict[str, int],
    bought_at: NDArray[np.int64],
    lengths: NDArray[np.int64],
    lines: Ints,
) -> Knowledge:
    weights = decay.basket_weights(bought_at, lengths)
    owners = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return Knowledge(
        skus=skus,
        codes=codes,
        bought_at=bought_at,
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
