"""The way in for customers, by the Gateway API: the public contexts, and the controller that may reach them."""

from thriftshop import contexts
from thriftshop.contexts import ContextConfig
from thriftshop.kubernetes.objects import PORT, SERVER, Object, dns_name, make, selector

ENTRANCE = "shop"
# The label of namespaces whose pods pass on the requests of customers.
CONTROLLER = {"thriftshop.example/ingress": "true"}


def public() -> list[ContextConfig]:
    """The contexts that customers reach."""
    return [config for config in contexts.all_contexts() if config.is_public]


def of(config: ContextConfig) -> list[Object]:
    """The route of a public context, and the policy that lets requests in. Thrift calls from outside are not passed on."""
    name = dns_name(config)
    backend = {"name": name, "port": 80}
    pages = {"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "backendRefs": [backend]}
    route = {"parentRefs": [{"name": ENTRANCE, "sectionName": "https"}], "rules": [_refused(), pages]}
    policy = {
        "podSelector": selector(name, SERVER),
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [{"namespaceSelector": {"matchLabels": CONTROLLER}}],
                "ports": [{"port": PORT, "protocol": "TCP"}],
            }
        ],
    }
    return [
        make("HTTPRoute", "gateway.networking.k8s.io/v1", route_name(config), name, spec=route),
        make("NetworkPolicy", "networking.k8s.io/v1", f"{name}-public", name, spec=policy),
    ]


def route_name(config: ContextConfig) -> str:
    """The name of the route of a public context."""
    return f"{dns_name(config)}-public"


def _refused() -> Object:
    """A rule without a backend answers with an error: calls, probes and metrics are for the inside."""
    prefixes = ("/thrift", "/livez", "/readyz", "/metrics")
    return {"matches": [{"path": {"type": "PathPrefix", "value": prefix}} for prefix in prefixes]}
