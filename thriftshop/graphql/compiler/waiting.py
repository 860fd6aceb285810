"""The fields of a selection that are resolved later."""

from asyncio import gather
from typing import Any

# Their keys in the response and their awaitables.
Waiting = list[tuple[str, Any]]


def appended(waiting: Waiting | None, key: str, value: Any) -> Waiting:
    """The fields that are resolved later, and one more."""
    if waiting is None:
        return [(key, value)]
    waiting.append((key, value))
    return waiting


async def together(result: dict[str, Any], waiting: Waiting) -> dict[str, Any]:
    """Await the fields that are resolved later, concurrently."""
    values = await gather(*(value for _, value in waiting))
    for (key, _), value in zip(waiting, values, strict=True):
        result[key] = value
    return result


async def at_root(result: dict[str, Any], waiting: Waiting) -> dict[str, Any]:
    """The same at the root, where a single field needs no task; below it, this would change which error comes first."""
    if len(waiting) > 1:
        return await together(result, waiting)
    key, value = waiting[0]
    result[key] = await value
    return result
