"""Where a type is used: in arguments, results, refusals and stored events."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from thriftshop.contracts import model

Name = tuple[str, str]  # contract, declaration


def reached(library: model.Library) -> Mapping[Name, tuple[str, ...]]:
    """The places where values of each declared type are used, sorted; unused types are left out."""
    uses: dict[Name, set[str]] = defaultdict(set)
    for place, contract, types in _places(library):
        mentioned = (library.home(contract, type_.name) for written in types for type_ in written.mentioned())
        for name in library.reached(mentioned):
            uses[name].add(place)
    return {name: tuple(sorted(places)) for name, places in uses.items()}


def _places(library: model.Library) -> Iterator[tuple[str, str, list[model.Type]]]:
    for contract in library:
        if contract.event_union:
            yield f"stored events of {contract.name}", contract.name, [model.Type(contract.event_union.name)]
        for service in contract.services:
            for method in service.methods:
                called = f"{service.name}.{method.name}"
                yield f"arguments of {called}", contract.name, [argument.type for argument in method.arguments]
                yield f"answer of {called}", contract.name, [method.result]
                yield f"refusals of {called}", contract.name, [refusal.type for refusal in method.throws]
