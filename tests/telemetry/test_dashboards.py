"""Dashboards: as the code makes them, and every query of every panel returns data from a shop under load."""

import json
import math
import time

import promql_parser
import pytest
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.services import influxdb, prometheus
from thriftshop import contexts
from thriftshop.dashboards import boards, files, grafana

BOARDS = boards.all_boards()
RANGE_SECONDS, INTERVAL_SECONDS = 600, 10


def content_of(board, source):
    return json.loads(files.contents()[files.ROOT / "grafana" / source / f"{board.name}.json"])


def panels_of(content):
    """The panels, also those in rows."""
    for panel in content["panels"]:
        yield from [panel] if panel["type"] != "row" else panel.get("panels", ())


def in_prometheus(expression):
    return expression.replace("$__rate_interval", "2m")


def in_influxdb(statement):
    for variable, value in (
        ("$timeFilter", f"time > now() - {RANGE_SECONDS}s"),
        ("$__interval_ms", str(INTERVAL_SECONDS * 1_000)),
        ("$__interval", f"{INTERVAL_SECONDS}s"),
    ):
        statement = statement.replace(variable, value)
    return statement


def test_the_written_files_are_current():
    for path, text in files.contents().items():
        assert path.read_text("utf-8") == text, f"{path.name}: run `manage.py dashboards`"
    assert files.obsolete() == []


def test_every_context_with_something_to_show_has_a_dashboard():
    shown = {board.name.removeprefix("context-") for board in BOARDS if board.name.startswith("context-")}
    assert shown == {config.label for config in contexts.all_contexts() if config.label != "registry"}


@pytest.mark.parametrize("source", ["prometheus", "influxdb"])
def test_grafanas_own_library_reads_every_dashboard(source):
    for board in BOARDS:
        content = content_of(board, source)
        read = Dashboard.from_json(content)
        assert read.uid
        assert len(read.uid) <= 40
        assert {panel["datasource"]["uid"] for panel in panels_of(content)} == {source}
        for panel in panels_of(content):
            assert {link["title"] for link in panel["links"]} == set(grafana.LINKS)


def test_uids_and_titles_are_unique():
    every = [content_of(board, source) for board in BOARDS for source in ("prometheus", "influxdb")]
    assert len({content["uid"] for content in every}) == len({content["title"] for content in every}) == len(every)


@pytest.mark.slow
@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_every_panel_has_data_in_prometheus(board, observed):
    empty = []
    for panel in panels_of(content_of(board, "prometheus")):
        for target in panel["targets"]:
            expression = in_prometheus(target["expr"])
            promql_parser.parse(expression)
            now = time.time()
            series = prometheus.query_range(expression, now - RANGE_SECONDS, now, INTERVAL_SECONDS)
            if not any(math.isfinite(float(value)) for one in series for _, value in one["values"]):
                empty.append((panel["title"], expression))
    assert empty == []


@pytest.mark.slow
@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_every_panel_has_data_in_influxdb(board, observed):
    empty = []
    for panel in panels_of(content_of(board, "influxdb")):
        for target in panel["targets"]:
            statement = in_influxdb(target["query"])
            series = influxdb.query(statement, observed.database)
            if not any(row[1] is not None for one in series for row in one["values"]):
                empty.append((panel["title"], statement))
    assert empty == []
