"""Writes contracts as normalised Thrift text, without comments."""

from collections.abc import Mapping, Sequence
from typing import Any

from thriftshop.contracts import model, parts


def text_of(contract: model.Contract) -> str:
    """The contract as Thrift text that parses to the same contract, apart from comments and lines."""
    folder = contract.name.count(".")
    parts = [
        *(f"namespace {scope} {name}" for scope, name in contract.namespaces.items()),
        *(f'include "{"../" * folder}{name.replace(".", "/")}.thrift"' for name in contract.includes),
        *map(_whole, contract.declarations),
    ]
    return "\n".join(parts) + "\n"


def alone(declaration: parts.Declared) -> str:
    """A declaration without its members."""
    return _head(declaration) + _annotations(declaration.annotations)


def _whole(declaration: parts.Declared) -> str:
    members = _members(declaration)
    if members is None:
        return alone(declaration)
    return "\n".join(
        [
            f"{_head(declaration)} {{",
            *(f"  {_whole(member)}" for member in members),
            "}" + _annotations(declaration.annotations),
        ]
    )


def _members(declaration: parts.Declared) -> Sequence[parts.Declared] | None:
    if isinstance(declaration, model.Struct):
        return declaration.fields
    if isinstance(declaration, model.Enum):
        return declaration.values
    return declaration.methods if isinstance(declaration, model.Service) else None


def _head(declaration: parts.Declared) -> str:
    if isinstance(declaration, model.Field):
        return _field(declaration)
    if isinstance(declaration, model.Method):
        throws = f" throws ({_fields(declaration.throws)})" if declaration.throws else ""
        oneway = "oneway " if declaration.oneway else ""
        return f"{oneway}{declaration.result} {declaration.name}({_fields(declaration.arguments)}){throws}"
    if isinstance(declaration, model.EnumValue):
        return f"{declaration.name} = {declaration.value}"
    if isinstance(declaration, model.Typedef):
        return f"typedef {declaration.type} {declaration.name}"
    if isinstance(declaration, model.Constant):
        return f"const {declaration.type} {declaration.name} = {_value(declaration.value)}"
    extends = (
        f" extends {declaration.extends}" if isinstance(declaration, model.Service) and declaration.extends else ""
    )
    return f"{declaration.kind} {declaration.name}{extends}"


def _field(field: model.Field) -> str:
    number = f"{field.id}: " if field.id_is_written else ""
    required = "" if field.requiredness == "default" else f"{field.requiredness} "
    default = "" if field.default is None else f" = {_value(field.default)}"
    return f"{number}{required}{field.type} {field.name}{default}"


def _fields(fields: Sequence[model.Field]) -> str:
    return ", ".join(map(alone, fields))


def _annotations(annotations: Mapping[str, str]) -> str:
    written = ", ".join(f"{name} = {_text(value)}" for name, value in annotations.items())
    return f" ({written})" if written else ""


def _value(value: Any) -> str:
    if isinstance(value, model.Reference):
        return value.name
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_value(key)}: {_value(member)}' for key, member in value.items())}}}"
    return str(value)


def _text(value: str) -> str:
    """IDL strings have no escapes: a string with double quotes is put in single quotes."""
    quote = "'" if '"' in value else '"'
    return f"{quote}{value}{quote}"
