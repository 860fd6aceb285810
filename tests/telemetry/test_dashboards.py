"""Dashboards: as the code makes them, and every query of every panel returns data from a shop under load."""

import pytest
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.telemetry import panels
from tests.telemetry.panels import content_of, panels_of
from thriftshop import contexts
from thriftshop.dashboards import boards, cluster, files, grafana

BOARDS = boards.all_boards()
# What a cluster runs is measured where there is one: tests/kubernetes/cluster.
OF_PROCESSES = [board for board in BOARDS if board.name != cluster.NAME]


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
@pytest.mark.parametrize("board", OF_PROCESSES, ids=lambda board: board.name)
def test_every_panel_has_data_in_prometheus(board, observed):
    assert panels.empty_in_prometheus(board) == []


@pytest.mark.slow
@pytest.mark.parametrize("board", OF_PROCESSES, ids=lambda board: board.name)
def test_every_panel_has_data_in_influxdb(board, observed):
    assert panels.empty_in_influxdb(board, observed.database) == []
