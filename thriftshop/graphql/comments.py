"""The doc comments of an IDL file, and the types as written there."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from thriftshop import contracts

QUOTED = re.compile(r"`[^`]+`")
SNAKE = re.compile(r"(?<=[a-z0-9])_([a-z0-9])")


@dataclass(slots=True)
class Comments:
    """The comments and types of one IDL file, by dotted name: `Product`, `Product.sku`, `CatalogService.get_products`."""

    texts: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=32)
def of(contract: str) -> Comments:
    """The comments of `idl/<contract>.thrift`."""
    return _comments(contracts.live()[contract])


def home(declared: type) -> str:
    """The contract that declares a type: `common` for Money, wherever it is included."""
    return declared.__module__.removeprefix("idl.").removesuffix("_thrift")


def about(declared: type, member: str = "") -> str:
    """The doc comment of a type, or of one of its members, with GraphQL names; empty if there is none."""
    name = f"{declared.__name__}.{member}" if member else declared.__name__
    return in_graphql(of(home(declared)).texts.get(name, ""))


def in_graphql(text: str) -> str:
    """Convert names in backquotes to GraphQL's form: `price_min` to `priceMin`. Values are in double quotes."""
    return QUOTED.sub(lambda quoted: SNAKE.sub(lambda match: match[1].upper(), quoted[0]), text)


def written_type(declared: type, member: str) -> str:
    """A field's type as written in the IDL: `common.Moment` where the compiled contract only has i64."""
    return of(home(declared)).types.get(f"{declared.__name__}.{member}", "")


def read(text: str) -> Comments:
    """The comments of an IDL text."""
    return _comments(contracts.read_text("sample.thrift", text))


def _comments(contract: contracts.Contract) -> Comments:
    result = Comments()
    for struct in contract.structs:
        result.texts[struct.name] = struct.doc
        _add_fields(result, struct.name, struct.fields)
    for enum in contract.enums:
        result.texts[enum.name] = enum.doc
        result.texts |= {f"{enum.name}.{value.name}": value.doc for value in enum.values}
    for service in contract.services:
        result.texts[service.name] = service.doc
        for method in service.methods:
            result.texts[f"{service.name}.{method.name}"] = method.doc
            _add_fields(result, f"{service.name}.{method.name}", method.arguments)
    return result


def _add_fields(result: Comments, owner: str, fields: tuple[contracts.Field, ...]) -> None:
    for field_ in fields:
        result.texts[f"{owner}.{field_.name}"] = field_.doc
        result.types[f"{owner}.{field_.name}"] = str(field_.type).replace(" ", "")
