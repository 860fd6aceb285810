"""The two sides of a comparison, old and new, at one place in the contracts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from thriftshop.contracts import findings, model

Retired = Mapping[str, str]  # `catalog.Product field 5` to what the number meant


@dataclass(frozen=True, slots=True)
class Sides:
    """Two states of the contracts, and the place at hand: a file, what stands in it, and where that is felt."""

    old: model.Library
    new: model.Library
    retired: Retired
    contract: str = ""
    path: str = ""
    owner: str = ""  # dotted, with the contract
    line: int | None = None
    felt: tuple[str, ...] = ()

    def within(self, name: str, line: int | None, felt: Sequence[str] | None = None) -> "Sides":
        """The same sides, one declaration further in."""
        return replace(self, owner=f"{self.owner}.{name}", line=line, felt=self.felt if felt is None else tuple(felt))

    def found(self, rule: str, what: str, name: str = "", line: int | None = None) -> findings.Finding:
        """A finding about the place at hand, or about the part of it of that name."""
        subject = f"{self.owner}.{name}" if name else self.owner
        return findings.of(rule, subject, what, f"idl/{self.path}", line or self.line, self.felt)

    def was_retired(self, space: str, number: int) -> str | None:
        """What a number of the place at hand once meant, among its fields, values ...; None where it was never taken away."""
        return self.retired.get(f"{self.owner} {space} {number}")


def in_full(library: model.Library, contract: str, written: model.Type) -> model.Type:
    """A type with its names in full (`common.Sku`), typedefs kept: what generated code calls it."""
    if written.is_named:
        return model.Type(".".join(library.home(contract, written.name)))
    name = "byte" if written.name == "i8" else written.name
    return model.Type(name, tuple(in_full(library, contract, one) for one in written.arguments))


def type_differs(sides: Sides, old: model.Type, new: model.Type) -> str | None:
    """`wire` where the new type travels otherwise, `name` where it is only called otherwise, None where it is the same.

    A typedef that stands for something else is told where it is declared, not at each use.
    """
    if in_full(sides.old, sides.contract, old) == in_full(sides.new, sides.contract, new):
        return None
    same = sides.old.resolved(sides.contract, old) == sides.new.resolved(sides.contract, new)
    return "name" if same else "wire"
