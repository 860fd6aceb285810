"""Metrics for Prometheus: the lag of groups, and sums over several workers."""

import math

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from idl import inventory
from tests import acting, split
from tests.serving import processes
from thriftshop import rpc
from thriftshop.events import groups, progress
from thriftshop.processes import health
from thriftshop.rpc import replicas

LEVELS = "inventory.ledger"


def lag(group: str) -> float | None:
    health.metrics()
    return REGISTRY.get_sample_value("thriftshop_consumer_lag_events", {"group": group})


@pytest.mark.django_db
def test_metrics_have_the_lag_of_a_consumer_group():
    progress.catch_up()
    assert lag(LEVELS) == 0
    with acting.as_service("trade"):
        for number in range(3):
            lines = [inventory.StockLine(sku="MUG", quantity=1)]
            rpc.connect(inventory.InventoryService).receive(f"delivery-{number}", lines)
    assert lag(LEVELS) == 3
    progress.catch_up()
    assert lag(LEVELS) == 0


@pytest.mark.django_db
def test_metrics_are_served_while_a_log_is_unavailable(settings):
    settings.CONTEXTS = ["recommender"]
    settings.SERVICES = {context: ["http://127.0.0.1:9"] for context in settings.ALL_CONTEXTS}
    groups.hosted.cache_clear()
    remote = [group.name for group in groups.hosted() if group.topic != "recommender"]
    assert remote
    assert all(math.isnan(lag(name) or 0.0) for name in remote)
    replicas.forget()


@pytest.mark.slow
def test_workers_aggregate_calls_in_flight_and_excluded_replicas(tmp_path):
    """The recommender follows the inventory's log, whose owner is not there."""
    port = split.free_port()
    away = " ".join(f"{context}=http://127.0.0.1:9" for context in ("catalog", "inventory", "orders"))
    database = f"sqlite:///{tmp_path}/shop.sqlite3"
    variables = {"CONTEXTS": "recommender", "DATABASE_URL": database, "SERVICES": away, "DRAIN_GRACE_SECONDS": "0"}
    with processes.serving(port, "--migrate", **variables, WORKERS="2"):
        values = samples(processes.request(port, "/metrics")[1].decode())
    here = (("context", "inventory"),)
    assert values["thriftshop_rpc_in_flight", here] >= 0
    assert values["thriftshop_rpc_replicas_out", here] == 1
    assert math.isnan(values["thriftshop_consumer_lag_events", (("group", "recommender.stock"),)])


def samples(answer: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer)
        for sample in family.samples
    }
