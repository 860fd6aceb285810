"""Selections encoded once: the JSON of an object is reused as long as the object and the keys of its fields are the same.

A selection qualifies if its type is marked by `markers.encoded_once`, and each field is an attribute or marked as pure or keyed;
below it only attributes and pure resolvers are allowed. Its result is an `orjson.Fragment`, which only orjson can encode.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from graphql import FieldNode, GraphQLObjectType, get_named_type, is_abstract_type

from thriftshop.graphql.bounded import Bounded
from thriftshop.graphql.compiler.completion import Select
from thriftshop.graphql.compiler.fields import Field
from thriftshop.graphql.compiler.state import Path, State

FieldsOf = Callable[[GraphQLObjectType, list[FieldNode]], Sequence[Field]]
# The object, its keys and the JSON; the object is compared, because its address may be used again.
Entry = tuple[Any, tuple[Any, ...], orjson.Fragment]
Fragments = Bounded[tuple[Select, int], Entry]


def fragments(most: int = 50_000, most_size: int = 64_000_000) -> Fragments:
    """An empty store, limited by the number of fragments and their bytes."""
    return Bounded(most, most_size)


def once(select: Select, kind: GraphQLObjectType, fields: Sequence[Field], fields_of: FieldsOf) -> Select:
    """The same selection, encoded once if it qualifies."""
    own_key = (kind.extensions or {}).get("reuse_key")
    if own_key is None or not all(_qualifies(field, fields_of) for field in fields):
        return select
    keyed = [field for field in fields if _key(field) is not None]

    def encode(source: Any, path: Path | None, state: State) -> Any:
        keys = _keys(own_key, keyed, source, state) if state.fragments is not None else None
        if keys is None or state.fragments is None:
            return select(source, path, state)
        known = state.fragments.get((encode, id(source)))
        if known is not None and known[0] is source and known[1] == keys:
            return known[2]
        errors = len(state.errors)
        result = select(source, path, state)
        if result.__class__ is not dict or len(state.errors) != errors:
            return result
        data = orjson.dumps(result)
        fragment = orjson.Fragment(data)
        state.fragments.put((encode, id(source)), (source, keys, fragment), len(data))
        return fragment

    return encode


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
