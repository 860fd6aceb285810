"""Completion of lists: of items that are there, awaited one by one, or iterated asynchronously."""

from asyncio import gather
from collections.abc import AsyncIterable, Awaitable, Iterable
from typing import Any

from graphql import GraphQLError
from graphql.pyutils import Undefined, is_iterable

from thriftshop.graphql.compiler.classes import PLAIN
from thriftshop.graphql.compiler.fields import Complete, Field
from thriftshop.graphql.compiler.state import Path, State


class Items:
    """Completes the lists of a field. An item that is nullable is null where it fails; otherwise the whole list fails."""

    __slots__ = ("complete_item", "field", "nullable")

    def __init__(self, field: Field, complete_item: Complete, nullable: bool) -> None:
        self.field = field
        self.complete_item = complete_item
        self.nullable = nullable

    def complete(self, value: Any, path: Path, state: State) -> Any:
        """The list of completed items, or an awaitable of it."""
        if isinstance(value, Exception):
            raise value
        if value is None or value is Undefined:
            return None
        if is_iterable(value):
            return self._completed(value, path, state)
        if isinstance(value, AsyncIterable):
            return self._iterated(value, path, state)
        name = f"{self.field.parent.name}.{self.field.name}"
        raise GraphQLError(f"Expected Iterable, but did not find one for field '{name}'.")

    async def _iterated(self, value: AsyncIterable[Any], path: Path, state: State) -> Any:
        return self.complete([item async for item in value], path, state)

    def _completed(self, items: Iterable[Any], path: Path, state: State) -> Any:
        results: list[Any] = []
        waiting: list[int] = []
        for index, item in enumerate(items):
            completed = self._item(item, (path, index, None), state)
            if not PLAIN[completed.__class__] and state.is_awaitable(completed):
                waiting.append(index)
            results.append(completed)
        return _gathered(results, waiting) if waiting else results

    def _item(self, item: Any, path: Path, state: State) -> Any:
        try:
            if not PLAIN[item.__class__] and state.is_awaitable(item):
                return self._resolved_later(item, path, state)
            completed = self.complete_item(item, path, state)
            if not PLAIN[completed.__class__] and state.is_awaitable(completed):
                return self._completed_later(completed, path, state)
            return completed
        except Exception as problem:
            self.field.fail_at(problem, path, state, self.nullable)
            return None

    async def _resolved_later(self, item: Awaitable[Any], path: Path, state: State) -> Any:
        try:
            completed = self.complete_item(await item, path, state)
            return await completed if state.is_awaitable(completed) else completed
        except Exception as problem:
            self.field.fail_at(problem, path, state, self.nullable)
            return None

    async def _completed_later(self, item: Awaitable[Any], path: Path, state: State) -> Any:
        try:
            return await item
        except Exception as problem:
            self.field.fail_at(problem, path, state, self.nullable)
            return None


async def _gathered(results: list[Any], waiting: list[int]) -> list[Any]:
    for index, result in zip(waiting, await gather(*(results[index] for index in waiting)), strict=True):
        results[index] = result
    return results
