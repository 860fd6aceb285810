"""Contracts compared: files, namespaces and declarations."""

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
    """The findings for a change from `old` to `new`. `retired` maps numbers that were removed earlier
    (`catalog.Product field 5`) to their declarations."""
    uses = reached(old)
    results: list[Finding] = []
    for contract in old:
        if contract.name in new:
            sides = Sides(old, new, retired, contract.name, new[contract.name].path, contract.name)
            results += _contract(sides, contract, new[contract.name], uses)
        else:
            results.append(findings.of("file-removed", contract.name, "the file was removed", f"idl/{contract.path}"))
    return findings.in_order(results)


def _contract(
    sides: Sides, old: model.Contract, new: model.Contract, uses: Mapping[Name, Sequence[str]]
) -> Iterator[Finding]:
    for scope, namespace in old.namespaces.items():
        now = new.namespaces.get(scope)
        if now != namespace:
            problem = f"was `{namespace}` for `{scope}` and is {f'`{now}`' if now else 'removed'} now"
            yield sides.finding("namespace-changed", problem)
    for declaration in old.declarations:
        places = uses.get((old.name, declaration.name), ())
        if declaration.name in new.by_name:
            now_declared = new.by_name[declaration.name]
            yield from _declared(sides.within(declaration.name, now_declared.line, places), declaration, now_declared)
        else:
            yield sides.within(declaration.name, None, places).finding(
                REMOVED[declaration.kind], f"the {declaration.kind} was removed"
            )


def _declared(sides: Sides, old: model.Declared, new: model.Declared) -> Iterator[Finding]:
    if old.kind != new.kind:
        yield sides.finding("kind-changed", f"was {_a(old.kind)} and is {_a(new.kind)} now")
    elif isinstance(old, model.Struct) and isinstance(new, model.Struct):
        kind = fields.MEMBER if old.kind == "union" else fields.FIELD
        yield from fields.compare(sides, kind, old.fields, new.fields)
    elif isinstance(old, model.Enum) and isinstance(new, model.Enum):
        yield from fields.compare(sides, fields.VALUE, old.values, new.values)
    elif isinstance(old, model.Service) and isinstance(new, model.Service):
        yield from services.compare(sides, old, new)
    else:
        yield from _value(sides, old, new)


def _value(sides: Sides, old: model.Declared, new: model.Declared) -> Iterator[Finding]:
    """Typedefs and constants."""
    if isinstance(old, model.Typedef) and isinstance(new, model.Typedef):
        if type_differs(sides, old.type, new.type) == "wire":
            yield sides.finding("typedef-changed", f"was `{old.type}` and is `{new.type}` now")
    elif isinstance(old, model.Constant) and isinstance(new, model.Constant):
        before, now = f"{old.type} {old.value!r}", f"{new.type} {new.value!r}"
        if before != now:
            yield sides.finding("constant-changed", f"was `{before}` and is `{now}` now")


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' and kind != 'union' else 'a'} {kind}"
