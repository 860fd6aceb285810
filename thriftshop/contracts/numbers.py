"""The numbers and names that contracts use."""

from thriftshop.contracts import model, parts


def in_use(library: model.Library) -> dict[str, str]:
    """The numbers in use (`catalog.Product field 5`), each with its declaration."""
    return {
        f"{part.owner} {part.kind} {part.number}": _declaration(part)
        for part in parts.of_all(library)
        if part.number is not None
    }


def names(library: model.Library) -> set[str]:
    """The full names of all declarations: `catalog`, `catalog.Product`, `catalog.Product.sku`."""
    return {part.name for part in library} | {part.name for part in parts.of_all(library)}


def _declaration(part: parts.Part) -> str:
    name = part.declared.name
    return f"`{' '.join([*map(str, part.types), name])}`"
