"""Where a type is felt: in what is sent, answered, refused and stored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from thriftshop.contracts import model

Name = tuple[str, str]  # contract, declaration


def reached(library: model.Library) -> Mapping[Name, tuple[str, ...]]:
    """For every declared type the places that its values get to, sorted; a type that gets nowhere is left out."""
    felt: dict[Name, set[str]] = defaultdict(set)
    for place, contract, types in _places(library):
        for name in _closure(library, contract, types):
            felt[name].add(place)
    return {name: tuple(sorted(places)) for name, places in felt.items()}


def _places(library: model.Library) -> Iterator[tuple[str, str, list[model.Type]]]:
    for contract in library:
        if contract.event_union:
            yield f"stored events of {contract.name}", contract.name, [model.Type(contract.event_union.name)]
        for service in contract.services:
            for method in service.methods:
                called = f"{service.name}.{method.name}"
                yield f"arguments of {called}", contract.name, [one.type for one in method.arguments]
                yield f"answer of {called}", contract.name, [method.result]
                yield f"refusals of {called}", contract.name, [one.type for one in method.throws]


def _closure(library: model.Library, contract: str, types: Iterable[model.Type]) -> set[Name]:
    found: set[Name] = set()
    waiting = [(contract, one) for kind in types for one in kind.mentioned()]
    while waiting:
        home, kind = waiting.pop()
        name = library.home(home, kind.name)
        if name in found:
            continue
        found.add(name)
        waiting += [(name[0], one) for inner in _inside(library.find(home, kind.name)) for one in inner.mentioned()]
    return found


def _inside(declared: model.Declared | None) -> list[model.Type]:
    if isinstance(declared, model.Struct):
        return [one.type for one in declared.fields]
    return [declared.type] if isinstance(declared, model.Typedef) else []
