"""Linkerd's policies: which service accounts may call which methods of a context, and who may read its pages.

Methods with the same callers are one HTTPRoute with a match per method. What no policy allows is denied: a port that is under a
Server, and a route without a policy, too.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from thriftshop.contexts import ContextConfig
from thriftshop.kubernetes import access, containers
from thriftshop.kubernetes.objects import PORT_NAME, Object, dns_name, make, selector

POLICY, ROUTES = "policy.linkerd.io", "gateway.networking.k8s.io"
SERVER, HTTP_ROUTE, MESH_TLS, NETWORK = "Server", "HTTPRoute", "MeshTLSAuthentication", "NetworkAuthentication"
# Limits of a HTTPRoute.
MAX_RULES, MAX_MATCHES = 16, 8
METRICS = "/metrics"
# Who reaches pages, probes and metrics is limited by the network policies.
EVERYBODY = "everybody"


def of(config: ContextConfig) -> list[Object]:
    """The server of a context's port, its routes, and who may use them."""
    name = dns_name(config)
    return [
        _server(name),
        *_methods(config),
        *_open(name, "probes", [exact(path) for path in (containers.LIVENESS, containers.READINESS)]),
        *_open(name, "metrics", [exact(METRICS)]),
        *_pages(config),
    ]


def _server(name: str) -> Object:
    """The port of the context's pods. Its protocol is detected: probes speak HTTP/1.1, services HTTP/2."""
    spec = {"podSelector": selector(name), "port": PORT_NAME, "proxyProtocol": "unknown", "accessPolicy": "deny"}
    return make(SERVER, f"{POLICY}/v1beta3", name, name, spec=spec)


def _methods(config: ContextConfig) -> Iterator[Object]:
    """A route for each list of callers, and its policy."""
    by_callers: dict[frozenset[str], list[access.Method]] = {}
    for method in access.methods(config):
        by_callers.setdefault(method.callers, []).append(method)
    for callers, methods in sorted(by_callers.items(), key=lambda item: sorted(item[0])):
        name = "-".join([dns_name(config), "from", *_list_name(callers)])
        yield _route(config.label, name, [_call(method.path) for method in methods])
        yield _policy(config.label, name, {"kind": MESH_TLS, "name": name})
        yield _accounts(config.label, name, callers)


def _list_name(callers: frozenset[str]) -> Sequence[str]:
    return ["any"] if callers == frozenset(access.known()) else sorted(callers)


def _accounts(owner: str, name: str, callers: Iterable[str]) -> Object:
    spec = {"identityRefs": [{"kind": "ServiceAccount", "name": caller} for caller in sorted(callers)]}
    return make(MESH_TLS, f"{POLICY}/v1alpha1", name, owner, spec=spec)


def _pages(config: ContextConfig) -> Iterator[Object]:
    """A context's pages for people. Other addresses of Thrift calls are a route of their own, without a policy."""
    if not (config.is_public or config.has_admin or config.start_page):
        return
    name = dns_name(config)
    other_calls = [{"path": {"type": "PathPrefix", "value": "/thrift"}}, _call("/")]
    yield _route(name, f"{name}-other-calls", other_calls)
    yield from _open(name, "pages", [{"path": {"type": "PathPrefix", "value": "/"}}])


def _open(name: str, what: str, matches: Sequence[Object]) -> Iterator[Object]:
    """A route for everybody whom the network policies let in."""
    yield _route(name, f"{name}-{what}", matches)
    yield _policy(name, f"{name}-{what}", {"kind": NETWORK, "name": EVERYBODY})


def _policy(owner: str, name: str, authentication: dict[str, Any]) -> Object:
    spec = {
        "targetRef": {"group": ROUTES, "kind": HTTP_ROUTE, "name": name},
        "requiredAuthenticationRefs": [{"group": POLICY, **authentication}],
    }
    return make("AuthorizationPolicy", f"{POLICY}/v1alpha1", name, owner, spec=spec)


def _route(owner: str, name: str, matches: Sequence[Object]) -> Object:
    chunks = [list(matches[start : start + MAX_MATCHES]) for start in range(0, len(matches), MAX_MATCHES)]
    if len(chunks) > MAX_RULES:
        raise ValueError(f"The route {name} has {len(matches)} methods; {MAX_RULES * MAX_MATCHES} are possible.")
    spec = {
        "parentRefs": [{"group": POLICY, "kind": SERVER, "name": owner}],
        "rules": [{"matches": chunk} for chunk in chunks],
    }
    return make(HTTP_ROUTE, f"{ROUTES}/v1", name, owner, spec=spec)


def exact(path: str) -> Object:
    """A match of one path."""
    return {"path": {"type": "Exact", "value": path}}


def _call(path: str) -> Object:
    return {**exact(path), "method": "POST"}
