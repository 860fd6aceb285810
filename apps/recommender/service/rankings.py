"""Rankings and recommendations as they were last computed, until what they depend on changes."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.recommender.domain.basket_model import BasketModel
from apps.recommender.domain.product_table import ProductTable
from apps.recommender.domain.ranking import Codes
from idl import recommender

# A ranking takes some 4 kB, with its recommendations up to 10 kB.
MAX_RANKINGS = 5_000
# Longer lists of recommendations are put together for each request.
MAX_RECOMMENDATIONS = 20
# Baskets without any of the seeds change the order of a ranking little: it is computed again after this time.
MAX_AGE_SECONDS = 60.0

Stamp = tuple[int, int, int]


class Ranking(NamedTuple):
    """Products that go with others, best first, with their scores, and what they were chosen by."""

    stamp: Stamp  # of the baskets with its seeds
    made_at: float
    table: tuple[int, int]  # the serial number and the version of the table of products
    candidates: NDArray[np.int32]
    sellable: NDArray[np.bool_]
    codes: NDArray[np.int32]
    scores: NDArray[np.float64]
    recommendations: dict[int, tuple[int, list[recommender.Recommendation]]]  # by limit: the version and the list

    def is_valid(self, stamp: Stamp, table: ProductTable) -> bool:
        """Whether the baskets with its seeds are the same, and the same candidates are for sale."""
        serial, version = self.table
        if self.stamp != stamp or serial != table.serial or time.monotonic() - self.made_at > MAX_AGE_SECONDS:
            return False
        return version == table.version or (
            bool(self.candidates.all()) and np.array_equal(table.sellable[self.candidates], self.sellable)
        )


class Rankings:
    """The rankings used last, by what was asked for."""

    def __init__(self) -> None:
        self._rankings: OrderedDict[Hashable, Ranking] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, stamp: Stamp, table: ProductTable, make: Callable[[], Ranking]) -> Ranking:
        """The ranking of this key, made again if it is no longer valid."""
        ranking = self._rankings.get(key)
        if ranking is None or not ranking.is_valid(stamp, table):
            ranking = make()
        with self._lock:
            self._rankings[key] = ranking
            self._rankings.move_to_end(key)
            while len(self._rankings) > MAX_RANKINGS:
                self._rankings.popitem(last=False)
        return ranking


def stamp_of(model: BasketModel, seeds: Codes, generation: int) -> Stamp:
    """What changes when a basket with one of the seeds is added: how many there are, and the time of the last."""
    starts, ends = model.product_starts[seeds], model.product_starts[seeds + 1]
    if not len(seeds):
        return generation, 0, 0
    last = model.bought_at[model.product_baskets[ends - 1]]
    return generation, int((ends - starts).sum()), int(last.max())
