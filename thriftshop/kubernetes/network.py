"""Network policies: a pod reaches, and is reached by, only those that the contracts name. All else is denied (`base/common`)."""

from collections.abc import Sequence

from thriftshop.contexts import ContextConfig
from thriftshop.kubernetes import access
from thriftshop.kubernetes.objects import PORT, SERVER, Object, dns_name, make, selector


def of(config: ContextConfig) -> list[Object]:
    """The policy of a context's pods: its servers, consumers and migrations."""
    name = dns_name(config)
    return [policy(name, access.callers(config), access.callees(name))]


def policy(name: str, callers: Sequence[str], callees: Sequence[str]) -> Object:
    """Connections from these callers to the pods of this name, and from there to the servers of these contexts."""
    ports = [{"port": PORT, "protocol": "TCP"}]
    ingress = [{"from": [{"podSelector": selector(caller)} for caller in callers], "ports": ports}]
    egress = [{"to": [{"podSelector": selector(callee, SERVER)} for callee in callees], "ports": ports}]
    spec = {
        "podSelector": selector(name),
        "policyTypes": ["Ingress", "Egress"],
        # An empty list of peers would allow every one.
        **({"ingress": ingress} if callers else {}),
        **({"egress": egress} if callees else {}),
    }
    return make("NetworkPolicy", "networking.k8s.io/v1", name, name, spec=spec)
