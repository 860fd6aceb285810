"""Selections encoded once: the JSON of an object is reused as long as the object and the keys of its fields are the same.

A selection qualifies if its type is marked by `markers.encoded_once`, and each field is an attribute or marked as pure or keyed;
below it only attributes and pure resolvers are allowed. Its result is an `orjson.Fragment`, which only orjson can encode.
"""

import itertools
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, NamedTuple, Protocol

import orjson
from graphql import FieldNode, GraphQLObjectType, get_named_type, is_abstract_type

from thriftshop.graphql.compiler.completion import Select
from thriftshop.graphql.compiler.fields import Field
from thriftshop.graphql.compiler.state import Path, State

FieldsOf = Callable[[GraphQLObjectType, list[FieldNode]], Sequence[Field]]
Read = Callable[[Any, State], Any]


class Entry(NamedTuple):
    """The JSON of an object, and the keys for which it holds. The object is compared: its address may be used again."""

    source: Any
    keys: tuple[Any, ...]
    fragment: orjson.Fragment
    size: int  # in bytes
    stored_at: float  # monotonic


class Statistics(Protocol):
    """What a store of fragments counts, for metrics."""

    misses: int
    evictions: int

    def hit(self, age: float) -> None:
        """Count a fragment that was reused, by its age in seconds."""


class Uncounted:
    """The statistics of a store that has none."""

    misses = evictions = 0

    def hit(self, age: float) -> None:
        """Count nothing."""


class Fragments:
    """The fragments that were encoded last, limited by number and bytes; the oldest are dropped first."""

    def __init__(self, most: int = 50_000, most_size: int = 64_000_000) -> None:
        self.statistics: Statistics = Uncounted()
        self.most = most
        self.most_size = most_size
        self.size = 0
        self._entries: dict[tuple[int, int], Entry] = {}
        self._lock = threading.Lock()
        self.get = self._entries.get

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, key: tuple[int, int], entry: Entry) -> None:
        """Keep a fragment that had to be encoded."""
        with self._lock:
            self.statistics.misses += 1
            self._drop(key)
            self._entries[key] = entry
            self.size += entry.size
            while len(self._entries) > self.most or self.size > self.most_size:
                self._drop(next(iter(self._entries)))
                self.statistics.evictions += 1

    def _drop(self, key: tuple[int, int]) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= entry.size


class Selection:
    """A selection that is encoded once per object and keys."""

    def __init__(self, number: int, own_key: Any, keyed: list[Field], select: Select) -> None:
        self.number = number
        self.own_key = own_key
        self.keyed = keyed
        self.execute = select

    def read(self, source: Any, state: State) -> orjson.Fragment | None:
        """The JSON of an object, if it is known."""
        if state.fragments is None:
            return None
        entry = state.fragments.get((self.number, id(source)))
        if entry is None or entry.source is not source or entry.keys != _keys(self.own_key, self.keyed, source, state):
            return None
        state.fragments.statistics.hit(monotonic() - entry.stored_at)
        fragment: orjson.Fragment = entry.fragment
        return fragment

    def select(self, source: Any, path: Path | None, state: State) -> Any:
        """The JSON of an object; encodes it if it is not known."""
        known = self.read(source, state)
        if known is not None:
            return known
        keys = _keys(self.own_key, self.keyed, source, state) if state.fragments is not None else None
        errors = len(state.errors)
        result = self.execute(source, path, state)
        if keys is None or result.__class__ is not dict or len(state.errors) != errors:
            return result
        data = orjson.dumps(result)
        fragment = orjson.Fragment(data)
        state.fragments.put((self.number, id(source)), Entry(source, keys, fragment, len(data), monotonic()))
        return fragment


_numbers = itertools.count(1)


def selection(
    select: Select, kind: GraphQLObjectType, fields: Sequence[Field], fields_of: FieldsOf
) -> Selection | None:
    """The same selection, encoded once; None if it does not qualify."""
    own_key = (kind.extensions or {}).get("reuse_key")
    if own_key is None or not all(_qualifies(field, fields_of) for field in fields):
        return None
    return Selection(next(_numbers), own_key, [field for field in fields if _key(field) is not None], select)


def _keys(own_key: Callable[[Any, Any], Any], keyed: list[Field], source: Any, state: State) -> tuple[Any, ...] | None:
    """The keys of an object and its fields; None if one is not known."""
    key = own_key(source, state.context)
    if key is None:
        return None
    keys = [key]
    for field in keyed:
        key = field.resolve.reuse_key(source, state.context)  # type: ignore[attr-defined]
        if key is None:
            return None
        keys.append(key)
        if field.has_arguments and field.constants is None:
            keys.append(field.arguments(state))
    return tuple(keys)


def _key(field: Field) -> Any:
    return getattr(field.resolve, "reuse_key", None)


def _qualifies(field: Field, fields_of: FieldsOf) -> bool:
    return (_key(field) is not None or _is_pure(field)) and _is_pure_below(field, fields_of)


def _is_pure(field: Field) -> bool:
    if field.is_type_name:
        return True
    is_plain = bool(field.attribute) or getattr(field.resolve, "is_pure", False)
    return is_plain and not field.has_arguments


def _is_pure_below(field: Field, fields_of: FieldsOf) -> bool:
    kind = get_named_type(field.definition.type)
    if is_abstract_type(kind):
        return False
    if not isinstance(kind, GraphQLObjectType):
        return True
    if kind.is_type_of is not None:
        return False
    return all(_is_pure(below) and _is_pure_below(below, fields_of) for below in fields_of(kind, field.nodes))
