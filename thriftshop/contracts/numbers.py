"""Every number and name that contracts give a meaning to."""

from collections.abc import Iterator

from thriftshop.contracts import model


def in_use(library: model.Library) -> dict[str, str]:
    """The numbers that have a meaning (`catalog.Product field 5`) with the meaning as it is written."""
    return {f"{owner} {space} {number}": told for owner, space, number, _, told in _numbered(library)}


def names(library: model.Library) -> set[str]:
    """The dotted names of all that is declared: `catalog`, `catalog.Product`, `catalog.Product.sku`."""
    found = {f"{owner}.{name}" for owner, _, _, name, _ in _numbered(library)}
    for contract in library:
        found.add(contract.name)
        for one in contract.declarations:
            found.add(f"{contract.name}.{one.name}")
            if isinstance(one, model.Service):
                found |= {f"{contract.name}.{one.name}.{method.name}" for method in one.methods}
    return found


def _numbered(library: model.Library) -> Iterator[tuple[str, str, int, str, str]]:
    """Owner, kind, number, name and the words of the declaration."""
    for contract in library:
        for one in contract.declarations:
            owner = f"{contract.name}.{one.name}"
            if isinstance(one, model.Struct):
                yield from _fields(owner, "member" if one.kind == "union" else "field", one.fields)
            elif isinstance(one, model.Enum):
                yield from ((owner, "value", value.value, value.name, f"`{value.name}`") for value in one.values)
            elif isinstance(one, model.Service):
                for method in one.methods:
                    yield from _fields(f"{owner}.{method.name}", "argument", method.arguments)
                    yield from _fields(f"{owner}.{method.name}", "refusal", method.throws)


def _fields(owner: str, space: str, fields: tuple[model.Field, ...]) -> Iterator[tuple[str, str, int, str, str]]:
    for one in fields:
        yield owner, space, one.id, one.name, f"`{one.type} {one.name}`"
