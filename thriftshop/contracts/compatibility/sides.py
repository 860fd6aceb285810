"""The two versions in a comparison, and the place in the contracts that is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from thriftshop.contracts import findings, model

Retired = Mapping[str, str]  # `catalog.Product field 5` to what the number meant


@dataclass(frozen=True, slots=True)
class Sides:
    """Two versions of the contracts and the current place: a file, a declaration, and where that is used."""

    old: model.Library
    new: model.Library
    retired: Retired
    contract: str = ""
    path: str = ""
    owner: str = ""  # dotted, with the contract
    line: int | None = None
    used_in: tuple[str, ...] = ()

    def within(self, name: str, line: int | None, used_in: Sequence[str] | None = None) -> "Sides":
        """The place of a declaration or member within the current one."""
        return replace(
            self, owner=f"{self.owner}.{name}", line=line, used_in=self.used_in if used_in is None else tuple(used_in)
        )

    def finding(self, rule: str, what: str, name: str = "", line: int | None = None) -> findings.Finding:
        """A finding about the current place, or about its member of that name."""
        subject = f"{self.owner}.{name}" if name else self.owner
        return findings.of(rule, subject, what, f"idl/{self.path}", line or self.line, self.used_in)

    def was_retired(self, space: str, number: int) -> str | None:
        """The former declaration of a retired number of the current place, if any."""
        return self.retired.get(f"{self.owner} {space} {number}")


def in_full(library: model.Library, contract: str, written: model.Type) -> model.Type:
    """A type with full names (`common.Sku`), typedefs kept: its name in generated code."""
    if written.is_named:
        return model.Type(".".join(library.home(contract, written.name)))
    name = "byte" if written.name == "i8" else written.name
    return model.Type(name, tuple(in_full(library, contract, argument) for argument in written.arguments))


def type_differs(sides: Sides, old: model.Type, new: model.Type) -> str | None:
    """`wire` if the wire format differs, `name` if only the name does, None if the types are equal.

    A changed typedef is reported at its declaration, not at each use.
    """
    if in_full(sides.old, sides.contract, old) == in_full(sides.new, sides.contract, new):
        return None
    same = sides.old.resolved(sides.contract, old) == sides.new.resolved(sides.contract, new)
    return "name" if same else "wire"
