"""The differences between two versions of a contract: missing, additional and changed declarations."""

from collections.abc import Iterator
from dataclasses import dataclass

from thriftshop import contracts
from thriftshop.contracts import parts, writing


@dataclass(frozen=True, slots=True)
class Differences:
    """How a running service's contract differs from the registry's."""

    lacking: tuple[str, ...] = ()  # names declared here only
    more: tuple[str, ...] = ()  # names declared there only
    otherwise: tuple[str, ...] = ()  # both declarations, as text

    @property
    def verdict(self) -> str:
        """`equal`; `older` if it only lacks declarations; `newer` if it only has more; else `different`."""
        if self.otherwise or (self.lacking and self.more):
            return "different"
        return "older" if self.lacking else "newer" if self.more else "equal"


NONE = Differences()
IN_THE_METHOD = ("argument", "refusal")


def between(here: contracts.Contract, there: contracts.Contract) -> Differences:
    """How the contract there differs from the one here."""
    ours, theirs = dict(_facts(here)), dict(_facts(there))
    return Differences(
        lacking=_outermost(set(ours) - set(theirs)),
        more=_outermost(set(theirs) - set(ours)),
        otherwise=tuple(
            f"{name}: {theirs[name]} there, {ours[name]} here"
            for name in sorted(set(ours) & set(theirs))
            if ours[name] != theirs[name]
        ),
    )


def _outermost(names: set[str]) -> tuple[str, ...]:
    """The names without members of declarations that are listed themselves."""
    return tuple(sorted(name for name in names if name.rpartition(".")[0] not in names))


def _facts(contract: contracts.Contract) -> Iterator[tuple[str, str]]:
    """Everything that a contract declares, by its name in the contract, without comments."""
    for part in parts.of(contract):
        if part.kind not in IN_THE_METHOD:
            value = str(part.number) if part.kind == "value" else writing.alone(part.declared)
            yield part.name.removeprefix(f"{contract.name}."), value
