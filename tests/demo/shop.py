"""A demo shop small enough to be loaded in every test: a dozen items, four customers, some fifteen orders."""

import dataclasses
import itertools

from apps.demo import reading


def small_experiments(whole):
    """The experiments with five visitors a day for a week, most of whom order something."""
    for experiment in whole.experiments:
        variants = tuple(dataclasses.replace(variant, rate=variant.rate * 6) for variant in experiment.variants)
        yield dataclasses.replace(experiment, daily=5, days=7, variants=variants)


def small() -> reading.Content:
    """The content with a few items of three leaf categories, and four people who buy nothing else."""
    whole = reading.content()
    leaves = ("haberdashery", "tea-and-coffee", "pots-and-planters")
    by_leaf = itertools.groupby(whole.items, key=lambda item: item.category)
    items = tuple(item for leaf, group in by_leaf if leaf in leaves for item in itertools.islice(group, 4))
    return dataclasses.replace(
        whole,
        items=items,
        people=tuple(dataclasses.replace(person, likes=leaves, orders=3) for person in whole.people[2:6]),
        losses=(reading.StockIncident("HABE-002", 2, 30, "Rolled under the floor"),),
        counts=(reading.StockIncident("HABE-001", 1, 20, "One more on the top shelf"),),
        goodwill=(reading.Goodwill(1, 250, "A slow parcel"),),
        experiments=tuple(small_experiments(whole)),
        plans=(reading.PriceChange(("HABE-001", "TEAS-001"), 90, 9, "Winter week"),),
    )
