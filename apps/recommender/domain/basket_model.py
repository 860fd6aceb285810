"""The model: weighted baskets as sparse arrays, indexed by basket and by product."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain import decay

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Codes = TypeVar("Codes", np.int32, np.int64)

# The oldest baskets beyond this number of lines are dropped. A line takes some 20 bytes of memory.
MAX_LINES = 500_000


class Basket(NamedTuple):
    """Products bought together, and the time of purchase in milliseconds."""

    bought_at: int
    skus: Sequence[str]


def _empty_ints() -> Ints:
    return np.zeros(0, np.int32)


def _empty_floats() -> Floats:
    return np.zeros(0, np.float32)


@dataclass(frozen=True)
class BasketModel:
    """Baskets of two products or more as arrays; a product's code is its index in `skus`, which are sorted.

    Baskets are purchases; those of visits are included by `visits.with_visits`.

    Baskets are sorted by time, then by digest, so that equal sets of baskets give equal sums and equal rankings.

    Basket b contains the codes `lines[starts[b]:starts[b + 1]]`; product p is in the baskets
    `product_baskets[product_starts[p]:product_starts[p + 1]]`.
    """

    skus: list[str] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    bought_at: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    digests: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # a digest of each basket's SKUs
    lines: Ints = field(default_factory=_empty_ints)
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    product_baskets: Ints = field(default_factory=_empty_ints)
    product_starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    weights: Floats = field(default_factory=_empty_floats)  # of each basket, 1 on average for purchases
    product_weights: Floats = field(default_factory=_empty_floats)  # of each product: the weights of its baskets

    @property
    def baskets(self) -> int:
        """The number of baskets."""
        return len(self.starts) - 1


def add_baskets(model: BasketModel, baskets: Sequence[Basket]) -> BasketModel:
    """The model with these baskets added. Their order makes no difference."""
    new = [(basket.bought_at, sorted(set(basket.skus))) for basket in baskets]
    new = [(bought_at, skus) for bought_at, skus in new if len(skus) > 1]
    if not new and model.baskets:
        return model
    skus, codes, model_lines = with_skus(model, {sku for _, basket in new for sku in basket})
    lengths = np.concatenate([np.diff(model.starts), [len(basket) for _, basket in new]]).astype(np.int64)
    bought_at = np.concatenate([model.bought_at, np.array([at for at, _ in new], np.int64)])
    digests = np.concatenate([model.digests, np.array([_digest(basket) for _, basket in new], np.int64)])
    lines = np.concatenate([model_lines, np.array([codes[sku] for _, basket in new for sku in basket], np.int32)])
    order = np.lexsort((digests, bought_at))
    order = order[np.cumsum(lengths[order][::-1])[::-1] <= MAX_LINES]
    return indexed(skus, codes, *arranged(order, bought_at, digests, lengths, lines))


def with_skus(model: BasketModel, added: set[str]) -> tuple[list[str], dict[str, int], Ints]:
    """The sorted SKUs of the model with those added, their codes, and the model's lines in these codes."""
    if added <= model.codes.keys():
        return model.skus, model.codes, model.lines
    skus = sorted(model.codes.keys() | added)
    codes = {sku: code for code, sku in enumerate(skus)}
    return skus, codes, np.array([codes[sku] for sku in model.skus], np.int32)[model.lines]


def _digest(skus: Sequence[str]) -> int:
    return int.from_bytes(hashlib.blake2b("\n".join(skus).encode(), digest_size=8).digest(), "big", signed=True)


def arranged(
    order: NDArray[np.int64],
    bought_at: NDArray[np.int64],
    digests: NDArray[np.int64],
    lengths: NDArray[np.int64],
    lines: NDArray[Codes],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[Codes]]:
    """These baskets in this order; those that are not in it are left out."""
    if np.array_equal(order, np.arange(len(lengths))):
        return bought_at, digests, lengths, lines
    offsets = np.arange(lengths[order].sum()) - np.repeat(_starts(lengths[order])[:-1], lengths[order])
    positions = np.repeat(_starts(lengths)[:-1][order], lengths[order]) + offsets
    return bought_at[order], digests[order], lengths[order], lines[positions]


def indexed(
    skus: list[str],
    codes: dict[str, int],
    bought_at: NDArray[np.int64],
    digests: NDArray[np.int64],
    lengths: NDArray[np.int64],
    lines: Ints,
    evidence: Floats | None = None,
) -> BasketModel:
    """The model of baskets that are sorted by time and digest; see `decay.basket_weights` for the evidence."""
    weights = decay.basket_weights(bought_at, lengths, evidence)
    line_baskets = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return BasketModel(
        skus=skus,
        codes=codes,
        bought_at=bought_at,
        digests=digests,
        lines=lines,
        starts=_starts(lengths),
        product_baskets=line_baskets[_order_by_code(lines, len(skus))],
        product_starts=_starts(np.bincount(lines, minlength=len(skus))),
        weights=weights,
        product_weights=np.bincount(lines, weights[line_baskets], len(skus)).astype(np.float32),
    )


def _order_by_code(lines: Ints, products: int) -> NDArray[np.int64]:
    """The indices of the lines ordered by code; numpy sorts 16-bit numbers several times faster."""
    return np.argsort(lines.astype(np.uint16) if products <= 1 << 16 else lines, kind="stable")


def _starts(lengths: NDArray[Any]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
