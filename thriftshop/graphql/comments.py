"""What a contract says in words: the doc comments of an IDL file, and the types as they are written there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import idl

TOKEN = re.compile(
    r"""
    /\*\*(?P<doc>.*?)\*/ | /\*.*?\*/ | //[^\n]* | \#[^\n]*
    | (?P<text>"[^"]*"|'[^']*') | (?P<word>[\w.+-]+) | (?P<sign>[{}()<>\[\],;:=])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class Words:
    """What one IDL file says, by dotted name: `Product`, `Product.sku`, `CatalogService.get_products`."""

    said: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Reader:
    """The tokens of a file, with the comment that stood before the one at hand."""

    tokens: list[tuple[str, str]]
    at: int = 0
    words: Words = field(default_factory=Words)

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def skip_to(self, *ends: str) -> None:
        """Moves to the next of these signs at this level of brackets."""
        depth = 0
        while self.peek() and (depth > 0 or self.peek() not in ends):
            sign, _ = self.take()
            depth += (sign in "({[<") - (sign in ")}]>") if len(sign) == 1 else 0


@lru_cache(maxsize=32)
def of(contract: str) -> Words:
    """The words of `idl/<contract>.thrift`."""
    return read((idl.ROOT / f"{contract.replace('.', '/')}.thrift").read_text())


def home(declared: type) -> str:
    """The contract in which a type is declared: `common` for Money, however it was imported."""
    return declared.__module__.removeprefix("idl.").removesuffix("_thrift")


def about(declared: type, member: str = "") -> str:
    """The doc comment of a type, or of one of its members; empty where there is none."""
    name = f"{declared.__name__}.{member}" if member else declared.__name__
    return of(home(declared)).said.get(name, "")


def written_type(declared: type, member: str) -> str:
    """A field's type as the IDL writes it: `common.Moment` where the compiled contract says only i64."""
    return of(home(declared)).types.get(f"{declared.__name__}.{member}", "")


def read(text: str) -> Words:
    """The words of an IDL file's text."""
    reader = _Reader(list(_tokens(text)))
    while reader.peek():
        kind, doc = reader.take()
        if kind in ("struct", "union", "exception", "enum", "service"):
            name, _ = reader.take()
            reader.words.said[name] = doc
            _members(reader, name, kind)
    return reader.words


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Each token with the doc comment right before it."""
    doc = ""
    for match in TOKEN.finditer(text):
        if match["doc"] is not None:
            doc = _plain(match["doc"])
        elif match["word"] or match["sign"] or match["text"]:
            yield match[0], doc
            doc = ""


def _plain(doc: str) -> str:
    lines = (line.strip().lstrip("*").strip() for line in doc.strip().splitlines())
    return " ".join(line for line in lines if line)


def _members(reader: _Reader, owner: str, kind: str) -> None:
    reader.skip_to("{")
    reader.take()
    member = {"enum": _enum_value, "service": _method}.get(kind, _field)
    while reader.peek() and reader.peek() != "}":
        if reader.peek() in (",", ";"):
            reader.take()
        else:
            member(reader, owner)


def _enum_value(reader: _Reader, owner: str) -> None:
    name, doc = reader.take()
    reader.words.said[f"{owner}.{name}"] = doc
    if reader.peek() == "=":
        reader.take()
        reader.take()
    if reader.peek() == "(":
        _brackets(reader)


def _field(reader: _Reader, owner: str) -> None:
    _, doc = reader.take()  # its number
    reader.take()  # the colon
    if reader.peek() in ("required", "optional"):
        reader.take()
    kind = _type(reader)
    name, _ = reader.take()
    reader.words.said[f"{owner}.{name}"] = doc
    reader.words.types[f"{owner}.{name}"] = kind
    if reader.peek() == "=":
        reader.take()
        reader.take()
    if reader.peek() == "(":
        _brackets(reader)


def _method(reader: _Reader, owner: str) -> None:
    doc = reader.tokens[reader.at][1]
    _type(reader)
    name, _ = reader.take()
    reader.words.said[f"{owner}.{name}"] = doc
    reader.take()  # the opening bracket
    while reader.peek() != ")":
        if reader.peek() in (",", ";"):
            reader.take()
        else:
            _field(reader, f"{owner}.{name}")
    reader.take()
    if reader.peek() == "throws":
        reader.take()
        _brackets(reader)
    if reader.peek() == "(":
        _brackets(reader)


def _type(reader: _Reader) -> str:
    word, _ = reader.take()
    if reader.peek() != "<":
        return word
    start = reader.at
    reader.take()
    reader.skip_to(">")
    reader.take()
    return word + "".join(token for token, _ in reader.tokens[start : reader.at])


def _brackets(reader: _Reader) -> None:
    reader.take()
    reader.skip_to(")")
    reader.take()
