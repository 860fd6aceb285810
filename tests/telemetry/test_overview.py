"""The overview in the admin: the same queries as Grafana's, evaluated on this server's own metrics, drawn as SVG."""

import re

import pytest
from django.contrib.auth import get_user_model
from prometheus_client import CollectorRegistry, Counter, Histogram

from thriftshop.dashboards import boards, evaluation
from thriftshop.dashboards.queries import Quantile, Rate, Share, Slower
from thriftshop.desk import overview
from thriftshop.telemetry.metrics import BUCKETS

NAME = "thriftshop_test_seconds"


@pytest.fixture
def measured():
    """A histogram, and a function that takes the next snapshot ten seconds after the last one."""
    registry, history = CollectorRegistry(), evaluation.History([NAME], 10)
    histogram = Histogram(NAME, "A test.", ["type", "outcome"], buckets=BUCKETS, registry=registry)

    def snapshot():
        history.add(registry.collect(), 10.0 * len(history.snapshots()))

    return histogram, snapshot, history


def test_queries_are_evaluated_between_snapshots(measured):
    histogram, snapshot, history = measured
    snapshot()
    for seconds, outcome in ((0.02, "ok"),) * 97 + ((0.7, "fault"),) * 3:
        histogram.labels("query", outcome).observe(seconds)
    snapshot()
    snapshot()
    lines = {
        "rate": evaluation.lines(Rate(NAME, ("type",), is_histogram=True), history.snapshots()),
        "share": evaluation.lines(Share(NAME, {"outcome": "fault"}), history.snapshots()),
        "slower": evaluation.lines(Slower(NAME, "0.5"), history.snapshots()),
        "p99": evaluation.lines(Quantile(NAME, 0.99), history.snapshots()),
    }
    assert lines["rate"] == {("query",): [10.0, 0.0]}
    assert lines["share"] == {(): [0.03, None]}
    assert lines["slower"][()] == [pytest.approx(0.03), None]
    assert 0.5 < lines["p99"][()][0] <= 1.0


def test_label_values_can_be_excluded(measured):
    histogram, snapshot, history = measured
    snapshot()
    histogram.labels("query", "ok").observe(0.01)
    histogram.labels("subscription", "ok").observe(9.0)
    snapshot()
    assert evaluation.lines(Slower(NAME, "0.5", (), {"type": "!subscription"}), history.snapshots()) == {(): [0.0]}


def test_a_history_keeps_the_latest_snapshots_of_its_metrics_only():
    registry, history = CollectorRegistry(), evaluation.History([NAME], 3)
    Counter("thriftshop_other_total", "A test.", registry=registry).inc()
    for at in range(5):
        history.add(registry.collect(), float(at))
    assert [snapshot.at for snapshot in history.snapshots()] == [2.0, 3.0, 4.0]
    assert all(snapshot.values == {} for snapshot in history.snapshots())


def test_every_objective_can_be_drawn_without_a_database():
    for chart in boards.objectives():
        assert evaluation.lines(chart.queries[0], overview.history.snapshots()) is not None


@pytest.fixture
def slow_shop(measured, monkeypatch):
    """Metrics in which a fifth of the operations is too slow."""
    registry, history = CollectorRegistry(), evaluation.History([boards.GRAPHQL, boards.FRESHNESS], overview.SNAPSHOTS)
    operations = Histogram(boards.GRAPHQL, "A test.", ["type", "name", "outcome"], buckets=BUCKETS, registry=registry)
    Histogram(boards.FRESHNESS, "A test.", ["group"], buckets=BUCKETS, registry=registry)
    for at in range(0, 300, 10):
        history.add(registry.collect(), float(at))
        for seconds in (0.02,) * 80 + (0.7,) * 20:
            operations.labels("query", "", "ok").observe(seconds)
    monkeypatch.setattr(overview, "history", history)


def test_a_objective_that_is_not_kept_is_marked(slow_shop):
    status = {drawing.title: drawing.status for drawing in overview.drawings()}
    assert status["Duration of operations, p99"] == status["Operations slower than 500 ms"] == "bad"
    assert status["Operations that fail"] == ""
    assert status["Time until events are visible, p99"] == ""


def test_lines_stay_inside_the_drawing_and_end_at_the_right(slow_shop):
    for drawing in overview.drawings():
        for line in drawing.lines:
            points = [tuple(map(float, point.split(","))) for point in " ".join(line.points).split()]
            assert all(0 <= x <= overview.WIDTH and 0 <= y <= overview.HEIGHT for x, y in points)
            assert points[-1][0] == overview.WIDTH


@pytest.mark.django_db
def test_staff_see_the_page_and_others_do_not(client, slow_shop):
    assert client.get("/admin/overview/").status_code == 302
    client.force_login(get_user_model().objects.create_superuser(email="boss@shop.example"))
    page = client.get("/admin/overview/").content.decode()
    assert page.count("<svg") >= 4
    assert "Exceeded" in page
    assert not re.search(r"<svg[^>]*style=|<script(?![^>]*src=)", page)
    assert 'href="/admin/overview/"' in client.get("/admin/").content.decode()
