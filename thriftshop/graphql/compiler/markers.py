"""What the author of a schema may declare of resolvers and types, so that their values are read faster and encoded once.

`pure` and `keyed` mark resolvers, `encoded_once` marks object types. Unmarked ones are always correct, only slower.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from graphql import GraphQLSchema

R = TypeVar("R", bound=Callable[..., Any])
# From an object and the context: a value that is equal as long as the field's value is the same; None if that is not known.
Key = Callable[[Any, Any], Any]


def pure(resolve: R, reader: Callable[[Any], Any] | None = None) -> R:
    """Mark a resolver that depends on its object alone and ignores `info`, which may be None.

    `reader` gives the same value for most objects and raises an exception for those that need the resolver.
    """
    resolve.is_pure = reader is None  # type: ignore[attr-defined]
    resolve.reader = reader or (lambda source: resolve(source, None))  # type: ignore[attr-defined]
    return resolve


def keyed(key: Key) -> Callable[[R], R]:
    """Mark a resolver whose value depends on its object, its arguments and a key."""

    def mark(resolve: R) -> R:
        resolve.reuse_key = key  # type: ignore[attr-defined]
        return resolve

    return mark


def encoded_once(schema: GraphQLSchema, keys: Mapping[str, Key]) -> None:
    """Mark object types whose selections are encoded once per object and key. Raises KeyError for an unknown type."""
    for name, key in keys.items():
        kind = schema.type_map[name]
        kind.extensions = {**(kind.extensions or {}), "reuse_key": key}
