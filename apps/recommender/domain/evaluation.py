"""Evaluation: lines of later baskets are hidden one at a time and guessed from the basket's other lines."""

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

# Guesses the hidden line from the visible ones, likeliest first.
Guesser = Callable[[Sequence[str]], Sequence[str]]


class Question(NamedTuple):
    """A basket with one line hidden. `basket` is its number; `stands_for` is the number of its lines it represents."""

    basket: int
    seen: Sequence[str]
    hidden: str
    stands_for: float


class Quality(NamedTuple):
    """The share of right guesses, from 0 to 1: the hit rate per basket, recall per line."""

    hit_rate: float
    recall: float


def split(baskets: Iterable[Basket]) -> tuple[list[Basket], list[Basket]]:
    """Baskets of two products or more, ordered by time: the training set, and the last HELD_OUT as the test set."""
    usable = [basket for basket in baskets if len(set(basket.skus)) > 1]
    usable.sort(key=lambda one: (one.bought_at, sorted(one.skus)))
    cut = round(len(usable) * (1 - HELD_OUT))
    return usable[:cut], usable[cut:]


def questions(held_out: Sequence[Basket], lines_per_basket: int, seed: int = 0) -> Iterator[Question]:
    """Hides each basket's lines in turn: `lines_per_basket` random ones, or all of them if it is 0."""
    generator = random.Random(seed)
    for number, basket in enumerate(held_out):
        lines = sorted(set(basket.skus))
        drawn = lines if not lines_per_basket else generator.sample(lines, min(lines_per_basket, len(lines)))
        for hidden in drawn:
            yield Question(number, [sku for sku in lines if sku != hidden], hidden, len(lines) / len(drawn))


def judge(questions: Iterable[Question], guessers: Mapping[str, Guesser]) -> dict[str, Quality]:
    """The quality of each guesser over the same questions; 0 without questions."""
    shares: dict[str, Counter[int]] = {name: Counter() for name in guessers}
    found = dict.fromkeys(guessers, 0.0)
    times_asked: Counter[int] = Counter()
    lines = 0.0
    for question in questions:
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


def guessers(training: Sequence[Basket]) -> dict[str, Guesser]:
    """The recommender and the baselines, by the names in the report."""
    known = knowledge.learn(Knowledge(), training)
    return {
        "random": at_random(known.skus),
        "popularity": by_popularity(training, lambda _: 1.0),
        "popularity, fading": by_popularity(training, decay.popularity_weight),
        "plain co-occurrence": by_co_occurrence(_plain(known), damping=0.0),
        "weighted co-occurrence": by_co_occurrence(known, ranking.LOOK_UP_DAMPING),
        "recommender": by_recommender(known),
    }


def at_random(skus: Sequence[str], seed: int = 0) -> Guesser:
    """Random products that are not in the basket."""
    generator = random.Random(seed)

    def guess(seen: Sequence[str]) -> list[str]:
        drawn = generator.sample(skus, min(len(skus), GUESSES + len(seen)))
        return [sku for sku in drawn if sku not in set(seen)][:GUESSES]

    return guess


def by_popularity(training: Sequence[Basket], weight: Callable[[int], float]) -> Guesser:
    """Products in the most baskets by weight that are not in this one."""
    counts: dict[str, float] = {}
    for basket in training:
        for sku in set(basket.skus):
            counts[sku] = counts.get(sku, 0.0) + weight(basket.bought_at)
    best = sorted(counts, key=lambda sku: (-counts[sku], sku))

    def guess(seen: Sequence[str]) -> list[str]:
        skipped = set(seen)
        return [sku for sku in best[: GUESSES + len(skipped)] if sku not in skipped][:GUESSES]

    return guess


def by_co_occurrence(known: Knowledge, damping: float) -> Guesser:
    """Products bought most often with those in the basket."""

    def guess(seen: Sequence[str]) -> list[str]:
        seeds = ranking.codes_of(known, seen)
        found = ranking.look_up(known, seeds, np.ones(len(seeds)), GUESSES, damping)
        return [known.skus[code] for code in found]

    return guess


def by_recommender(known: Knowledge) -> Guesser:
    """The recommender's results for the basket if all products were for sale."""

    def guess(seen: Sequence[str]) -> list[str]:
        seeds = ranking.codes_of(known, seen)
        emphasis = np.ones(len(seeds))
        found, _ = ranking.rank(known, seeds, emphasis, ranking.look_up(known, seeds, emphasis))
        return [known.skus[code] for code in found[:GUESSES]]

    return guess


def _plain(known: Knowledge) -> Knowledge:
    """The same baskets with equal weights."""
    return dataclasses.replace(known, weights=np.ones_like(known.weights))
