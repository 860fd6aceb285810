"""Evaluation: lines of later baskets are hidden one at a time and predicted from the basket's other lines."""

import dataclasses
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from apps.recommender.domain import basket_model, decay, ranking
from apps.recommender.domain.basket_model import Basket, BasketModel

MAX_PREDICTIONS = 10
TEST_SHARE = 0.2

# Predicts the hidden line from the visible ones, most likely first.
Predictor = Callable[[Sequence[str]], Sequence[str]]


class HiddenLine(NamedTuple):
    """A hidden line of a basket (given by its number), and the visible lines. `weight` is the number of lines it represents."""

    basket: int
    visible: Sequence[str]
    sku: str
    weight: float


class Quality(NamedTuple):
    """The share of correct predictions, from 0 to 1: the hit rate averages over baskets, the recall over lines."""

    hit_rate: float
    recall: float


def split(baskets: Iterable[Basket]) -> tuple[list[Basket], list[Basket]]:
    """Baskets of two products or more, ordered by time: the training set, and the last TEST_SHARE as the test set."""
    usable = [basket for basket in baskets if len(set(basket.skus)) > 1]
    usable.sort(key=lambda basket: (basket.bought_at, sorted(basket.skus)))
    cut = round(len(usable) * (1 - TEST_SHARE))
    return usable[:cut], usable[cut:]


def hide_lines(test_baskets: Sequence[Basket], lines_per_basket: int, seed: int = 0) -> Iterator[HiddenLine]:
    """Hide each basket's lines in turn: `lines_per_basket` random ones, or all of them if it is 0."""
    generator = random.Random(seed)
    for number, basket in enumerate(test_baskets):
        lines = sorted(set(basket.skus))
        sample = lines if not lines_per_basket else generator.sample(lines, min(lines_per_basket, len(lines)))
        for hidden in sample:
            yield HiddenLine(number, [sku for sku in lines if sku != hidden], hidden, len(lines) / len(sample))


def evaluate(hidden_lines: Iterable[HiddenLine], predictors: Mapping[str, Predictor]) -> dict[str, Quality]:
    """The quality of each predictor for the same hidden lines; 0 without any."""
    hits: dict[str, Counter[int]] = {name: Counter() for name in predictors}
    weighted_hits = dict.fromkeys(predictors, 0.0)
    predictions: Counter[int] = Counter()
    lines = 0.0
    for line in hidden_lines:
        predictions[line.basket] += 1
        lines += line.weight
        for name, predict in predictors.items():
            if line.sku in list(predict(line.visible))[:MAX_PREDICTIONS]:
                hits[name][line.basket] += 1
                weighted_hits[name] += line.weight
    return {
        name: Quality(
            sum(count / predictions[basket] for basket, count in hits[name].items()) / max(1, len(predictions)),
            weighted_hits[name] / max(1.0, lines),
        )
        for name in predictors
    }


def predictors(training: Sequence[Basket]) -> dict[str, Predictor]:
    """The recommender and the baselines, by their names in the report."""
    model = basket_model.add_baskets(BasketModel(), training)
    return {
        "random": random_predictor(model.skus),
        "popularity": popularity_predictor(training, lambda _: 1.0),
        "popularity, fading": popularity_predictor(training, decay.popularity_weight),
        "plain co-occurrence": co_occurrence_predictor(_with_equal_weights(model), damping=0.0),
        "weighted co-occurrence": co_occurrence_predictor(model, ranking.CANDIDATE_DAMPING),
        "recommender": recommender_predictor(model),
    }


def random_predictor(skus: Sequence[str], seed: int = 0) -> Predictor:
    """Random products that are not in the basket."""
    generator = random.Random(seed)

    def predict(visible: Sequence[str]) -> list[str]:
        sample = generator.sample(skus, min(len(skus), MAX_PREDICTIONS + len(visible)))
        return [sku for sku in sample if sku not in set(visible)][:MAX_PREDICTIONS]

    return predict


def popularity_predictor(training: Sequence[Basket], weight: Callable[[int], float]) -> Predictor:
    """The products with the greatest weight of baskets that are not in this one."""
    counts: dict[str, float] = {}
    for basket in training:
        for sku in set(basket.skus):
            counts[sku] = counts.get(sku, 0.0) + weight(basket.bought_at)
    best = sorted(counts, key=lambda sku: (-counts[sku], sku))

    def predict(visible: Sequence[str]) -> list[str]:
        excluded = set(visible)
        return [sku for sku in best[: MAX_PREDICTIONS + len(excluded)] if sku not in excluded][:MAX_PREDICTIONS]

    return predict


def co_occurrence_predictor(model: BasketModel, damping: float) -> Predictor:
    """The products bought most often with those in the basket."""

    def predict(visible: Sequence[str]) -> list[str]:
        seeds = ranking.codes_of(model, visible)
        codes = ranking.find_candidates(model, seeds, np.ones(len(seeds)), MAX_PREDICTIONS, damping)
        return [model.skus[code] for code in codes]

    return predict


def recommender_predictor(model: BasketModel) -> Predictor:
    """The recommender's results for the basket if all products were for sale."""

    def predict(visible: Sequence[str]) -> list[str]:
        seeds = ranking.codes_of(model, visible)
        seed_weights = np.ones(len(seeds))
        codes, _ = ranking.rank(model, seeds, seed_weights, ranking.find_candidates(model, seeds, seed_weights))
        return [model.skus[code] for code in codes[:MAX_PREDICTIONS]]

    return predict


def _with_equal_weights(model: BasketModel) -> BasketModel:
    """The same baskets with equal weights."""
    return dataclasses.replace(model, weights=np.ones_like(model.weights))
