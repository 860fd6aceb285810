"""The category tree."""

from collections.abc import Mapping


def below(parents: Mapping[str, str], category_id: str) -> set[str]:
    """The ids of a category and its descendants; empty for an unknown category. `parents` has the parent of each."""
    children: dict[str, list[str]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    ids: set[str] = set()
    queue = [category_id] if category_id in parents else []
    while queue:
        current = queue.pop()
        if current not in ids:
            ids.add(current)
            queue.extend(children.get(current, ()))
    return ids
