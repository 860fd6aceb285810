"""Prometheus' rules as an object, for the Prometheus operator."""

from thriftshop.dashboards import rules
from thriftshop.kubernetes.objects import PART_OF, SHOP, Object


def rules_object() -> Object:
    """Recording rules and alerts, the same as in observability/rules."""
    metadata = {"name": SHOP, "labels": PART_OF}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata,
        "spec": rules.content(),
    }
