"""Contracts written out as Thrift text again, in one form: without words, one declaration after the other."""

from collections.abc import Mapping
from typing import Any

from thriftshop.contracts import model


def text_of(contract: model.Contract) -> str:
    """The contract as Thrift text that reads back as the same contract, but for comments and lines."""
    folder = contract.name.count(".")
    parts = [
        *(f"namespace {scope} {name}" for scope, name in contract.namespaces.items()),
        *(f'include "{"../" * folder}{name.replace(".", "/")}.thrift"' for name in contract.includes),
        *(_declaration(one) for one in contract.declarations),
    ]
    return "\n".join(parts) + "\n"


def _declaration(one: model.Declared) -> str:
    if isinstance(one, model.Struct):
        return _block(f"{one.kind} {one.name}", [_field(field) for field in one.fields], one.annotations)
    if isinstance(one, model.Enum):
        values = [f"{value.name} = {value.value}{_annotations(value.annotations)}" for value in one.values]
        return _block(f"enum {one.name}", values, one.annotations)
    if isinstance(one, model.Service):
        extends = f" extends {one.extends}" if one.extends else ""
        return _block(f"service {one.name}{extends}", [_method(method) for method in one.methods], one.annotations)
    if isinstance(one, model.Typedef):
        return f"typedef {one.type} {one.name}{_annotations(one.annotations)}"
    return f"const {one.type} {one.name} = {_value(one.value)}"


def _block(head: str, lines: list[str], annotations: Mapping[str, str]) -> str:
    return "\n".join([f"{head} {{", *(f"  {line}" for line in lines), "}" + _annotations(annotations)])


def _field(field: model.Field) -> str:
    number = f"{field.id}: " if field.id_is_written else ""
    required = "" if field.requiredness == "default" else f"{field.requiredness} "
    default = "" if field.default is None else f" = {_value(field.default)}"
    return f"{number}{required}{field.type} {field.name}{default}{_annotations(field.annotations)}"


def _method(method: model.Method) -> str:
    arguments = ", ".join(_field(one) for one in method.arguments)
    throws = f" throws ({', '.join(_field(one) for one in method.throws)})" if method.throws else ""
    oneway = "oneway " if method.oneway else ""
    return f"{oneway}{method.result} {method.name}({arguments}){throws}{_annotations(method.annotations)}"


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
    """In quotes: the texts of IDL files have no escapes, and the quote that they do not hold is the one they stand in."""
    quote = "'" if '"' in value else '"'
    return f"{quote}{value}{quote}"
