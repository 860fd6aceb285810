"""The queries of dashboards, as Grafana would send them."""

import json
import math
import time
from collections.abc import Iterator
from typing import Any

import promql_parser

from tests.services import influxdb, prometheus
from thriftshop.dashboards import files
from thriftshop.dashboards.charts import Board

RANGE_SECONDS, INTERVAL_SECONDS = 600, 10


def content_of(board: Board, source: str) -> Any:
    """A dashboard's file."""
    return json.loads(files.contents()[files.ROOT / "grafana" / source / f"{board.name}.json"])


def panels_of(content: Any) -> Iterator[Any]:
    """The panels, also those in rows."""
    for panel in content["panels"]:
        yield from [panel] if panel["type"] != "row" else panel.get("panels", ())


def empty_in_prometheus(board: Board) -> list[tuple[str, str]]:
    """The queries without data in Prometheus, with the titles of their panels."""
    empty = []
    for panel in panels_of(content_of(board, "prometheus")):
        for target in panel["targets"]:
            expression = target["expr"].replace("$__rate_interval", "2m")
            promql_parser.parse(expression)
            now = time.time()
            series = prometheus.query_range(expression, now - RANGE_SECONDS, now, INTERVAL_SECONDS)
            if not any(math.isfinite(float(value)) for line in series for _, value in line["values"]):
                empty.append((panel["title"], expression))
    return empty


def empty_in_influxdb(board: Board, database: str) -> list[tuple[str, str]]:
    """The queries without data in a database of InfluxDB, with the titles of their panels."""
    empty = []
    for panel in panels_of(content_of(board, "influxdb")):
        for target in panel["targets"]:
            statement = in_influxdb(target["query"])
            series = influxdb.query(statement, database)
            if not any(row[1] is not None for line in series for row in line["values"]):
                empty.append((panel["title"], statement))
    return empty


def in_influxdb(statement: str) -> str:
    """A statement for the last minutes."""
    for variable, value in (
        ("$timeFilter", f"time > now() - {RANGE_SECONDS}s"),
        ("$__interval_ms", str(INTERVAL_SECONDS * 1_000)),
        ("$__interval", f"{INTERVAL_SECONDS}s"),
    ):
        statement = statement.replace(variable, value)
    return statement
