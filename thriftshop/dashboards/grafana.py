"""Dashboards in Grafana's format, by its own SDK: one for Prometheus and one for InfluxDB of each board."""

import json
from typing import Any, NamedTuple

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import prometheus, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common, dashboard

from thriftshop.dashboards.charts import Board, Chart
from thriftshop.dashboards.queries import Query

HEIGHT, WIDTH = 8, 8
# Where panels link to: Grafana's explorer, on the data sources of observability/grafana/datasources.yml.
LINKS = {
    "Traces": "/explore?left=%7B%22datasource%22:%22traces%22,%22queries%22:%5B%7B%22query%22:%22%22%7D%5D%7D",
    "Logs": "/explore?left=%7B%22datasource%22:%22logs%22,%22queries%22:%5B%7B%22query%22:%22%22%7D%5D%7D",
}


class Source(NamedTuple):
    """A database that dashboards read: its name, and its type in Grafana; its uid is its name."""

    name: str
    title: str

    @property
    def reference(self) -> dashboard.DataSourceRef:
        """How panels name it."""
        return dashboard.DataSourceRef(type_val=self.name, uid=self.name)


SOURCES = (Source("prometheus", "Prometheus"), Source("influxdb", "InfluxDB"))


class InfluxQuery(Dataquery, Builder[Dataquery]):
    """A query in InfluxQL; the SDK has none for InfluxDB."""

    def __init__(self, statement: str, alias: str, ref_id: str) -> None:
        self._content = {
            "refId": ref_id,
            "datasource": {"type": "influxdb", "uid": "influxdb"},
            "query": statement,
            "rawQuery": True,
            "resultFormat": "time_series",
            "alias": alias,
        }

    def build(self) -> Dataquery:
        """Itself."""
        return self

    def to_json(self) -> dict[str, Any]:
        """As Grafana stores it."""
        return self._content


def text_of(board: Board, source: Source) -> str:
    """A dashboard as a file."""
    built = (
        builders.Dashboard(f"Thrift Shop: {board.title} ({source.title})")
        .uid(f"shop-{source.name[:6]}-{board.name}"[:40])
        .description(board.about)
        .tags(["thriftshop", source.name])
        .refresh("10s")
        .time("now-1h", "now")
        .timezone("browser")
        .readonly()
    )
    built = built.link(
        builders.DashboardLink("Dashboards")
        .type(dashboard.DashboardLinkType.DASHBOARDS)
        .tags(["thriftshop", source.name])
        .as_dropdown(True)
    )
    number = 0
    for title, charts in board.rows.items():
        built = built.with_row(builders.Row(title))
        for chart in charts:
            number += 1
            built = built.with_panel(_panel(chart, source).id(number))
    return json.dumps(built.build(), cls=JSONEncoder, indent=2, sort_keys=True) + "\n"


def _panel(chart: Chart, source: Source) -> timeseries.Panel:
    panel = (
        timeseries.Panel()
        .title(chart.title)
        .description(chart.about)
        .datasource(source.reference)
        .unit(chart.unit)
        .min(0)
        .height(HEIGHT)
        .span(WIDTH)
        .links(
            [
                builders.DashboardLink(title).type(dashboard.DashboardLinkType.LINK).url(url)
                for title, url in LINKS.items()
            ]
        )
    )
    if chart.limit is not None:
        panel = _with_limit(panel, chart.limit)
    for number, query in enumerate(chart.queries):
        panel = panel.with_target(_target(query, source, chr(ord("A") + number)))
    return panel


def _with_limit(panel: timeseries.Panel, limit: float) -> timeseries.Panel:
    """A line at the limit, above which the panel is red."""
    steps = [dashboard.Threshold(None, "green"), dashboard.Threshold(limit, "red")]
    style = common_builders.GraphThresholdsStyleConfig().mode(common.GraphTresholdsStyleMode.LINE_AND_AREA)
    thresholds = builders.ThresholdsConfig().mode(dashboard.ThresholdsMode.ABSOLUTE).steps(steps)
    return panel.thresholds(thresholds).thresholds_style(style)


def _target(query: Query, source: Source, ref_id: str) -> Builder[Dataquery]:
    if source.name == "influxdb":
        return InfluxQuery(query.influxql(), " ".join(f"$tag_{label}" for label in query.by), ref_id)
    legend = " ".join(f"{{{{{label}}}}}" for label in query.by) or "__auto"
    return prometheus.Dataquery().expr(query.promql()).legend_format(legend).ref_id(ref_id).exemplar(True)
