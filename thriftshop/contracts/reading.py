"""A parser for IDL files: thriftpy2's drops comments, line numbers and the requiredness of arguments."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import idl
from thriftshop.contracts import model
from thriftshop.contracts.tokens import Token, Tokens, Unreadable

__all__ = ["Unreadable", "live", "read_folder", "read_text", "read_texts"]

STRUCTS = ("struct", "union", "exception")
NOTHING: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=1)
def live() -> model.Library:
    """The current contracts, those of `idl/`."""
    return read_folder(idl.ROOT)


def read_folder(folder: Path) -> model.Library:
    """The contracts of a folder and its subfolders. Raises Unreadable."""
    return read_texts(texts_of(folder))


def texts_of(folder: Path) -> dict[str, str]:
    """The texts of the IDL files of a folder by their path below it."""
    files = sorted(folder.rglob("*.thrift"))
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in files}


def read_texts(texts: Mapping[str, str]) -> model.Library:
    """The contracts of texts by path relative to idl/ (`legacy/catalog.thrift`). Raises Unreadable."""
    contracts = [read_text(path, text) for path, text in texts.items()]
    return model.Library(
        {contract.name: contract for contract in sorted(contracts, key=lambda contract: contract.name)}
    )


def read_text(path: str, text: str) -> model.Contract:
    """The contract of a text; `path` is relative to idl/. Raises Unreadable, with path and line."""
    tokens = Tokens(path, text)
    doc = tokens.next.doc if tokens.next.text in ("namespace", "include", "cpp_include") else ""
    includes, namespaces = _headers(tokens)
    declarations: list[model.Declared] = []
    while tokens.next.kind != "end":
        declarations.append(_declaration(tokens))
        while tokens.skip(",", ";"):
            pass
    return model.Contract(
        name=path.removesuffix(".thrift").replace("/", "."),
        path=path,
        text=text,
        doc=doc,
        includes=tuple(_included(path, include) for include in includes),
        namespaces=namespaces,
        declarations=tuple(declarations),
    )


def _included(path: str, written: str) -> str:
    """The name of an included contract, whose path is relative to the file that includes it."""
    folder = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(written).parts:
        if part == "..":
            folder = folder[:-1]
        elif part != ".":
            folder.append(part)
    return ".".join(folder).removesuffix(".thrift")


def _headers(tokens: Tokens) -> tuple[list[str], dict[str, str]]:
    includes, namespaces = [], {}
    while tokens.next.text in ("namespace", "include", "cpp_include"):
        kind = tokens.take().text
        if kind == "namespace":
            scope = tokens.take().text
            namespaces[scope] = tokens.word("a namespace").text
            _annotations(tokens)
        elif kind == "include":
            includes.append(_unquoted(tokens.take()))
        else:
            tokens.take()
    return includes, namespaces


def _declaration(tokens: Tokens) -> model.Declared:
    start = tokens.word("a declaration")
    readers: dict[str, Callable[[Tokens, Token], model.Declared]] = {
        **dict.fromkeys(STRUCTS, _struct),
        "enum": _enum,
        "typedef": _typedef,
        "const": _constant,
        "service": _service,
    }
    if start.text not in readers:
        raise tokens.wrong(f"{start.text!r} does not start a declaration", start)
    return readers[start.text](tokens, start)


def _struct(tokens: Tokens, start: Token) -> model.Struct:
    name = tokens.word("a name").text
    tokens.skip("xsd_all")
    tokens.expect("{")
    fields = _fields(tokens, "}")
    return model.Struct(name, start.doc, _annotations(tokens), start.line, start.text, fields)


def _fields(tokens: Tokens, end: str) -> tuple[model.Field, ...]:
    fields: list[model.Field] = []
    unnumbered = 0
    for _ in tokens.until(end):
        field = _field(tokens, -1 - unnumbered)
        unnumbered += not field.id_is_written
        fields.append(field)
    return tuple(fields)


def _field(tokens: Tokens, otherwise: int) -> model.Field:
    first = tokens.next
    number, written = otherwise, first.text.lstrip("-").isdigit()
    if written:
        number = tokens.whole_number("a field's number")
        tokens.expect(":")
    requiredness = tokens.take().text if tokens.next.text in ("required", "optional") else "default"
    kind = _type(tokens)
    tokens.skip("&")
    name = tokens.word("a field's name").text
    default = _value(tokens) if tokens.skip("=") else None
    return model.Field(name, first.doc, _annotations(tokens), first.line, number, kind, requiredness, default, written)


def _type(tokens: Tokens) -> model.Type:
    name = tokens.word("a type").text
    if tokens.skip("cpp_type"):
        tokens.take()
    arguments = tuple(_type(tokens) for _ in tokens.until(">")) if tokens.skip("<") else ()
    _annotations(tokens)
    return model.Type(name, arguments)


def _enum(tokens: Tokens, start: Token) -> model.Enum:
    name = tokens.word("a name").text
    tokens.expect("{")
    values: list[model.EnumValue] = []
    number = 0
    for _ in tokens.until("}"):
        member = tokens.word("a value's name")
        if tokens.skip("="):
            number = tokens.whole_number("a value's number")
        values.append(model.EnumValue(member.text, member.doc, _annotations(tokens), member.line, number))
        number += 1
    return model.Enum(name, start.doc, _annotations(tokens), start.line, tuple(values))


def _typedef(tokens: Tokens, start: Token) -> model.Typedef:
    kind = _type(tokens)
    name = tokens.word("a name").text
    return model.Typedef(name, start.doc, _annotations(tokens), start.line, kind)


def _constant(tokens: Tokens, start: Token) -> model.Constant:
    kind = _type(tokens)
    name = tokens.word("a name").text
    tokens.expect("=")
    return model.Constant(name, start.doc, NOTHING, start.line, kind, _value(tokens))


def _service(tokens: Tokens, start: Token) -> model.Service:
    name = tokens.word("a name").text
    extends = tokens.word("a service's name").text if tokens.skip("extends") else None
    tokens.expect("{")
    methods = tuple(_method(tokens) for _ in tokens.until("}"))
    return model.Service(name, start.doc, _annotations(tokens), start.line, extends, methods)


def _method(tokens: Tokens) -> model.Method:
    first = tokens.next
    oneway = tokens.skip("oneway", "async")
    result = _type(tokens)
    name = tokens.word("a method's name").text
    tokens.expect("(")
    arguments = _fields(tokens, ")")
    throws: tuple[model.Field, ...] = ()
    if tokens.skip("throws"):
        tokens.expect("(")
        throws = _fields(tokens, ")")
    return model.Method(name, first.doc, _annotations(tokens), first.line, result, arguments, throws, oneway)


def _annotations(tokens: Tokens) -> Mapping[str, str]:
    """`(callers = "gateway", deprecated)`; without a value it is `1`, as in Apache's compiler."""
    if not tokens.skip("("):
        return NOTHING
    annotations = {}
    for _ in tokens.until(")"):
        name = tokens.word("an annotation's name").text
        annotations[name] = _unquoted(tokens.take()) if tokens.skip("=") else "1"
    return MappingProxyType(annotations)


def _value(tokens: Tokens) -> Any:
    if tokens.skip("["):
        return [_value(tokens) for _ in tokens.until("]")]
    if tokens.skip("{"):
        pairs = {}
        for _ in tokens.until("}"):
            key = _value(tokens)
            tokens.expect(":")
            pairs[key] = _value(tokens)
        return pairs
    token = tokens.take()
    return _unquoted(token) if token.kind == "text" else _plain_value(tokens, token)


def _plain_value(tokens: Tokens, token: Token) -> Any:
    if token.kind == "sign":
        raise tokens.wrong(f"{token.text!r} found where a value was expected", token)
    if token.text in ("true", "false"):
        return token.text == "true"
    for number in (lambda text: int(text, 0), float):
        try:
            return number(token.text)
        except ValueError:
            continue
    return model.Reference(token.text)


def _unquoted(token: Token) -> str:
    return token.text[1:-1] if token.kind == "text" else token.text
