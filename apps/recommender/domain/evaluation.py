"""How good the recommendations are: lines of later baskets, hidden one at a time and guessed from the basket's others."""

import dataclasses
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from apps.recommender.domain import decay, knowledge, ranking
from apps.recommender.domain.knowledge import Basket, Knowledge

GUESSES = 10
HELD_OUT = 0.2

# From the lines that are seen to the guesses at the one that is not, the likeliest first.
Guesser = Callable[[Sequence[str]], Sequence[str]]


class Question(NamedTuple):
    """A basket with one line hidden. `basket` numbers the baskets; `stands_for` is how many of its lines this one does."""

    basket: int
    seen: Sequence[str]
    hidden: str
    stands_for: float


class Quality(NamedTuple):
    """How often a guesser was right, from 0 to 1: a basket counting once each, and a line counting once each."""

    hit_rate: float
    recall: float


def split(baskets: Iterable[Basket]) -> tuple[list[Basket], list[Basket]]:
    """Baskets of two products or more in the order of time: what is learnt from, and the last HELD_OUT to guess at."""
    usable = [basket for basket in baskets if len(set(basket.skus)) > 1]
    usable.sort(key=lambda one: (one.bought_at, sorted(one.skus)))
    cut = round(len(usable) * (1 - HELD_OUT))
    return usable[:cut], usable[cut:]


def questions(held_out: Sequence[Basket], lines_per_basket: int, seed: int = 0) -> Iterator[Question]:
    """Each basket's lines hidden in turn: all of them where `lines_per_basket` is 0, or else so many drawn by lot."""
    lot = random.Random(seed)
    for number, basket in enumerate(held_out):
        lines = sorted(set(basket.skus))
        drawn = lines if not lines_per_basket else lot.sample(lines, min(lines_per_basket, len(lines)))
        for hidden in drawn:
            yield Question(number, [sku for sku in lines if sku != hidden], hidden, len(lines) / len(drawn))


def judge(asked: Iterable[Question], guessers: Mapping[str, Guesser]) -> dict[str, Quality]:
    """The quality of each guesser over the same questions; of no questions it is 0."""
    shares: dict[str, Counter[int]] = {name: Counter() for name in guessers}
    found = dict.fromkeys(guessers, 0.0)
    times_asked: Counter[int] = Counter()
    lines = 0.0
    for question in asked:
        times_asked[question.basket] += 1
        lines += question.stands_for
        for name, guess in guessers.items():
            if question.hidden in list(guess(question.seen))[:GUESSES]:
                shares[name][question.basket] += 1
                found[name] += question.stands_for
    return {
        name: Quality(
            sum(hits / times_asked[basket] for basket, hits in shares[name].items()) / max(1, len(times_asked)),
            found[name] / max(1.0, lines),
        )
        for name in guessers
    }


def guessers(learnt_from: Sequence[Basket]) -> dict[str, Guesser]:
    """The recommender and what to hold it against, by the names under which they are reported."""
    known = knowledge.learn(Knowledge(), learnt_from)
    return {
        "random": by_lot(known.skus),
        "popularity": by_popularity(learnt_from, lambda _: 1.0),
        "popularity, fading": by_popularity(learnt_from, decay.popularity_weight),
        "plain co-occurrence": by_co_occurrence(_plain(known), damping=0.0),
        "weighted co-occurrence": by_co_occurrence(known, ranking.LOOK_UP_DAMPING),
        "recommender": by_recommender(known),
    }


def by_lot(skus: Sequence[str], seed: int = 0) -> Guesser:
    """Any products that are not in the basket."""
    lot = random.Random(seed)

    def guess(seen: Sequence[str]) -> list[str]:
        drawn = lot.sample(skus, min(len(skus), GUESSES + len(seen)))
        return [sku for sku in drawn if sku not in set(seen)][:GUESSES]

    return guess


def by_popularity(learnt_from: Sequence[Basket], weight: Callable[[int], float]) -> Guesser:
    """What was in the most baskets, each with its weight, and is not in this one."""
    counts: dict[str, float] = {}
    for basket in learnt_from:
        for sku in set(basket.skus):
            counts[sku] = counts.get(sku, 0.0) + weight(basket.bought_at)
    best = sorted(counts, key=lambda sku: (-counts[sku], sku))

    def guess(seen: Sequence[str]) -> list[str]:
        passed = set(seen)
        return [sku for sku in best[: GUESSES + len(passed)] if sku not in passed][:GUESSES]

    return guess


def by_co_occurrence(known: Knowledge, damping: float) -> Guesser:
    """What was bought most with what is in the basket."""

    def guess(seen: Sequence[str]) -> list[str]:
        seeds = ranking.codes_of(known, seen)
        found = ranking.look_up(known, seeds, np.ones(len(seeds)), GUESSES, damping)
        return [known.skus[code] for code in found]

    return guess


def by_recommender(known: Knowledge) -> Guesser:
    """What the recommender would show beside this basket, were everything for sale."""

    def guess(seen: Sequence[str]) -> list[str]:
        seeds = ranking.codes_of(known, seen)
        emphasis = np.ones(len(seeds))
        found, _ = ranking.rank(known, seeds, emphasis, ranking.look_up(known, seeds, emphasis))
        return [known.skus[code] for code in found[:GUESSES]]

    return guess


def _plain(known: Knowledge) -> Knowledge:
    """The same baskets, each counting the same."""
    return dataclasses.replace(known, weights=np.ones_like(known.weights))
