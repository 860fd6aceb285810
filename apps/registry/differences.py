"""By what two states of a contract differ, in words: what one has and the other lacks, and what is declared otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from thriftshop import contracts


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
    """Everything a contract declares, by dotted name, as it is declared; words about it aside."""
    for one in contract.declarations:
        if isinstance(one, contracts.Struct):
            yield one.name, one.kind + _annotated(one.annotations)
            yield from ((f"{one.name}.{field.name}", _field(field)) for field in one.fields)
        elif isinstance(one, contracts.Enum):
            yield one.name, "enum" + _annotated(one.annotations)
            yield from ((f"{one.name}.{value.name}", str(value.value)) for value in one.values)
        elif isinstance(one, contracts.Service):
            yield one.name, "service" + (f" extends {one.extends}" if one.extends else "") + _annotated(one.annotations)
            yield from ((f"{one.name}.{method.name}", _method(method)) for method in one.methods)
        elif isinstance(one, contracts.Typedef):
            yield one.name, f"typedef {one.type}"
        else:
            yield one.name, f"const {one.type} = {one.value!r}"


def _method(method: contracts.Method) -> str:
    arguments = ", ".join(f"{_field(one)} {one.name}" for one in method.arguments)
    throws = ", ".join(f"{_field(one)} {one.name}" for one in method.throws)
    oneway = "oneway " if method.oneway else ""
    refusing = f" throws ({throws})" if throws else ""
    return f"{oneway}{method.result} ({arguments}){refusing}{_annotated(method.annotations)}"


def _field(field: contracts.Field) -> str:
    said = "" if field.requiredness == "default" else f"{field.requiredness} "
    default = "" if field.default is None else f" = {field.default!r}"
    return f"{field.id}: {said}{field.type}{default}{_annotated(field.annotations)}"


def _annotated(annotations: Mapping[str, str]) -> str:
    return f" ({', '.join(f'{key}={value!r}' for key, value in sorted(annotations.items()))})" if annotations else ""
