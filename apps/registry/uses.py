"""Who uses what: for each declared type the fields, methods and events that mention it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from apps.registry import places
from thriftshop import contracts


@dataclass(frozen=True, slots=True)
class Use:
    """A place that mentions a type: `kind` says as what, `where` is its dotted name."""

    kind: str
    where: str
    href: str


@lru_cache(maxsize=1)
def _live() -> Mapping[tuple[str, str], list[Use]]:
    """Every use in the contracts in force; they never change while the process lives."""
    return table(contracts.live())


def of(contract: str, name: str) -> list[Use]:
    """The uses of a type, in the order of the contracts."""
    return _live().get((contract, name), [])


def table(library: contracts.Library) -> Mapping[tuple[str, str], list[Use]]:
    """All uses, by contract and name of what is used."""
    found: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for contract in library:
        for written, use in _mentions(contract):
            for one in written.mentioned():
                uses = found[library.home(contract.name, one.name)]
                if use not in uses:
                    uses.append(use)
    return found


def _mentions(contract: contracts.Contract) -> Iterator[tuple[contracts.Type, Use]]:
    for struct in contract.structs:
        kind = "event" if struct is contract.event_union else "field"
        for field in struct.fields:
            where = f"{contract.name}.{struct.name}.{field.name}"
            yield field.type, Use(kind, where, places.declaration(contract.name, struct.name, field.name))
    for typedef in contract.typedefs:
        where = f"{contract.name}.{typedef.name}"
        yield typedef.type, Use("typedef", where, places.declaration(contract.name, typedef.name))
    for service in contract.services:
        for method in service.methods:
            where = f"{contract.name}.{service.name}.{method.name}"
            href = places.declaration(contract.name, service.name, method.name)
            yield method.result, Use("result", where, href)
            for argument in method.arguments:
                yield argument.type, Use("argument", where, href)
            for refusal in method.throws:
                yield refusal.type, Use("refusal", where, href)
