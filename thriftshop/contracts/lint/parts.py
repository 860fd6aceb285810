"""The parts of a contract, each with its dotted name and what it stands in."""

from collections.abc import Iterator
from dataclasses import dataclass

from thriftshop.contracts import findings, model
from thriftshop.contracts.findings import Finding

Declared = model.Declared | model.Field | model.EnumValue | model.Method


@dataclass(frozen=True, slots=True)
class Part:
    """One declaration in its place: `kind` is struct, union, exception, field, member (of a union), enum, value, typedef,
    constant, service, method, argument or refusal; `owner` is what it stands in, None for a declaration of the file."""

    contract: model.Contract
    kind: str
    subject: str  # `catalog.Product.sku`
    said: Declared
    owner: Declared | None = None

    def found(self, rule: str, what: str) -> Finding:
        """A finding about this part."""
        return findings.of(rule, self.subject, what, f"idl/{self.contract.path}", self.said.line)


def of(contract: model.Contract) -> Iterator[Part]:
    """Everything that a contract declares, in the order of the file."""
    for one in contract.declarations:
        part = Part(contract, one.kind, f"{contract.name}.{one.name}", one)
        yield part
        if isinstance(one, model.Struct):
            yield from _within(part, "member" if one.kind == "union" else "field", one.fields)
        elif isinstance(one, model.Enum):
            yield from _within(part, "value", one.values)
        elif isinstance(one, model.Service):
            for method in _within(part, "method", one.methods):
                yield method
                assert isinstance(method.said, model.Method)  # noqa: S101 - for the type checker
                yield from _within(method, "argument", method.said.arguments)
                yield from _within(method, "refusal", method.said.throws)


def _within(owner: Part, kind: str, members: tuple[Declared, ...]) -> Iterator[Part]:
    for one in members:
        yield Part(owner.contract, kind, f"{owner.subject}.{one.name}", one, owner.said)
