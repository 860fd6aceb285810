"""Which pods reach which, computed from network policies: those that policies select reach what is allowed only."""

from tests.kubernetes import rendering


class Network:
    """The policies of a namespace."""

    def __init__(self, objects):
        self.policies = [policy["spec"] for policy in rendering.of_kind(objects, "NetworkPolicy")]

    def connects(self, source, target, port):
        """Whether a pod with the labels `source` reaches a port of one with the labels `target` in the same namespace."""
        return self._allows("Egress", source, target, port) and self._allows("Ingress", target, source, port)

    def _allows(self, direction, pod, peer, port):
        rule_key, peers_key = ("egress", "to") if direction == "Egress" else ("ingress", "from")
        selecting = [
            policy
            for policy in self.policies
            if direction in policy["policyTypes"] and rendering.selects(policy["podSelector"], pod)
        ]
        return not selecting or any(
            _is_peer(rule.get(peers_key), peer) and _is_port(rule.get("ports"), port)
            for policy in selecting
            for rule in policy.get(rule_key, ())
        )


def _is_peer(peers, labels):
    """Without peers a rule is for all; namespaces and networks elsewhere are no pods of this namespace."""
    return peers is None or any(
        set(peer) == {"podSelector"} and rendering.selects(peer["podSelector"], labels) for peer in peers
    )


def _is_port(ports, port):
    return ports is None or any(allowed["port"] == port for allowed in ports)
