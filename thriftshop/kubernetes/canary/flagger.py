"""Canary releases by Flagger, for clusters that have it: the same steps and objectives as those of `manage.py canary`.

Flagger keeps the running version in deployments of its own, whose pods have the component `server-primary`, and uses the
context's deployment for the new version. It must be installed with the option `selectorLabels=app.kubernetes.io/component`.
"""

from typing import Any

from thriftshop.contexts import ContextConfig
from thriftshop.dashboards.objectives import FAULT_CODES, OBJECTIVES
from thriftshop.kubernetes import ingress, patches, workloads
from thriftshop.kubernetes.canary import manifests, measuring, states
from thriftshop.kubernetes.objects import COMPONENT, PORT_NAME, SERVER, SHOP, Object, dns_name, make, selector

API = "flagger.app/v1beta1"
PRIMARY = f"{SERVER}-primary"
PROMETHEUS = "http://prometheus-operated.monitoring:9090"
INTERVAL, FAILED_CHECKS = "1m", 1
BUDGETS = {objective.name: 100 * objective.budget for objective in OBJECTIVES}


def of(config: ContextConfig) -> list[Object]:
    """The release of a context, connections to the pods of its running version, and their disruption budget."""
    name = dns_name(config)
    budget = workloads.budget(config)
    budget["metadata"]["name"] = f"{name}-primary"
    budget["spec"]["selector"] = selector(name, PRIMARY)
    return [_canary(config), *manifests.connections(config, PRIMARY), budget]


def _canary(config: ContextConfig) -> Object:
    name = dns_name(config)
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    scaler = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": name}
    inside = {"group": "", "kind": "Service", "name": name, "port": 80}
    outside = {"group": manifests.ROUTES, "kind": "Gateway", "name": ingress.ENTRANCE, "sectionName": "https"}
    service = {
        "port": 80,
        "targetPort": PORT_NAME,
        "portName": PORT_NAME,
        "gatewayRefs": [outside if config.is_public else inside],
    }
    spec = {
        "provider": "gatewayapi:v1",
        "targetRef": target,
        "autoscalerRef": scaler,
        "progressDeadlineSeconds": states.Limits().prepare // 1000,
        "service": service,
        "analysis": _analysis(),
    }
    return make("Canary", API, name, name, spec=spec)


def _analysis() -> Object:
    """Each step takes an interval; a single failed check rolls back."""
    metrics: list[dict[str, Any]] = [
        {"name": name, "templateRef": {"name": name}, "thresholdRange": {"max": limit}, "interval": INTERVAL}
        for name, (_, limit) in _queries().items()
    ]
    minutes = states.Limits().hold // 60_000
    return {
        "interval": f"{minutes}m",
        "threshold": FAILED_CHECKS,
        "stepWeights": list(states.STEPS),
        "metrics": metrics,
    }


def templates() -> list[Object]:
    """The queries of all releases; each is a percentage."""
    return [
        make(
            "MetricTemplate",
            API,
            name,
            SHOP,
            spec={"provider": {"type": "prometheus", "address": PROMETHEUS}, "query": query},
        )
        for name, (query, _) in _queries().items()
    ]


def _queries() -> dict[str, tuple[str, float]]:
    """Queries with the highest percentage that is good: ten times what the objectives allow in the long run."""
    served, graphql = measuring.REQUESTS
    failed = f"sum(rate({served}_count{_pods(f'outcome=~{FAULT_CODES!r}')}[W])) or vector(0)"
    failed_operations = f"sum(rate({graphql}_count{_pods('outcome=~' + repr('fault'))}[W])) or vector(0)"
    total = " + ".join(f"(sum(rate({name}_count{_pods()}[W])) or vector(0))" for name in measuring.REQUESTS)
    within = " + ".join(
        f"(sum(rate({name}_bucket{_pods('le=' + repr('0.5'))}[W])) or vector(0))" for name in measuring.REQUESTS
    )
    late_total = f"sum(rate({measuring.FRESHNESS}_count{_pods()}[W]))"
    fresh = f"sum(rate({measuring.FRESHNESS}_bucket{_pods('le=' + repr('0.1'))}[W]))"
    texts = {
        "failures": (f"100 * (({failed}) + ({failed_operations})) / (({total}) > 0) or vector(0)", "availability"),
        "slow-requests": (f"100 * (1 - ({within}) / (({total}) > 0)) or vector(0)", "latency"),
        "late-events": (f"100 * (1 - {fresh} / ({late_total} > 0)) or vector(0)", "freshness"),
    }
    return {name: (_completed(text), round(10 * BUDGETS[goal], 3)) for name, (text, goal) in texts.items()}


def _pods(more: str = "") -> str:
    own = f"namespace='NAMESPACE',{measuring.NAME_LABEL}='TARGET',{measuring.COMPONENT_LABEL}='{SERVER}'"
    return f"{{{own}{',' if more else ''}{more}}}"


def _completed(text: str) -> str:
    """The query with Flagger's own templates."""
    names = {"NAMESPACE": "{{ namespace }}", "TARGET": "{{ target }}", "[W]": "[{{ interval }}]", "'": '"'}
    for name, template in names.items():
        text = text.replace(name, template)
    return text


def changes(config: ContextConfig) -> list[Object]:
    """The service is that of the running version's pods; the route of customers is Flagger's."""
    name = dns_name(config)
    path = f"/spec/selector/{COMPONENT.replace('/', '~1')}"
    service = patches.named("Service", name, [{"op": "replace", "path": path, "value": PRIMARY}])
    route = patches.named("HTTPRoute", ingress.route_name(config), [{"op": "remove", "path": "/spec/rules/1"}])
    return [service, *([route] if config.is_public else [])]
