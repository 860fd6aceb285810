"""The parts of contracts: all declarations and their members, with full names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thriftshop.contracts import model

Declared = model.Declared | model.Field | model.EnumValue | model.Method


@dataclass(frozen=True, slots=True)
class Part:
    """A declaration or member. `kind` is struct, union, exception, field, member (of a union), enum, value, typedef,
    constant, service, method, argument or refusal; `owner` is the full name of its parent."""

    contract: model.Contract
    kind: str
    owner: str  # `catalog.Product`
    declared: Declared

    @property
    def name(self) -> str:
        """The full name: `catalog.Product.sku`."""
        return f"{self.owner}.{self.declared.name}"

    @property
    def number(self) -> int | None:
        """Its number on the wire, if any."""
        return self.declared.id if isinstance(self.declared, model.Field | model.EnumValue) else None

    @property
    def types(self) -> Sequence[model.Type]:
        """The types that it refers to: of a field, a typedef, a result."""
        if isinstance(self.declared, model.Field | model.Typedef):
            return (self.declared.type,)
        return (self.declared.result,) if isinstance(self.declared, model.Method) else ()


def of(contract: model.Contract) -> Iterator[Part]:
    """All parts of a contract, in the order of the file."""
    for declaration in contract.declarations:
        part = Part(contract, declaration.kind, contract.name, declaration)
        yield part
        if isinstance(declaration, model.Struct):
            yield from _within(part, "member" if declaration.kind == "union" else "field", declaration.fields)
        elif isinstance(declaration, model.Enum):
            yield from _within(part, "value", declaration.values)
        elif isinstance(declaration, model.Service):
            for method in declaration.methods:
                inner = Part(contract, "method", part.name, method)
                yield inner
                yield from _within(inner, "argument", method.arguments)
                yield from _within(inner, "refusal", method.throws)


def of_all(library: model.Library) -> Iterator[Part]:
    """All parts of all contracts."""
    for contract in library:
        yield from of(contract)


def _within(owner: Part, kind: str, members: Sequence[Declared]) -> Iterator[Part]:
    return (Part(owner.contract, kind, owner.name, member) for member in members)
