"""By what two states of a contract differ, in words: what one has and the other lacks, and what is declared otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass

from thriftshop import contracts
from thriftshop.contracts import parts, writing


@dataclass(frozen=True, slots=True)
class Differences:
    """What a running service's contract says, seen from the registry's: dotted names, or a sentence each."""

    lacking: tuple[str, ...] = ()  # declared here, unknown there
    more: tuple[str, ...] = ()  # declared there, unknown here
    otherwise: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """`older` where it only lacks, `newer` where it only has more, `different` otherwise; `equal` where nothing is."""
        if self.otherwise or (self.lacking and self.more):
            return "different"
        return "older" if self.lacking else "newer" if self.more else "equal"


NONE = Differences()
IN_THE_METHOD = ("argument", "refusal")


def between(here: contracts.Contract, there: contracts.Contract) -> Differences:
    """The differences of a contract there from the one here."""
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
    """Without what is part of something that is named anyhow."""
    return tuple(sorted(name for name in names if name.rpartition(".")[0] not in names))


def _facts(contract: contracts.Contract) -> Iterator[tuple[str, str]]:
    """Everything that a contract declares, by its name in the contract, without comments."""
    for part in parts.of(contract):
        if part.kind not in IN_THE_METHOD:
            value = str(part.number) if part.kind == "value" else writing.alone(part.declared)
            yield part.name.removeprefix(f"{contract.name}."), value
