"""Faults to plant in the manifests of production, each refused by the API server with a message that contains some words."""

from typing import Any, NamedTuple

from tests.kubernetes import rendering

REMOVED = object()
POD = ("spec", "template", "spec")
CONTAINER = (*POD, "containers", 0)
NAME = "app.kubernetes.io/name"


class Fault(NamedTuple):
    """A field of an object, with a value that is wrong."""

    kind: str
    name: str
    field: tuple[str | int, ...]
    value: Any
    message: str

    def plant(self, objects):
        """Change the object, and return it."""
        changed = rendering.get(objects, self.kind, self.name)
        parent: Any = changed
        for step in self.field[:-1]:
            parent = parent[step]
        if self.value is REMOVED:
            del parent[self.field[-1]]
        else:
            parent[self.field[-1]] = self.value
        return changed


MATCH = ("spec", "rules", 0, "matches", 0)
FAULTS = (
    Fault("Deployment", "orders", ("spec", "template", "metadata", "labels", NAME), "other", "does not match template"),
    Fault("Deployment", "orders", (*CONTAINER, "ports", 0, "name"), "http-of-the-server", "no more than 15"),
    Fault("Deployment", "orders", (*CONTAINER, "livenessProbe", "httpget"), {}, "httpget"),
    Fault("Deployment", "orders", (*POD, "volumes", 0, "name"), "other", "Not found"),
    Fault(
        "Deployment", "orders", (*CONTAINER, "resources", "limits", "memory"), "1Mi", "must be less than or equal to"
    ),
    Fault("Deployment", "orders", ("spec", "strategy", "rollingUpdate", "maxSurge"), 0, "may not be 0 when"),
    Fault("Service", "orders", ("spec", "ports", 0, "port"), 80_000, "must be between 1 and 65535"),
    Fault("PodDisruptionBudget", "orders", ("spec", "minAvailable"), 1, "cannot be both set"),
    Fault("HorizontalPodAutoscaler", "orders", ("spec", "maxReplicas"), 1, "must be greater than or equal to"),
    Fault("NetworkPolicy", "mail", ("spec", "egress", 0, "to", 0, "ipBlock", "cidr"), "10.0.0/8", "cidr"),
    Fault("Server", "orders", ("spec", "podSelector"), REMOVED, "podSelector"),
    Fault("AuthorizationPolicy", "orders-from-any", ("spec", "targetRef"), REMOVED, "targetRef"),
    Fault("MeshTLSAuthentication", "orders-from-any", ("spec", "identities"), ["*"], "oneOf"),
    Fault("HTTPRoute", "orders-from-any", (*MATCH, "path", "value"), "thrift", "must be an absolute path"),
    Fault("HTTPRoute", "orders-from-any", (*MATCH, "method"), "SEND", "Unsupported value"),
    Fault("Gateway", "shop", ("spec", "listeners", 0, "protocol"), "UDP", "tls must not be specified"),
    Fault("Cluster", "postgres", ("spec", "instances"), 0, "greater than or equal to 1"),
    Fault("Database", "cart", ("spec", "databaseReclaimPolicy"), "forget", "Unsupported value"),
    Fault("ScaledObject", "cart-consumer", ("spec", "scaleTargetRef"), REMOVED, "scaleTargetRef"),
    Fault("PodMonitor", "thriftshop", ("spec", "selector"), REMOVED, "selector"),
    Fault("PrometheusRule", "thriftshop", ("spec", "groups", 0, "rules", 0, "expr"), REMOVED, "expr"),
)
