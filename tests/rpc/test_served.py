"""Both sides count calls: the caller by outcome, the service by caller and outcome."""

import pytest
from prometheus_client import REGISTRY

from idl import catalog, common, inventory
from tests import acting
from tests.wire import posting
from thriftshop import call_context, identity, rpc
from thriftshop.rpc import hosting, messages

pytestmark = pytest.mark.django_db

Stock = inventory.InventoryService
stock = rpc.connect(Stock)


class Counts:
    """How many calls of a method were counted since this was made, or since it was last asked."""

    def __init__(self, metric: str, method: str) -> None:
        self.metric, self.method = metric, method
        self.before = self.all()

    def all(self) -> dict[tuple[str, ...], float]:
        return {
            tuple(sample.labels[name] for name in ("caller", "outcome", "code") if name in sample.labels): sample.value
            for family in REGISTRY.collect()
            for sample in family.samples
            if sample.name == self.metric and sample.labels.get("method", self.method) == self.method
        }

    def since(self) -> dict[tuple[str, ...], float]:
        before, self.before = self.before, self.all()
        return {
            labels: now - before.get(labels, 0) for labels, now in self.before.items() if now != before.get(labels, 0)
        }


def served(method: str) -> Counts:
    return Counts("thriftshop_served_call_seconds_count", method)


def test_a_service_counts_its_calls_by_caller_and_outcome(transport):
    counts = served("reserve")
    lines = [inventory.StockLine(sku="MUG", quantity=1)]
    with acting.as_service("orders"), pytest.raises(inventory.OutOfStock):
        stock.reserve("order-1", lines, 60)
    with acting.as_service("trade"):
        stock.receive("delivery-1", lines)
    with acting.as_service("orders"):
        stock.reserve("order-1", lines, 60)
    with acting.as_service("cart"), pytest.raises(rpc.NotAllowed):
        stock.reserve("order-2", lines, 60)
    assert counts.since() == {
        ("orders", "OutOfStock"): 1,
        ("orders", "ok"): 1,
        ("cart", "CALLER_NOT_ALLOWED"): 1,
    }


def test_a_service_that_breaks_is_counted_as_that_on_both_sides(transport, monkeypatch):
    monkeypatch.setattr(type(hosting.service(Stock)), "get_levels", lambda self, skus: 1 / 0)
    counts, calls = served("get_levels"), Counts("thriftshop_call_seconds_count", "get_levels")
    with acting.as_service("cart"), pytest.raises(rpc.Fault):
        stock.get_levels(["MUG"])
    assert counts.since() == {("cart", "INTERNAL"): 1}
    assert calls.since() == {("INTERNAL",): 1}


def test_an_invalid_viewer_token_is_counted_as_a_failure_on_both_sides(transport):
    counts, calls = served("get_levels"), Counts("thriftshop_call_seconds_count", "get_levels")
    elsewhere = identity.sign(common.Viewer(id=acting.CUSTOMER, role=common.Role.CUSTOMER), "orders")
    with call_context.using(caller="cart", viewer=elsewhere[:-2] + "xx"), pytest.raises(rpc.Unavailable):
        stock.get_levels(["MUG"])
    assert ("ok",) not in calls.since()
    assert ("cart", "ok") not in counts.since()


def test_calls_refused_before_the_filters_are_counted():
    counts, refused = served("get_levels"), Counts("thriftshop_refused_requests_total", "")
    posting.call(Stock, "get_levels", ["MUG"], caller="cart")
    assert (counts.since(), refused.since()) == ({("cart", "ok"): 1}, {})
    posting.call(Stock, "get_levels", ["MUG"])
    posting.post(
        "/thrift/InventoryService/get_levels", posting.message(Stock, "get_levels", []), {"thriftshop-caller": "x"}
    )
    message = messages.BINARY.write_head(messages.Head(messages.CALL, "get_levels", 1)) + b"\xff"
    posting.post("/thrift/InventoryService/get_levels", message, posting.signed("cart", "inventory"))
    assert counts.since() == {
        ("unnamed", "CALLER_NOT_ALLOWED"): 1,
        ("unnamed", "UNAUTHENTICATED"): 1,
        ("cart", "MALFORMED_CALL"): 1,
    }
    posting.post("/thrift", b"nonsense")
    posting.post("/thrift/NoService", posting.message(Stock, "get_levels", []))
    assert counts.since() == {}
    assert refused.since() == {
        ("CALLER_NOT_ALLOWED",): 1,
        ("UNAUTHENTICATED",): 1,
        ("MALFORMED_CALL",): 2,
        ("UNKNOWN_METHOD",): 1,
    }


def test_unknown_callers_share_one_metric_series(settings):
    """A mesh may know any number of names."""
    settings.MESH, settings.MESH_NAMESPACE = "linkerd", "shop"
    counts = served("get_products")
    contract = catalog.CatalogService
    for name in ("cart", "nobody-1", "nobody-2"):
        client = {"l5d-client-id": f"{name}.shop.serviceaccount.identity.linkerd.cluster.local"}
        posting.post("/thrift/CatalogService/get_products", posting.message(contract, "get_products", []), client)
    assert counts.since() == {("cart", "ok"): 1, ("unnamed", "CALLER_NOT_ALLOWED"): 2}
