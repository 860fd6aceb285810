"""Metrics of PostgreSQL's connection pool."""

from typing import Any, cast

from django.db import connection

from thriftshop.telemetry import metrics

NAME = "database"


def sample() -> None:
    """Read the statistics of the pool, if there is one."""
    pool = cast(Any, connection).pool if connection.vendor == "postgresql" else None
    if pool is None:
        return
    statistics = pool.get_stats()
    metrics.POOL_LIMIT.labels(NAME).set(statistics["pool_max"])
    metrics.POOL_BUSY.labels(NAME).set(statistics["pool_size"] - statistics["pool_available"])
    metrics.POOL_WAITING.labels(NAME).set(statistics["requests_waiting"])
