"""Whole contracts compared: files, namespaces and everything that they declare."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from thriftshop.contracts import findings, model
from thriftshop.contracts.compatibility import fields, services
from thriftshop.contracts.compatibility.reach import Name, reached
from thriftshop.contracts.compatibility.sides import Retired, Sides, type_differs
from thriftshop.contracts.findings import Finding

REMOVED = {
    "struct": "struct-removed",
    "union": "struct-removed",
    "exception": "struct-removed",
    "enum": "enum-removed",
    "typedef": "typedef-removed",
    "constant": "constant-removed",
    "service": "service-removed",
}
NOTHING: Retired = MappingProxyType({})


def compare(old: model.Library, new: model.Library, retired: Retired = NOTHING) -> list[Finding]:
    """What the change from `old` to `new` breaks or endangers, the grave first. `retired` are the numbers that were taken
    away earlier, by owner and number (`catalog.Product field 5`), with what they meant."""
    felt = reached(old)
    found: list[Finding] = []
    for contract in old:
        if contract.name in new:
            sides = Sides(old, new, retired, contract.name, new[contract.name].path, contract.name)
            found += _contract(sides, contract, new[contract.name], felt)
        else:
            found.append(findings.of("file-removed", contract.name, "the file is gone", f"idl/{contract.path}"))
    return findings.in_order(found)


def _contract(
    sides: Sides, old: model.Contract, new: model.Contract, felt: Mapping[Name, Sequence[str]]
) -> Iterator[Finding]:
    for scope, namespace in old.namespaces.items():
        now = new.namespaces.get(scope)
        if now != namespace:
            what = f"was `{namespace}` for `{scope}` and is {f'`{now}`' if now else 'gone'} now"
            yield sides.found("namespace-changed", what)
    for one in old.declarations:
        places = felt.get((old.name, one.name), ())
        if one.name in new.by_name:
            now_declared = new.by_name[one.name]
            yield from _declared(sides.within(one.name, now_declared.line, places), one, now_declared)
        else:
            yield sides.within(one.name, None, places).found(REMOVED[one.kind], f"the {one.kind} is gone")


def _declared(sides: Sides, old: model.Declared, new: model.Declared) -> Iterator[Finding]:
    if old.kind != new.kind:
        yield sides.found("kind-changed", f"was {_a(old.kind)} and is {_a(new.kind)} now")
    elif isinstance(old, model.Struct) and isinstance(new, model.Struct):
        kind = fields.MEMBER if old.kind == "union" else fields.FIELD
        yield from fields.compare(sides, kind, old.fields, new.fields)
    elif isinstance(old, model.Enum) and isinstance(new, model.Enum):
        yield from _enum(sides, old, new)
    elif isinstance(old, model.Service) and isinstance(new, model.Service):
        yield from services.compare(sides, old, new)
    else:
        yield from _value(sides, old, new)


def _value(sides: Sides, old: model.Declared, new: model.Declared) -> Iterator[Finding]:
    """Typedefs and constants."""
    if isinstance(old, model.Typedef) and isinstance(new, model.Typedef):
        if type_differs(sides, old.type, new.type) == "wire":
            yield sides.found("typedef-changed", f"stood for `{old.type}` and stands for `{new.type}` now")
    elif isinstance(old, model.Constant) and isinstance(new, model.Constant):
        before, now = f"{old.type} {old.value!r}", f"{new.type} {new.value!r}"
        if before != now:
            yield sides.found("constant-changed", f"was `{before}` and is `{now}` now")


def _enum(sides: Sides, old: model.Enum, new: model.Enum) -> Iterator[Finding]:
    by_number = {one.value: one for one in new.values}
    by_name = {one.name: one for one in new.values}
    for one in old.values:
        moved = by_name.get(one.name)
        if moved is not None:
            if moved.value != one.value:
                what = f"was {one.value} and is {moved.value} now"
                yield sides.found("enum-member-renumbered", what, one.name, moved.line)
        elif one.value in by_number:
            now = by_number[one.value]
            yield sides.found("enum-member-renamed", f"{one.value} was called {one.name}", now.name, now.line)
        else:
            yield sides.found("enum-member-removed", f"{one.value} is gone", one.name)
    yield from _new_members(sides, old, new)


def _new_members(sides: Sides, old: model.Enum, new: model.Enum) -> Iterator[Finding]:
    numbers, names = {one.value for one in old.values}, {one.name for one in old.values}
    for one in new.values:
        if one.value in numbers:
            continue
        once = sides.was_retired("value", one.value)
        if once is not None:
            yield sides.found("number-retired", f"{one.value} was {once}", one.name, one.line)
        elif one.name not in names:
            yield sides.found("enum-member-added", f"{one.value} is new", one.name, one.line)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' and kind != 'union' else 'a'} {kind}"
