"""Every part of a contract, with its dotted name and what it stands in: the one walk over declarations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thriftshop.contracts import model

Declared = model.Declared | model.Field | model.EnumValue | model.Method


@dataclass(frozen=True, slots=True)
class Part:
    """One declaration in its place: `kind` is struct, union, exception, field, member (of a union), enum, value, typedef,
    constant, service, method, argument or refusal; `owner` is the name of what it stands in, or of the contract."""

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
        """The number that travels in its place; None for what has none."""
        if isinstance(self.declared, model.EnumValue):
            return self.declared.value
        return self.declared.id if isinstance(self.declared, model.Field) else None

    @property
    def types(self) -> Sequence[model.Type]:
        """The types that it mentions itself: a field's, an alias', a method's result."""
        if isinstance(self.declared, model.Field | model.Typedef):
            return (self.declared.type,)
        return (self.declared.result,) if isinstance(self.declared, model.Method) else ()


def of(contract: model.Contract) -> Iterator[Part]:
    """Everything that a contract declares, in the order of the file."""
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
    """Everything that all contracts declare."""
    for contract in library:
        yield from of(contract)


def _within(owner: Part, kind: str, members: Sequence[Declared]) -> Iterator[Part]:
    return (Part(owner.contract, kind, owner.name, one) for one in members)
