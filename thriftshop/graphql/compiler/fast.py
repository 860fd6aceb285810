"""The Python source of fast selections: nested objects and lists in one function, for values without any irregularity.

A selection qualifies if all of its fields are read from attributes or by resolvers marked as pure. Its function returns the
dictionary that one would write by hand, or MISS as soon as a value needs more: an error, an awaitable, a null that must not be,
a value of another class. The selection is then executed as usual; nothing was changed by reading it twice.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_leaf_type,
)

from thriftshop.graphql.compiler.completion import Select
from thriftshop.graphql.compiler.fields import Field
from thriftshop.graphql.compiler.source import UNCHANGED
from thriftshop.graphql.compiler.state import Path, State

MISS = object()
# CPython allows 20 nested blocks.
MAX_NESTED_LISTS = 12
# Selections whose values are always irregular must not be tried again for every object.
SKIPPED_AFTER_MISS = 16
FieldsOf = Callable[[GraphQLObjectType, list[FieldNode]], Sequence[Field]]
# The function that reads the JSON of an object that is encoded once, or None for other types.
EncodedOf = Callable[[GraphQLObjectType, list[FieldNode]], Callable[[Any, State], Any] | None]


class NotFast(Exception):
    """The selection has a field that is neither an attribute nor pure, or objects that are encoded once."""


class Writer:
    """Writes one function."""

    def __init__(self, fields_of: FieldsOf, encoded: EncodedOf, namespace: dict[str, Any]) -> None:
        self.fields_of = fields_of
        self.encoded = encoded
        self.namespace = namespace
        self.lines: list[str] = []
        # Variables with the last class of the items of a list at this place: comparing it is faster than looking it up.
        self.classes: list[str] = []
        self.names = 0
        self.lists = 0

    def name(self) -> str:
        """A new name for a local variable."""
        self.names += 1
        return f"v{self.names}"

    def add(self, indent: int, *lines: str) -> None:
        """Add lines with an indentation in levels."""
        self.lines += ["    " * indent + line for line in lines]

    def object(self, source: str, kind: GraphQLObjectType, nodes: list[FieldNode], indent: int) -> str:
        """Read the fields of an object; return the expression of its dictionary."""
        if kind.is_type_of is not None:
            raise NotFast
        if source != "source":
            read = self.encoded(kind, nodes)
            if read is not None:
                return self._encoded(source, read, indent)
        fields = self.fields_of(kind, nodes)
        names = {field.key: self.name() for field in fields}
        self._read(source, fields, names, indent)
        values = [f"{field.key!r}: {self._value(field, names[field.key], indent)}" for field in fields]
        return f"{{{', '.join(values)}}}"

    def _encoded(self, source: str, read: Callable[..., Any], indent: int) -> str:
        """Read the JSON of an object that is encoded once."""
        name, reader = self.name(), f"e{len(self.namespace)}"  # a name that no other selection uses
        self.namespace[reader] = read
        self.add(indent, f"{name} = {reader}({source}, state)", f"if {name} is None:", "    return MISS")
        return name

    def _read(self, source: str, fields: Sequence[Field], names: Mapping[str, str], indent: int) -> None:
        attributes = [field for field in fields if field.attribute]
        self._check_is_object(source, indent)
        self.add(indent + 1, *(f"{names[field.key]} = {source}.{self._attribute(field)[0]}" for field in attributes))
        self.add(indent, "elif plain[kind] == 2:", "    pass")
        for field in attributes:
            name, default = self._attribute(field)
            self.add(indent + 1, f"{names[field.key]} = {source}.get({name!r}, {default})")
        self.add(indent, "else:", "    return MISS")
        for field in fields:
            reader = getattr(field.resolve, "reader", None)
            if reader is not None and not field.has_arguments:
                self.namespace[f"r{field.number}"] = reader
                self.add(indent, f"{names[field.key]} = r{field.number}({source})")
            elif not field.attribute and not field.is_type_name:
                raise NotFast

    def _check_is_object(self, source: str, indent: int) -> None:
        """Begin the branch for a value that is neither a dictionary nor special."""
        self.add(indent, f"kind = type({source})")
        if not self.lists:
            self.add(indent, "if plain[kind] == 1:", "    pass")
            return
        last = self.name()
        self.classes.append(last)
        self.add(indent, f"if kind is {last} or plain[kind] == 1:", f"    {last} = kind")

    def _attribute(self, field: Field) -> tuple[str, str]:
        name, default = field.attribute or ("", None)
        if not name.isidentifier() or field.has_arguments:
            raise NotFast
        self.namespace[f"d{field.number}"] = default
        return name, f"d{field.number}"

    def _value(self, field: Field, value: str, indent: int) -> str:
        """Complete a value; return its expression."""
        if field.is_type_name:
            return repr(field.parent.name)
        return self._completed(field.definition.type, field, value, indent)

    def _completed(self, kind: GraphQLOutputType, field: Field, value: str, indent: int) -> str:
        nullable = not isinstance(kind, GraphQLNonNull)
        kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if kind in UNCHANGED:
            or_null = f" or {value} is None" if nullable else ""
            self.add(indent, f"if not ({UNCHANGED[kind].format(v=value)}{or_null}):", "    return MISS")
            return value
        if nullable:
            self.add(indent, f"if {value} is not None:")
        inner = indent + 1 if nullable else indent
        if is_leaf_type(kind):
            self._leaf(kind, field, value, inner)
        elif isinstance(kind, GraphQLList):
            self._list(kind.of_type, field, value, inner)
        elif isinstance(kind, GraphQLObjectType):
            expression = self.object(value, kind, field.nodes, inner)
            if not nullable:
                return expression
            self.add(inner, f"{value} = {expression}")
        else:
            raise NotFast
        return value

    def _leaf(self, kind: Any, field: Field, value: str, indent: int) -> None:
        self.namespace[f"s{field.number}"] = kind.serialize
        self.add(
            indent,
            f"if not plain[type({value})]:",
            "    return MISS",
            f"{value} = s{field.number}({value})",
            f"if {value} is None or {value} is Undefined:",
            "    return MISS",
        )

    def _list(self, kind: GraphQLOutputType, field: Field, value: str, indent: int) -> None:
        self.lists += 1
        if self.lists > MAX_NESTED_LISTS:
            raise NotFast
        item, items = self.name(), self.name()
        self.add(
            indent, f"if type({value}) is not list:", "    return MISS", f"{items} = []", f"for {item} in {value}:"
        )
        expression = self._completed(kind, field, item, indent + 1)
        self.add(indent + 1, f"{items}.append({expression})")
        self.add(indent, f"{value} = {items}")
        self.lists -= 1


def selection(
    name: str,
    kind: GraphQLObjectType,
    nodes: list[FieldNode],
    fields_of: FieldsOf,
    encoded: EncodedOf,
    namespace: dict[str, Any],
) -> str:
    """The source of a function of this name. Raises NotFast if the selection does not qualify."""
    namespace |= {"MISS": MISS, "Undefined": Undefined}
    writer = Writer(fields_of, encoded, namespace)
    expression = writer.object("source", kind, nodes, indent=2)
    classes = [f"    {' = '.join(writer.classes)} = None"] if writer.classes else []
    body = [f"def {name}(source, state):", *classes, "    try:", *writer.lines, f"        return {expression}"]
    return "\n".join([*body, "    except Exception:", "        return MISS"])


def first(fast: Callable[[Any, State], Any], exact: Select) -> Select:
    """Try the fast function; execute the selection as usual on a miss, and for some objects after it."""
    skipped = 0

    def select(value: Any, path: Path | None, state: State) -> Any:
        nonlocal skipped
        if skipped:
            skipped -= 1
            return exact(value, path, state)
        result = fast(value, state)
        if result is MISS:
            skipped = SKIPPED_AFTER_MISS
            return exact(value, path, state)
        return result

    return select
