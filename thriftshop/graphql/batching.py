"""Data loaders, whose batches have spans while spans are recorded."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiodataloader import DataLoader

from thriftshop.telemetry import spans
from thriftshop.telemetry.spans import Description, Kind, Span

# The number of keys that the calls accept.
MAX_BATCH = 500
Load = Callable[[list[Any]], Awaitable[list[Any]]]


def loader(load: Load) -> Any:
    """A data loader."""
    return DataLoader(_recorded(load) if spans.is_recording() else load, max_batch_size=MAX_BATCH)


def _recorded(load: Load) -> Load:
    async def recorded(keys: list[Any]) -> list[Any]:
        with spans.block(BATCH, (load, len(keys))):
            return await load(keys)

    return recorded


def _describe(span: Span) -> Description:
    load, size = span.subject
    return f"load {load.__name__.strip('_')}", {"thriftshop.batch.size": size}


BATCH = Kind("INTERNAL", _describe)
