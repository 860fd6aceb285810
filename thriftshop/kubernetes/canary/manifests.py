"""What canary releases need in a cluster: services and routes for two versions, connections, and the rights of who releases."""

from collections.abc import Sequence

from thriftshop import contexts
from thriftshop.contexts import ContextConfig
from thriftshop.kubernetes import access, consumers, ingress, patches, workloads
from thriftshop.kubernetes.objects import (
    CANARY,
    CONSUMER,
    PORT,
    PORT_NAME,
    SERVER,
    Object,
    dns_name,
    labels,
    make,
    selector,
)

ROUTES = "gateway.networking.k8s.io"
# The account under which `manage.py canary` runs in the cluster, and the name of its role.
ACCOUNT = "canary"
API_PORTS, PROMETHEUS_PORT = (443, 6443), 9090


def of(config: ContextConfig) -> list[Object]:
    """The service of a context's canary, its connections, and the route that divides calls in the mesh."""
    name = dns_name(config)
    route = [] if config.is_public else [_route(name)]
    return [_service(name), *connections(config, CANARY, [ACCOUNT]), *route]


def canary_name(name: str) -> str:
    """The name of a canary's service, which is that of its deployment."""
    return f"{name}-{CANARY}"


def _service(name: str) -> Object:
    """It is there always, so that the route is valid; without a canary it has no pods."""
    port = {"name": PORT_NAME, "port": 80, "targetPort": PORT_NAME, "protocol": "TCP"}
    return make("Service", "v1", canary_name(name), name, spec={"selector": labels(name, CANARY), "ports": [port]})


def connections(config: ContextConfig, component: str, probers: Sequence[str] = ()) -> list[Object]:
    """Policies for a context's pods of another component than the servers'.

    The policy of the context lets its callers in to all of its pods; theirs lets them out to its servers only.
    """
    name = dns_name(config)
    ports = [{"port": PORT, "protocol": "TCP"}]
    peers: list[Object] = [{"podSelector": selector(prober)} for prober in probers]
    if config.is_public:
        peers.append({"namespaceSelector": {"matchLabels": ingress.CONTROLLER}})
    policies = []
    if peers:
        ingresses = [{"from": peers, "ports": ports}]
        lets_in = {"podSelector": selector(name, component), "policyTypes": ["Ingress"], "ingress": ingresses}
        policies.append(_policy(f"{name}-{component}", name, lets_in))
    if callees := access.callees(name):
        egress = [{"to": [{"podSelector": selector(callee, component)} for callee in callees], "ports": ports}]
        lets_out = {"podSelector": selector(name), "policyTypes": ["Egress"], "egress": egress}
        policies.append(_policy(f"{name}-to-{component}", name, lets_out))
    return policies


def _policy(name: str, owner: str, spec: Object) -> Object:
    return make("NetworkPolicy", "networking.k8s.io/v1", name, owner, spec=spec)


def _route(name: str) -> Object:
    """The route of calls from the mesh: all to the running version, until a canary is released."""
    backends = [{"name": name, "port": 80, "weight": 100}, {"name": canary_name(name), "port": 80, "weight": 0}]
    parents = [{"group": "", "kind": "Service", "name": name, "port": 80}]
    return make(
        "HTTPRoute",
        f"{ROUTES}/v1",
        canary_name(name),
        name,
        spec={"parentRefs": parents, "rules": [{"backendRefs": backends}]},
    )


def public_routes(config: ContextConfig) -> list[Object]:
    """The change of the route of customers: a second backend, which gets nothing yet."""
    backend = {"name": canary_name(dns_name(config)), "port": 80, "weight": 0}
    operations = [{"op": "add", "path": "/spec/rules/1/backendRefs/-", "value": backend}]
    route = ingress.route_name(config)
    return [patches.named("HTTPRoute", route, operations)] if config.is_public else []


def rights() -> list[Object]:
    """The account that releases canaries, what it may change, and whom it reaches."""
    account = {**workloads.account(ACCOUNT), "automountServiceAccountToken": False}
    role = make("Role", "rbac.authorization.k8s.io/v1", ACCOUNT, ACCOUNT, rules=_rules())
    subject = {"kind": "ServiceAccount", "name": ACCOUNT}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": ACCOUNT}
    binding = make(
        "RoleBinding", "rbac.authorization.k8s.io/v1", ACCOUNT, ACCOUNT, subjects=[subject], roleRef=reference
    )
    return [account, role, binding, _policy(ACCOUNT, ACCOUNT, _reach())]


def _rules() -> list[Object]:
    """Deployments and jobs that are created cannot be limited to names; all else is."""
    configs = contexts.all_contexts()
    running = [name for config in configs for name in _deployments(config)]
    on_trial = [f"{name}-{CANARY}" for name in running]
    routes = [ingress.route_name(config) if config.is_public else canary_name(dns_name(config)) for config in configs]
    return [
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["create"]},
        {
            "apiGroups": ["apps"],
            "resources": ["deployments"],
            "verbs": ["get", "patch"],
            "resourceNames": [*running, *on_trial],
        },
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["delete"], "resourceNames": on_trial},
        {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create"]},
        {"apiGroups": [ROUTES], "resources": ["httproutes"], "verbs": ["list"]},
        {"apiGroups": [ROUTES], "resources": ["httproutes"], "verbs": ["patch"], "resourceNames": routes},
    ]


def _deployments(config: ContextConfig) -> list[str]:
    components = [SERVER, *([CONSUMER] if consumers.topics(config) else [])]
    return [workloads.deployment_name(dns_name(config), component) for component in components]


def _reach() -> Object:
    """The API server, whose address differs from cluster to cluster; Prometheus; and the canaries, for probes."""
    pods = [{"podSelector": selector(dns_name(config), CANARY)} for config in contexts.all_contexts()]
    prometheus = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    egress = [
        {"ports": [{"port": port, "protocol": "TCP"} for port in API_PORTS]},
        {"to": [prometheus], "ports": [{"port": PROMETHEUS_PORT, "protocol": "TCP"}]},
        {"to": pods, "ports": [{"port": PORT, "protocol": "TCP"}]},
    ]
    return {"podSelector": selector(ACCOUNT), "policyTypes": ["Ingress", "Egress"], "egress": egress}
