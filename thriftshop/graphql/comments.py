"""What a contract says in words: the doc comments of an IDL file, and the types as they are written there."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from thriftshop import contracts

QUOTED = re.compile(r"`[^`]+`")
SNAKE = re.compile(r"(?<=[a-z0-9])_([a-z0-9])")


@dataclass(slots=True)
class Words:
    """What one IDL file says, by dotted name: `Product`, `Product.sku`, `CatalogService.get_products`."""

    said: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=32)
def of(contract: str) -> Words:
    """The words of `idl/<contract>.thrift`."""
    return _words(contracts.live()[contract])


def home(declared: type) -> str:
    """The contract in which a type is declared: `common` for Money, however it was imported."""
    return declared.__module__.removeprefix("idl.").removesuffix("_thrift")


def about(declared: type, member: str = "") -> str:
    """The doc comment of a type, or of one of its members, in GraphQL's names; empty where there is none."""
    name = f"{declared.__name__}.{member}" if member else declared.__name__
    return in_graphql(of(home(declared)).said.get(name, ""))


def in_graphql(text: str) -> str:
    """A text with the names in back quotes as GraphQL has them: `price_min` is `priceMin` there.

    Values stand in double quotes, and stay as they are.
    """
    return QUOTED.sub(lambda quoted: SNAKE.sub(lambda found: found[1].upper(), quoted[0]), text)


def written_type(declared: type, member: str) -> str:
    """A field's type as the IDL writes it: `common.Moment` where the compiled contract says only i64."""
    return of(home(declared)).types.get(f"{declared.__name__}.{member}", "")


def read(text: str) -> Words:
    """The words of an IDL file's text."""
    return _words(contracts.read_text("sample.thrift", text))


def _words(contract: contracts.Contract) -> Words:
    words = Words()
    for struct in contract.structs:
        words.said[struct.name] = struct.doc
        _fields(words, struct.name, struct.fields)
    for enum in contract.enums:
        words.said[enum.name] = enum.doc
        words.said |= {f"{enum.name}.{value.name}": value.doc for value in enum.values}
    for service in contract.services:
        words.said[service.name] = service.doc
        for method in service.methods:
            words.said[f"{service.name}.{method.name}"] = method.doc
            _fields(words, f"{service.name}.{method.name}", method.arguments)
    return words


def _fields(words: Words, owner: str, fields: tuple[contracts.Field, ...]) -> None:
    for one in fields:
        words.said[f"{owner}.{one.name}"] = one.doc
        words.types[f"{owner}.{one.name}"] = str(one.type).replace(" ", "")
