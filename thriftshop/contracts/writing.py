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


def alone(one: parts.Declared) -> str:
    """A declaration without its members."""
    return _head(one) + _annotations(one.annotations)


def _whole(one: parts.Declared) -> str:
    members = _members(one)
    if members is None:
        return alone(one)
    return "\n".join(
        [f"{_head(one)} {{", *(f"  {_whole(member)}" for member in members), "}" + _annotations(one.annotations)]
    )


def _members(one: parts.Declared) -> Sequence[parts.Declared] | None:
    if isinstance(one, model.Struct):
        return one.fields
    if isinstance(one, model.Enum):
        return one.values
    return one.methods if isinstance(one, model.Service) else None


def _head(one: parts.Declared) -> str:
    if isinstance(one, model.Field):
        return _field(one)
    if isinstance(one, model.Method):
        throws = f" throws ({_fields(one.throws)})" if one.throws else ""
        return f"{'oneway ' if one.oneway else ''}{one.result} {one.name}({_fields(one.arguments)}){throws}"
    if isinstance(one, model.EnumValue):
        return f"{one.name} = {one.value}"
    if isinstance(one, model.Typedef):
        return f"typedef {one.type} {one.name}"
    if isinstance(one, model.Constant):
        return f"const {one.type} {one.name} = {_value(one.value)}"
    extends = f" extends {one.extends}" if isinstance(one, model.Service) and one.extends else ""
    return f"{one.kind} {one.name}{extends}"


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
        return f"{{{', '.join(f'{_value(key)}: {_value(one)}' for key, one in value.items())}}}"
    return str(value)


def _text(value: str) -> str:
    """IDL strings have no escapes: a string with double quotes is put in single quotes."""
    quote = "'" if '"' in value else '"'
    return f"{quote}{value}{quote}"
