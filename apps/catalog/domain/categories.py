"""The rules of categories: valid names and descriptions, and their places in the tree."""

from collections.abc import Mapping, Sequence

from apps.catalog.domain import products
from idl import common

MAX_DEPTH = 8
SEPARATOR = "/"


def checked_name(name: str) -> str:
    """The stripped name. Raises common.InvalidInput unless it is a line of 1 to 100 characters."""
    return products.line(name, "name", 100)


def checked_description(description: str) -> str:
    """The description with single spaces. Raises common.InvalidInput for more than 1,000 characters."""
    return products.line(" ".join(description.split()), "description", 1000, min_length=0)


def path_below(parent_path: str, category_id: str, height: int = 1) -> str:
    """The path of ids from the root to a category below another one (or to a root, below an empty path).

    `height` is the number of levels of the category's own subtree. Raises common.InvalidInput if the category would be
    its own ancestor, or the tree would be too deep.
    """
    ancestors = parent_path.split(SEPARATOR) if parent_path else []
    if category_id in ancestors:
        raise common.InvalidInput(message="A category cannot be below itself.", field="parent_id")
    if len(ancestors) + height > MAX_DEPTH:
        raise common.InvalidInput(message=f"The category tree is {MAX_DEPTH} levels deep at most.", field="parent_id")
    return SEPARATOR.join([*ancestors, category_id])


def summed_upward(direct: Mapping[str, int], paths: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The count of each category and its descendants, given the path of ids to each category."""
    totals = dict.fromkeys(paths, 0)
    for category_id, path in paths.items():
        for ancestor_id in path:
            totals[ancestor_id] += direct.get(category_id, 0)
    return totals
