"""A demo shop small enough to be loaded in every test: two things of each leaf, four customers."""

import dataclasses
import itertools

from apps.demo import reading


def small() -> reading.Content:
    """The content with few things and few people, the four who buy most among what there is."""
    whole = reading.content()
    by_leaf = itertools.groupby(whole.things, key=lambda thing: thing.category)
    leaves = ("tea-and-coffee", "haberdashery", "folk-and-pop", "fiction", "workshop", "pots-and-planters")
    things = tuple(thing for leaf, group in by_leaf if leaf in leaves for thing in itertools.islice(group, 6))
    skus = {thing.sku for thing in things}
    loss = reading.Doing("HABE-002", 2, 30, "Rolled under the floor")
    found = reading.Doing("HABE-001", 1, 20, "One more on the top shelf")
    return dataclasses.replace(
        whole,
        things=things,
        people=tuple(dataclasses.replace(one, orders=min(one.orders, 4)) for one in whole.people[:7]),
        losses=(loss,),
        counts=(found,),
        goodwill=whole.goodwill[:1],
        plans=(reading.PriceChange(tuple(sorted(skus))[:3], 90, 9, "Winter week"),),
    )
