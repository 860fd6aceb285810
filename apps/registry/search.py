"""Search over contracts, services, methods, types, members, topics and the GraphQL schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from apps.registry import places, schema, topics
from thriftshop import contracts
from thriftshop.contracts import parts

MAX_RESULTS = 100
MAX_QUERY = 200  # characters of a query


@dataclass(frozen=True, slots=True)
class Entry:
    """A search result: `where` is its full name."""

    kind: str
    name: str
    location: str
    doc: str
    href: str
    legacy: bool = False

    @property
    def text(self) -> str:
        """The text that is searched, in lower case."""
        return f"{self.kind} {self.location} {self.doc}".lower()


def find(query: str) -> list[Entry]:
    """The entries that contain all these words, best first: whole names, parts of names, descriptions."""
    terms = query.lower()[:MAX_QUERY].split()
    if not terms:
        return []
    hits = [entry for entry, text in _live() if all(word in text for word in terms)]
    return sorted(hits, key=lambda entry: (_rank(entry, terms), *_weight(entry)))


def _weight(entry: Entry) -> tuple[bool, bool, int, str]:
    """The order of equal ranks: contracts, GraphQL, contracts of 2018; short names first."""
    return entry.legacy, entry.kind.startswith("GraphQL"), len(entry.location), entry.location


def _rank(entry: Entry, terms: list[str]) -> int:
    name, location = entry.name.lower(), entry.location.lower()
    if " ".join(terms) in (name, location):
        return 0
    if all(name.startswith(word) for word in terms):
        return 1
    return 2 if all(word in location for word in terms) else 3


@lru_cache(maxsize=1)
def _live() -> list[tuple[Entry, str]]:
    return [(entry, entry.text) for entry in entries(contracts.live())]


def entries(library: contracts.Library) -> Iterator[Entry]:
    """All entries of these contracts and of the current GraphQL schema."""
    for contract in library:
        yield Entry("contract", contract.name, contract.name, contract.doc, places.contract(contract.name))
    for part in parts.of_all(library):
        if part.kind not in ("argument", "refusal"):
            declared = part.declared
            yield Entry(part.kind, declared.name, part.name, declared.doc, places.part(part), part.contract.is_legacy)
    for topic in topics.all_of(library):
        yield Entry("topic", topic.name, topic.name, topic.union.doc, places.topic(topic.name))
        for event in topic.union.fields:
            href = places.topic(topic.name, event.name)
            yield Entry("event", event.name, f"{topic.name}.{event.name}", event.doc, href)
    yield from _graphql()


def _graphql() -> Iterator[Entry]:
    for type_ in schema.types().values():
        yield Entry(f"GraphQL {type_.kind}", type_.name, type_.name, type_.doc, places.graphql_type(type_.name))
        for field in type_.fields:
            href = places.graphql_type(type_.name, field.name)
            yield Entry("GraphQL field", field.name, f"{type_.name}.{field.name}", field.doc, href)
