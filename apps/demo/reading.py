"""Reads the shop's content (`content/*.toml`) into plain, unchanging data."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class Category:
    """A category. `parent` is a slug, empty for a root; `path` goes from the root to this category."""

    slug: str
    name: str
    about: str
    parent: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of products, and its values."""

    code: str
    name: str
    values: tuple[str, ...]
    labels: dict[str, str] = field(hash=False)

    def label(self, value: str) -> str:
        """A value as displayed in the shop."""
        return self.labels.get(value, value[:1].upper() + value[1:])


@dataclass(frozen=True, slots=True)
class Item:
    """A product. Prices are (days ago, pence), the first one from its first delivery."""

    sku: str
    name: str
    description: str
    category: str
    motif: str
    pattern: str
    attributes: dict[str, str] = field(hash=False)
    quantity: int
    prices: tuple[tuple[int, int], ...]

    @property
    def listed(self) -> int:
        """How many days ago it was first delivered."""
        return self.prices[0][0]

    @property
    def deliveries(self) -> tuple[tuple[int, int], ...]:
        """Its deliveries: (days ago, quantity). Larger quantities have a second delivery of half as many."""
        first = (self.listed, self.quantity)
        return (first, (self.listed // 2, (self.quantity + 1) // 2)) if self.quantity >= 8 else (first,)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. `likes` are the leaf categories in which they buy, the preferred ones more than once."""

    name: str
    email: str
    lines: tuple[str, ...]
    city: str
    region: str | None
    postcode: str
    likes: tuple[str, ...]
    since: int
    orders: int


@dataclass(frozen=True, slots=True)
class StockIncident:
    """A loss (of `quantity`) or a count (with a difference of `quantity`)."""

    sku: str
    quantity: int
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Goodwill:
    """A refund for an order, by its number."""

    order: int
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A scheduled change of prices to a percentage of the current ones."""

    skus: tuple[str, ...]
    share: int
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant of an experiment; `rate` is how many of a thousand visitors order something."""

    key: str
    value: str
    description: str
    rate: int


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment that begins a number of days ago and has visitors for some days.

    `ships` is the variant that is shipped the day after, with the reason; empty while it runs.
    """

    key: str
    title: str
    description: str
    goal: str
    min_lift: int
    visitors: int
    begins: int
    days: int
    daily: int
    default: str
    variants: tuple[Variant, ...]
    ships: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """The whole content."""

    categories: tuple[Category, ...]
    attributes: dict[str, Attribute]
    allowed: dict[str, tuple[str, ...]]
    items: tuple[Item, ...]
    kinds: dict[str, str]
    people: tuple[Person, ...]
    losses: tuple[StockIncident, ...]
    counts: tuple[StockIncident, ...]
    goodwill: tuple[Goodwill, ...]
    plans: tuple[PriceChange, ...]
    experiments: tuple[Experiment, ...]

    def root_of(self, category: str) -> str:
        """The slug of the root above a category."""
        return next(entry.path[0] for entry in self.categories if entry.slug == category)


@functools.cache
def content() -> Content:
    """The shop's content, read once."""
    tree = _read("categories.toml")
    incidents = _read("incidents.toml")
    return Content(
        categories=tuple(_categories(tree)),
        attributes={code: _attribute(code, raw) for code, raw in _read("vocabulary.toml").items()},
        allowed={root: tuple(branch["attributes"]) for root, branch in tree.items()},
        items=tuple(_item(raw) for path in sorted(CONTENT.glob("items/*.toml")) for raw in _load(path)["item"]),
        kinds=_read("kinds.toml"),
        people=_people(_read("people.toml")),
        losses=tuple(
            StockIncident(raw["sku"], raw["quantity"], raw["days"], raw["reason"]) for raw in incidents["loss"]
        ),
        counts=tuple(
            StockIncident(raw["sku"], raw["change"], raw["days"], raw["reason"]) for raw in incidents["count"]
        ),
        goodwill=tuple(Goodwill(**raw) for raw in incidents["goodwill"]),
        plans=tuple(PriceChange(**{**raw, "skus": tuple(raw["skus"])}) for raw in incidents["plan"]),
        experiments=tuple(_experiment(raw) for raw in _read("experiments.toml")["experiment"]),
    )


def _load(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _read(name: str) -> dict[str, Any]:
    return _load(CONTENT / name)


def _categories(nodes: dict[str, Any], above: tuple[str, ...] = ()) -> list[Category]:
    """The nodes of a table and all below them, each before those below it. A leaf is written [name, about]."""
    categories: list[Category] = []
    for slug, node in nodes.items():
        name, about = node if isinstance(node, list) else (node["name"], node["about"])
        path = (*above, slug)
        categories.append(Category(slug, name, about, above[-1] if above else "", path))
        categories += _categories({} if isinstance(node, list) else node.get("below", {}), path)
    return categories


def _attribute(code: str, raw: dict[str, Any]) -> Attribute:
    return Attribute(code, raw["name"], tuple(raw["values"]), raw.get("labels", {}))


def _item(raw: dict[str, Any]) -> Item:
    prices = tuple((days, pence) for days, pence in raw["prices"])
    return Item(**{"pattern": "plain", **raw, "prices": prices})


def _people(raw: dict[str, Any]) -> tuple[Person, ...]:
    likes = raw["likes"]
    return tuple(
        Person(
            name=person["name"],
            email=person["email"],
            lines=tuple(person["lines"]),
            city=person["city"],
            region=person.get("region"),
            postcode=person["postcode"],
            likes=tuple(leaf for interest in person["likes"] for leaf in likes[interest]),
            since=person["since"],
            orders=person["orders"],
        )
        for person in raw["person"]
    )


def _experiment(raw: dict[str, Any]) -> Experiment:
    variants = tuple(Variant(**variant) for variant in raw["variants"])
    return Experiment(**{**raw, "variants": variants, "ships": tuple(raw.get("ships", ()))})
