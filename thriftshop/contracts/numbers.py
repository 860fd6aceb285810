"""The numbers and names that contracts use."""

from thriftshop.contracts import model, parts


def in_use(library: model.Library) -> dict[str, str]:
    """The numbers in use (`catalog.Product field 5`), each with its declaration."""
    return {
        f"{one.owner} {one.kind} {one.number}": _declaration(one)
        for one in parts.of_all(library)
        if one.number is not None
    }


def names(library: model.Library) -> set[str]:
    """The full names of all declarations: `catalog`, `catalog.Product`, `catalog.Product.sku`."""
    return {one.name for one in library} | {one.name for one in parts.of_all(library)}


def _declaration(part: parts.Part) -> str:
    name = part.declared.name
    return f"`{' '.join([*map(str, part.types), name])}`"
