"""The category tree: what a category may be, and where in the tree it may stand."""

from collections.abc import Mapping, Sequence

from apps.catalog.domain import products
from idl import common

DEEPEST = 8
SEPARATOR = "/"


def checked_name(name: str) -> str:
    """The name without space around it. Raises common.InvalidInput unless it is a line of 1 to 100 characters."""
    return products.line(name, "name", 100)


def checked_description(description: str) -> str:
    """The sentence without space around it. Raises common.InvalidInput for more than 1,000 characters."""
    return products.line(" ".join(description.split()), "description", 1000, shortest=0)


def path_below(parent_path: str, category_id: str, height: int = 1) -> str:
    """The path of ids from the root to a category below another one (or at a root, below an empty path).

    `height` is how many levels the category brings, itself included. Raises common.InvalidInput where it would stand
    below itself, or the tree would grow too deep.
    """
    above = parent_path.split(SEPARATOR) if parent_path else []
    if category_id in above:
        raise common.InvalidInput(message="A category cannot stand below itself.", field="parent_id")
    if len(above) + height > DEEPEST:
        raise common.InvalidInput(message=f"The category tree is {DEEPEST} levels deep at most.", field="parent_id")
    return SEPARATOR.join([*above, category_id])


def summed_upward(direct: Mapping[str, int], paths: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """For each category, known by its path of ids from the root, the count of itself and of all below it."""
    totals = dict.fromkeys(paths, 0)
    for category_id, path in paths.items():
        for above in path:
            totals[above] += direct.get(category_id, 0)
    return totals
