"""Services with different keys: customers get SERVICE_UNAVAILABLE, operators the reason."""

import json

import pytest

from tests import split
from tests.serving import processes

pytestmark = pytest.mark.slow

PRODUCTS = json.dumps({"query": "{ products(first: 1) { nodes { sku } } }"}).encode()


def test_a_wrong_key_between_services_does_not_tell_customers_to_log_in(tmp_path):
    ports = [split.free_port(), split.free_port()]
    known = {"SERVICE_KEYS": "s" * 40, "VIEWER_KEYS": "v" * 40, "DRAIN_GRACE_SECONDS": "0"}
    gateway = known | {
        "CONTEXTS": "gateway",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'gateway.sqlite3'}",
        "SERVICES": f"catalog=http://127.0.0.1:{ports[1]}",
    }
    catalog = known | {
        "CONTEXTS": "catalog",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'catalog.sqlite3'}",
        "SERVICE_KEYS": "w" * 40,
    }
    with processes.serving(ports[1], "--migrate", **catalog), processes.serving(ports[0], "--migrate", **gateway):
        _, body = processes.request(ports[0], "/graphql", "POST", PRODUCTS, **{"content-type": "application/json"})
        (error,) = json.loads(body)["errors"]
        assert error["extensions"]["code"] == "SERVICE_UNAVAILABLE"
        for port, what in ((ports[0], "identity token rejected by the service"), (ports[1], "identity token refused")):
            status, body = processes.request(port, "/readyz")
            report = json.loads(body)
            assert (status, report["status"]) == (200, "degraded")
            assert what in report["checks"]["tokens"]
            assert "both sides need the same SERVICE_KEYS" in report["checks"]["tokens"]
