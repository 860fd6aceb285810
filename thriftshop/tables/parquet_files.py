"""Parquet files."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from thriftshop.tables.table import Table, Unreadable

BATCH = 20_000


def table(file: BinaryIO) -> Table:
    """The table of a Parquet file: its column names as row 0, then its rows from 1."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        # The image does not contain pyarrow, which would be a third of its size and is not needed by any service.
        raise Unreadable("Parquet support is not installed; save the file as .csv or .xlsx") from error
    try:
        opened = parquet.ParquetFile(file)
        header = opened.schema_arrow.names
    except (pyarrow.ArrowException, OSError) as error:
        raise Unreadable(f"it is a damaged Parquet file ({_short(error)})") from error
    return Table("", itertools.chain([(0, header)], _rows(opened)))


def _rows(file: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    import pyarrow

    number = 0
    try:
        for batch in file.iter_batches(batch_size=BATCH):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, row
    except (pyarrow.ArrowException, OSError) as error:
        raise Unreadable(f"it is damaged ({_short(error)})", f"after row {number}") from error


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200].rstrip(".")
