"""The Python source of compiled selections: one function per selection and object type.

A generated function reads every field into a local variable and returns them as one dictionary. It treats the usual values
itself (a string for a String, a struct for an object); all others go to `Field.finish`, which follows the specification.
For `{ product { name price { amount } } }` the function of Product is:

    def select(source, path, state):
        waiting = None
        is_dict = isinstance(source, dict)
        # name
        try:
            v0 = source.get('name', None) if is_dict else source.name
        ...
        return {'name': v0, 'price': v1}
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    default_field_resolver,
)

from thriftshop.graphql.compiler.fields import Field

# What a value must be to be serialized as it is, by type. CPython compares integers of one digit (30 bits) faster.
UNCHANGED = {
    GraphQLString: "type({v}) is str",
    GraphQLID: "type({v}) is str",
    GraphQLBoolean: "type({v}) is bool",
    GraphQLInt: "type({v}) is int and (-1073741823 <= {v} <= 1073741823 or -2147483648 <= {v} <= 2147483647)",
    GraphQLFloat: "type({v}) is float and isfinite({v})",
}
Lines = list[str]


def selection(name: str, fields: Sequence[Field], namespace: dict[str, Any], combine: str) -> str:
    """The source of a function of this name. Adds the objects that it uses to its namespace.

    `combine` is the name of the function that awaits the fields which are resolved later.
    """
    lines = [f"def {name}(source, path, state):", "    waiting = None"]
    if any(field.attribute for field in fields):
        lines.append("    is_dict = isinstance(source, dict)")
    if any(_is_default(field) for field in fields):
        lines.append("    is_mapping = isinstance(source, Mapping)")
    for position, field in enumerate(fields):
        lines += _indented(_field(field, f"v{position}", namespace))
    items = ", ".join(f"{field.key!r}: v{position}" for position, field in enumerate(fields))
    lines += [f"    result = {{{items}}}", f"    return result if waiting is None else {combine}(result, waiting)"]
    return "\n".join(lines)


def _field(field: Field, v: str, namespace: dict[str, Any]) -> Lines:
    if field.is_type_name:
        return [f"{v} = {field.parent.name!r}"]
    number = field.number
    namespace[f"f{number}"] = field
    path = f"(path, {field.key!r}, {field.parent.name!r})"
    return [
        f"# {field.key}",
        "try:",
        *_indented(_resolved(field, v, path, namespace)),
        "except Exception as problem:",
        f"    {v} = f{number}.fail(problem, {path}, state)",
        "else:",
        *_indented(_completed(field, v, path)),
    ]


def _resolved(field: Field, v: str, path: str, namespace: dict[str, Any]) -> Lines:
    """Set the variable to what the resolver returns."""
    number = field.number
    arguments = f", **{_arguments(field, namespace)}" if field.has_arguments else ""
    if field.attribute:
        return _attribute(*field.attribute, v, number, arguments, namespace)
    if _is_default(field):
        name = field.name
        return [
            f"{v} = source.get({name!r}) if is_mapping else getattr(source, {name!r}, None)",
            f"if callable({v}):",
            f"    {v} = {v}(f{number}.info({path}, state){arguments})",
        ]
    namespace[f"r{number}"] = field.resolve
    return [f"{v} = r{number}(source, f{number}.info({path}, state){arguments})"]


def _arguments(field: Field, namespace: dict[str, Any]) -> str:
    if field.constants is None:
        return f"f{field.number}.arguments(state)"
    namespace[f"a{field.number}"] = field.constants
    return f"a{field.number}"


def _attribute(name: str, default: Any, v: str, number: int, arguments: str, namespace: dict[str, Any]) -> Lines:
    """Read an attribute or an item of a dictionary, as graphene's default resolver does."""
    namespace[f"d{number}"] = default
    checked = [arguments.removeprefix(", **")] if arguments else []
    if not name.isidentifier():
        return [*checked, f"{v} = source.get({name!r}, d{number}) if is_dict else getattr(source, {name!r}, d{number})"]
    return [
        *checked,
        "try:",
        f"    {v} = source.get({name!r}, d{number}) if is_dict else source.{name}",
        "except AttributeError:",
        f"    {v} = d{number}",
    ]


def _completed(field: Field, v: str, path: str) -> Lines:
    """Complete the variable's value."""
    kind: Any = field.definition.type
    nullable = not isinstance(kind, GraphQLNonNull)
    kind = kind if nullable else kind.of_type
    finish = _finish(field, v, path)
    or_null = f" or {v} is None" if nullable else ""
    if kind in UNCHANGED:
        return [f"if not ({UNCHANGED[kind].format(v=v)}{or_null}):", *_indented(finish)]
    if isinstance(kind, GraphQLObjectType) and kind.is_type_of is None:
        return _object(field, v, path, nullable)
    return [f"if {v} is not None:", *_indented(finish)] if nullable else finish


def _finish(field: Field, v: str, path: str) -> Lines:
    return [
        f"{v} = f{field.number}.finish({v}, {path}, state)",
        f"if not plain[{v}.__class__] and state.is_awaitable({v}):",
        f"    waiting = appended(waiting, {field.key!r}, {v})",
    ]


def _object(field: Field, v: str, path: str, nullable: bool) -> Lines:
    number = field.number
    condition = f"if {v} is not None:" if nullable else "if True:"
    return [
        condition,
        f"    if plain[{v}.__class__]:",
        "        try:",
        f"            {v} = f{number}.complete({v}, {path}, state)",
        "        except Exception as problem:",
        f"            {v} = f{number}.fail(problem, {path}, state)",
        "        else:",
        f"            if not plain[{v}.__class__]:",
        f"                {v} = f{number}.completed_later({v}, {path}, state)",
        f"                waiting = appended(waiting, {field.key!r}, {v})",
        "    else:",
        *_indented(_indented(_finish(field, v, path))),
    ]


def _is_default(field: Field) -> bool:
    return field.resolve is default_field_resolver


def _indented(lines: Iterable[str]) -> Lines:
    return [f"    {line}" for line in lines]


def build(name: str, source: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """The function of this name that the source defines."""
    exec(compile(source, f"<compiled selection {name}>", "exec"), namespace)  # noqa: S102 - names and keys are quoted by repr
    function: Callable[..., Any] = namespace[name]
    return function
