"""Visits: the products that were viewed, or put into a cart, in one session; they count as baskets of less evidence."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain import basket_model, decay
from apps.recommender.domain.basket_model import BasketModel, Floats, Ints

# The newest lines that are kept, in the table and in memory. A line takes some 20 bytes of memory, as those of baskets.
MAX_LINES = 100_000
# The most products of one visit that count as a basket: a longer list says little about which belong together.
MAX_PRODUCTS = 100
Longs = NDArray[np.int64]


class Line(NamedTuple):
    """A product that was viewed, or put into a cart, in a visit; the time is that of the last time, in milliseconds."""

    key: int
    visit: int
    sku: str
    is_cart: bool
    seen_at: int


def line_of(visitor: str, session: str, sku: str, is_cart: bool, seen_at: int) -> Line:
    """The line of an event. The key and the visit are digests, which lead neither to the visitor nor to the session."""
    visit = f"{visitor} {session}"
    return Line(_digest(f"{visit} {sku} {'cart' if is_cart else 'view'}"), _digest(visit), sku, is_cart, seen_at)


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def _longs() -> Longs:
    return np.zeros(0, np.int64)


@dataclass(frozen=True)
class Lines:
    """Lines as arrays; a product's code is its index in `skus`, to which the lines of later ones are appended."""

    skus: list[str] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    visits: Longs = field(default_factory=_longs)
    products: Longs = field(default_factory=_longs)
    is_cart: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    seen_at: Longs = field(default_factory=_longs)


class Baskets(NamedTuple):
    """The baskets of visits, sorted like those of a model, by the codes of `Lines`, with the evidence of each."""

    skus: list[str]
    bought_at: Longs
    digests: Longs
    lengths: Longs
    products: Longs
    evidence: Floats


NONE = Baskets([], _longs(), _longs(), _longs(), _longs(), np.zeros(0, np.float32))


def add_lines(lines: Lines, new: Sequence[Line]) -> Lines:
    """The lines with new ones, which are the newest; the oldest beyond MAX_LINES are dropped. A line may be repeated."""
    skus, codes = list(lines.skus), dict(lines.codes)
    for line in new:
        if line.sku not in codes:
            codes[line.sku] = len(skus)
            skus.append(line.sku)
    added = [
        np.array([line.visit for line in new], np.int64),
        np.array([codes[line.sku] for line in new], np.int64),
        np.array([line.is_cart for line in new], np.bool_),
        np.array([line.seen_at for line in new], np.int64),
    ]
    stored = (lines.visits, lines.products, lines.is_cart, lines.seen_at)
    joined = [np.concatenate(each)[-MAX_LINES:] for each in zip(stored, added, strict=True)]
    return Lines(skus, codes, *joined)


def baskets_of(lines: Lines) -> Baskets:
    """The baskets of visits: of all products, as viewed together, and of those that were put into carts."""
    visits, owners = np.unique(lines.visits, return_inverse=True)
    seen_at = np.zeros(len(visits), np.int64)
    np.maximum.at(seen_at, owners, lines.seen_at)
    viewed = _grouped(owners, lines.products, len(lines.skus))
    carted = _grouped(owners[lines.is_cart], lines.products[lines.is_cart], len(lines.skus))
    whose = np.concatenate([viewed[0], carted[0]])
    evidence = np.repeat(np.array([decay.VIEW, decay.CART], np.float32), [len(viewed[0]), len(carted[0])])
    order = np.lexsort((evidence, visits[whose], seen_at[whose]))
    arranged = basket_model.arranged(
        order,
        seen_at[whose],
        visits[whose],
        np.concatenate([viewed[1], carted[1]]),
        np.concatenate([viewed[2], carted[2]]),
    )
    return Baskets(lines.skus, *arranged, evidence[order])


def _grouped(owners: Longs, products: Longs, size: int) -> tuple[Longs, Longs, Longs]:
    """The visits with two products or more, but not too many; how many each has; and the products of all, each once."""
    pairs = np.unique(owners * max(size, 1) + products)
    visits, codes = np.divmod(pairs, max(size, 1))
    lengths = np.bincount(visits)
    is_usable = (lengths > 1) & (lengths <= MAX_PRODUCTS)
    whose: Longs = np.flatnonzero(is_usable).astype(np.int64)
    return whose, lengths[whose].astype(np.int64), codes[is_usable[visits]]


def with_visits(model: BasketModel, visits: Baskets) -> BasketModel:
    """The model of purchases with the baskets of visits; without visits it is the same."""
    if not len(visits.lengths):
        return model
    skus, codes, lines = basket_model.with_skus(model, set(visits.skus))
    own: Ints = np.array([codes[sku] for sku in visits.skus], np.int32)
    bought_at = np.concatenate([model.bought_at, visits.bought_at])
    digests = np.concatenate([model.digests, visits.digests])
    evidence = np.concatenate([np.ones(model.baskets, np.float32), visits.evidence])
    order = np.argsort(bought_at, kind="stable")  # fast, because both parts are sorted
    lengths = np.concatenate([np.diff(model.starts), visits.lengths])
    every = np.concatenate([lines, own[visits.products]])
    return basket_model.indexed(
        skus, codes, *basket_model.arranged(order, bought_at, digests, lengths, every), evidence[order]
    )
