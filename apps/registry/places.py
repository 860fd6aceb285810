"""URLs of contracts, declarations, members, topics and GraphQL types; and types as links."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from thriftshop import contracts
from thriftshop.contracts import parts


@dataclass(frozen=True, slots=True)
class TypeText:
    """A piece of a written type, with a link or without."""

    text: str
    href: str = ""


def overview() -> str:
    """The overview."""
    return reverse("registry:overview")


def contract(name: str) -> str:
    """The page of a contract."""
    return reverse("registry:contract", args=[name])


def declaration(contract_name: str, name: str, member: str = "") -> str:
    """The page of a type or service, or the place of a member on it."""
    return reverse("registry:declaration", args=[contract_name, name]) + (f"#{member}" if member else "")


def part(declared: parts.Part) -> str:
    """The place of any part of a contract; arguments and refusals are shown with their method."""
    owner, *member = declared.name.removeprefix(f"{declared.contract.name}.").split(".")
    return declaration(declared.contract.name, owner, *member[:1])


def topic(name: str, member: str = "") -> str:
    """The page of a topic, or the place of an event on it."""
    return reverse("registry:topic", args=[name]) + (f"#{member}" if member else "")


def idl_file(contract: contracts.Contract) -> str:
    """The IDL file of a contract."""
    return reverse("registry:idl", args=[contract.path])


def graphql_type(name: str, field: str = "") -> str:
    """The page of a GraphQL type, or the place of a field on it."""
    return reverse("registry:graphql-type", args=[name]) + (f"#{field}" if field else "")


def of_type(library: contracts.Library, home: str, written: contracts.Type) -> list[TypeText]:
    """A type as written in the contract `home`, with links to the declarations in it."""
    return list(_type_texts(library, home, written))


def _type_texts(library: contracts.Library, home: str, written: contracts.Type) -> Iterator[TypeText]:
    declared = library.find(home, written.name) if written.is_named else None
    if declared is None:
        yield TypeText(written.name)
    else:
        yield TypeText(written.name, declaration(*library.home(home, written.name)))
    for number, argument in enumerate(written.arguments):
        yield TypeText(", " if number else "<")
        yield from _type_texts(library, home, argument)
    if written.arguments:
        yield TypeText(">")
