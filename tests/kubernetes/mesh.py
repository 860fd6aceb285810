"""Linkerd's decision about a request, computed from its policies as its proxy computes it.

Of the routes of a Server the most specific match applies: an exact path before a prefix, a longer prefix before a shorter
one, and one with a method before one without. A request that no route matches is denied, and so is one whose route has no
policy that authenticates the client. https://linkerd.io/2/reference/authorization-policy
"""

import ipaddress
from typing import NamedTuple

from tests.kubernetes import rendering

ROUTE, POLICY, SERVER = "HTTPRoute", "AuthorizationPolicy", "Server"


class Client(NamedTuple):
    """A client: its service account and namespace (empty outside of the mesh), and its address."""

    account: str
    namespace: str
    address: str = "10.1.2.3"


class Mesh:
    """The policies of a namespace."""

    def __init__(self, objects):
        self.servers = {item["metadata"]["name"]: item for item in rendering.of_kind(objects, SERVER)}
        self.routes = [item for item in rendering.of_kind(objects, ROUTE) if self.parents(item)]
        self.policies = rendering.of_kind(objects, POLICY)
        self.authentications = {
            (item["kind"], item["metadata"]["name"]): item
            for item in rendering.of_kind(objects, "MeshTLSAuthentication", "NetworkAuthentication")
        }

    def parents(self, route):
        return {parent["name"] for parent in route["spec"]["parentRefs"] if parent.get("kind") == SERVER}

    def allows(self, client, labels, port, method, path):
        """Whether a request of this client to a port of a pod with these labels is passed on."""
        named = [
            name
            for name, server in self.servers.items()
            if rendering.selects(server["spec"]["podSelector"], labels) and server["spec"]["port"] == port
        ]
        assert len(named) == 1, f"one Server for {labels}, not {named}"
        route = self._route(named[0], method, path)
        return route is not None and any(
            self._authenticates(policy, client)
            for policy in self.policies
            if (policy["spec"]["targetRef"]["kind"], policy["spec"]["targetRef"]["name"]) == (ROUTE, route)
        )

    def _route(self, server, method, path):
        """The name of the route with the most specific match."""
        found = [
            (rank, route["metadata"]["name"])
            for route in self.routes
            if server in self.parents(route)
            for rule in route["spec"]["rules"]
            for match in rule["matches"]
            if (rank := _rank(match, method, path))
        ]
        best = max(rank for rank, _ in found) if found else None
        names = {name for rank, name in found if rank == best}
        assert len(names) <= 1, f"{method} {path} has the same rank in {names}"
        return names.pop() if names else None

    def _authenticates(self, policy, client):
        references = policy["spec"]["requiredAuthenticationRefs"]
        return bool(references) and all(
            _is_one_of(self.authentications[reference["kind"], reference["name"]], client) for reference in references
        )


def _rank(match, method, path):
    """How specific a match of this request is; None if it does not match."""
    if match.get("method", method) != method:
        return None
    kind, value = match["path"]["type"], match["path"]["value"]
    is_exact = kind == "Exact" and path == value
    is_prefix = kind == "PathPrefix" and (value in ("/", path) or path.startswith(value.rstrip("/") + "/"))
    return (is_exact, len(value), "method" in match) if is_exact or is_prefix else None


def _is_one_of(authentication, client):
    spec, namespace = authentication["spec"], authentication["metadata"]["namespace"]
    if authentication["kind"] == "NetworkAuthentication":
        address = ipaddress.ip_address(client.address)
        return any(address in ipaddress.ip_network(network["cidr"]) for network in spec["networks"])
    assert set(spec) == {"identityRefs"}
    return any(
        reference["kind"] == "ServiceAccount"
        and (reference["name"], reference.get("namespace", namespace)) == (client.account, client.namespace)
        for reference in spec["identityRefs"]
    )
