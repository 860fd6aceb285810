"""Random operations over a schema: aliases, merged fields, fragments, directives, arguments and variables."""

import random
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)

VARIABLES = "$number: Int, $text: String, $yes: Boolean!, $no: Boolean = false, $filter: Filter, $color: Color"


class Writer:
    """Writes one document for a schema."""

    def __init__(self, schema: GraphQLSchema, rng: random.Random) -> None:
        self.schema = schema
        self.rng = rng
        self.fragments: list[str] = []

    def document(self) -> tuple[str, dict[str, Any]]:
        """A document with one operation, and its variables."""
        rng = self.rng
        operation, root = (
            ("mutation", self.schema.mutation_type) if rng.random() < 0.2 else ("query", self.schema.query_type)
        )
        selection = self.selection(root, 0)
        variables: dict[str, Any] = {"yes": rng.random() < 0.5}
        for name, values in {
            "number": [3, None],
            "text": ["hello", None],
            "no": [True, False],
            "filter": [{"size": 3}, {"text": None, "nested": 4}, None],
            "color": ["RED", "BLUE"],
        }.items():
            if rng.random() < 0.6:
                variables[name] = rng.choice(values)
        return f"{operation} ({VARIABLES}) {selection}\n" + "\n".join(self.fragments), variables

    def selection(self, kind: Any, depth: int) -> str:
        """A selection on a type."""
        parts = [self._part(kind, depth) for _ in range(self.rng.randint(1, 5))]
        return "{ " + " ".join(parts) + " }"

    def _part(self, kind: Any, depth: int) -> str:
        drawn = self.rng.random()
        if drawn < 0.1 or not getattr(kind, "fields", None):
            if drawn < 0.5 and depth < 5:
                return self._inline(kind, depth)
            return f"{self.rng.choice(['', 't: '])}__typename{self._directives()}"
        if drawn < 0.25 and depth < 5:
            return self._inline(kind, depth)
        if drawn < 0.35 and depth < 5:
            return self._spread(kind, depth)
        return self._field(kind, depth)

    def _inline(self, kind: Any, depth: int) -> str:
        target = self._target(kind)
        condition = f" on {target.name}" if self.rng.random() < 0.8 or target is not kind else ""
        return f"...{condition}{self._directives()} {self.selection(target, depth + 1)}"

    def _spread(self, kind: Any, depth: int) -> str:
        if self.fragments and self.rng.random() < 0.4:
            return f"...F{self.rng.randrange(len(self.fragments))}{self._directives()}"
        target = self._target(kind)
        selection = self.selection(target, depth + 1)
        self.fragments.append(f"fragment F{len(self.fragments)} on {target.name} {selection}")
        return f"...F{len(self.fragments) - 1}{self._directives()}"

    def _target(self, kind: Any) -> Any:
        """A type on which a fragment inside of this type may be defined."""
        if isinstance(kind, GraphQLObjectType):
            options: list[Any] = [kind, *kind.interfaces]
        else:
            options = [kind, *self.schema.get_possible_types(kind)]
        return self.rng.choice(options)

    def _field(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        name = self.rng.choice(list(kind.fields))
        field = kind.fields[name]
        inner = get_named_type(field.type)
        alias = f"{self.rng.choice('ab')}_{name}: " if self.rng.random() < 0.2 else ""
        arguments = self._arguments() if field.args else ""
        below = ""
        if is_composite_type(inner):
            below = " " + (self.selection(inner, depth + 1) if depth < 5 else "{ __typename }")
        return f"{alias}{name}{arguments}{self._directives()}{below}"

    def _arguments(self) -> str:
        options = {
            "number": ["5", "$number", "null"],
            "text": ['"x"', "$text", "null"],
            "flag": ["false", "$yes", "$no"],
            "filter": ["$filter", "{size: $number, nested: [1, 2]}", '{text: "y", nested: 3}', "{}"],
            "color": ["RED", "$color"],
        }
        chosen = [f"{name}: {self.rng.choice(values)}" for name, values in options.items() if self.rng.random() < 0.4]
        return f"({', '.join(chosen)})" if chosen else ""

    def _directives(self) -> str:
        drawn = self.rng.random()
        if drawn > 0.15:
            return ""
        condition = self.rng.choice(["true", "false", "$yes", "$no"])
        return f" @{self.rng.choice(['skip', 'include'])}(if: {condition})"
