"""The parts of contracts: one walk over all declarations and their members, with full names."""

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
    for one in contract.declarations:
        part = Part(contract, one.kind, contract.name, one)
        yield part
        if isinstance(one, model.Struct):
            yield from _within(part, "member" if one.kind == "union" else "field", one.fields)
        elif isinstance(one, model.Enum):
            yield from _within(part, "value", one.values)
        elif isinstance(one, model.Service):
            for method in one.methods:
                inner = Part(contract, "method", part.name, method)
                yield inner
                yield from _within(inner, "argument", method.arguments)
                yield from _within(inner, "refusal", method.throws)


def of_all(library: model.Library) -> Iterator[Part]:
    """All parts of all contracts."""
    for contract in library:
        yield from of(contract)


def _within(owner: Part, kind: str, members: Sequence[Declared]) -> Iterator[Part]:
    return (Part(owner.contract, kind, owner.name, one) for one in members)
