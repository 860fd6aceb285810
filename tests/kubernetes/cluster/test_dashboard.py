"""Every panel of the dashboard "Kubernetes" has data from a cluster: by kube-state-metrics, in Prometheus and in InfluxDB."""

import time
import uuid

import pytest

from tests.kubernetes import rendering
from tests.kubernetes.cluster.test_nodes import BUILT_IN, NODES, node
from tests.services import influxdb, kubernetes, prometheus, running, telegraf
from tests.services.kubernetes import state_metrics
from tests.telemetry import panels
from thriftshop.dashboards import cluster as dashboard

SIMULATE = True
WAIT_SECONDS = 180.0


@pytest.fixture(scope="module")
def database(cluster):
    """A database of InfluxDB that is filled with what a cluster runs of the shop; Prometheus has it as well."""
    running.require(prometheus.is_installed(), prometheus.MISSING)
    running.need_influxdb()
    kubernetes.run("create", "--filename", "-", given=kubernetes.as_yaml([node(number) for number in range(NODES)]))
    ended = kubernetes.apply(rendering.of_kind(rendering.overlay("production"), *BUILT_IN, "Job"))
    assert ended.returncode == 0, ended.stderr
    name = f"cluster-{uuid.uuid4().hex[:8]}"
    influxdb.query(f'CREATE DATABASE "{name}"', "")
    try:
        state_metrics.start()
        prometheus.start([state_metrics.ADDRESS], seconds=1)
        telegraf.start_for_cluster(f"http://{state_metrics.ADDRESS}/metrics", name)
        yield name
    finally:
        telegraf.stop()
        prometheus.stop()
        state_metrics.stop()


def test_every_panel_has_data_in_prometheus(database):
    wait_until_complete(lambda: panels.empty_in_prometheus(dashboard.board()))


def test_every_panel_has_data_in_influxdb(database):
    wait_until_complete(lambda: panels.empty_in_influxdb(dashboard.board(), database))


def wait_until_complete(empty):
    """Wait until no query is empty: pods must be placed first."""
    until = time.monotonic() + WAIT_SECONDS
    while missing := empty():
        assert time.monotonic() < until, missing
        time.sleep(1)
