"""The state of one execution: its variables, context and errors."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo
from graphql.pyutils import Path as CorePath

# The path of a value in the response: (path of its parent, key, name of the parent's type). Plain tuples are four times
# as fast to create as graphql-core's named ones.
Path = tuple[Any, str | int, str | None]


def keys(path: Path | None) -> list[str | int]:
    """The keys of a path, from the root."""
    result: list[str | int] = []
    while path is not None:
        result.append(path[1])
        path = path[0]
    return result[::-1]


def _core_path(path: Path | None) -> CorePath | None:
    return None if path is None else CorePath(_core_path(path[0]), path[1], path[2])


class Info(GraphQLResolveInfo):
    """The second argument of resolvers; creates its path only when it is used."""

    @property
    def path(self) -> CorePath | None:  # type: ignore[override]
        """The response path of the field."""
        return _core_path(tuple.__getitem__(self, 4))


class State:
    """One execution of a plan. `rest` are the last values of its resolvers' `Info`; `fragments` is a store, or None."""

    __slots__ = (
        "arguments",
        "context",
        "errors",
        "fragments",
        "is_awaitable",
        "nulled",
        "rest",
        "type_resolver",
        "variables",
    )

    def __init__(
        self,
        variables: dict[str, Any],
        rest: tuple[Any, ...],
        is_awaitable: Callable[[Any], bool],
        type_resolver: Callable[..., Any],
        context: Any = None,
        fragments: Any = None,
    ) -> None:
        self.variables = variables
        self.rest = rest
        self.is_awaitable = is_awaitable
        self.type_resolver = type_resolver
        self.context = context
        self.fragments = fragments
        self.arguments: dict[int, dict[str, Any]] = {}
        self.errors: list[GraphQLError] = []
        self.nulled: set[Path | None] = set()

    def add(self, error: GraphQLError, path: Path | None) -> None:
        """Add an error, unless its position or one above it is null because of another error."""
        position = path
        while position is not None:
            if position in self.nulled:
                return
            position = position[0]
        if None not in self.nulled:
            self.nulled.add(path)
            self.errors.append(error)
