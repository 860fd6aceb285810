"""Pods and containers within the Pod Security standard "restricted": no root, no privileges, nothing writable but two volumes."""

from collections.abc import Sequence
from typing import Any

from thriftshop.contexts import Resources
from thriftshop.kubernetes.objects import PORT, PORT_NAME, Object

IMAGE = "thriftshop"
USER = 10001
# The ConfigMap and the Secret of the whole shop.
SETTINGS, KEYS = "shop", "shop-keys"
DATA, TEMPORARY = "/data", "/tmp"  # noqa: S108 - in the container

LIVENESS, READINESS = "/livez", "/readyz"


def container(name: str, owner: str, command: Sequence[str], resources: Resources) -> Object:
    """A container of the image for a context or driver; its database is a file in /data, unless a component adds another."""
    return {
        "name": name,
        "image": IMAGE,
        "command": list(command),
        "env": [{"name": "CONTEXTS", "value": owner}],
        "envFrom": [{"configMapRef": {"name": SETTINGS}}, {"secretRef": {"name": KEYS}}],
        "resources": {
            "requests": {"cpu": resources.cpu, "memory": resources.memory, "ephemeral-storage": "64Mi"},
            # No limit of CPU time: a throttled process answers late although the node has time left.
            "limits": {"memory": resources.memory_limit, "ephemeral-storage": "1Gi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "tmp", "mountPath": TEMPORARY}, {"name": "data", "mountPath": DATA}],
    }


def pod(account: str, containers: Sequence[Object], priority: str, **fields: Any) -> Object:
    """A pod's specification."""
    return {
        "serviceAccountName": account,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "priorityClassName": priority,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **fields,
        "containers": list(containers),
        "volumes": [
            {"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}},
            {"name": "data", "emptyDir": {"sizeLimit": "512Mi"}},
        ],
    }


def port_and_probes() -> Object:
    """The port of a process that runs until it is stopped, and its probes.

    The first probe gives a process a minute to start. A process that is not ready gets no requests; one that is not alive
    is restarted: half a minute without an answer of the event loop.
    """
    return {
        "ports": [{"name": PORT_NAME, "containerPort": PORT, "protocol": "TCP"}],
        "startupProbe": _probe(LIVENESS, periodSeconds=1, failureThreshold=60),
        "readinessProbe": _probe(READINESS, periodSeconds=2, failureThreshold=2),
        "livenessProbe": _probe(LIVENESS, periodSeconds=5, failureThreshold=6),
    }


def _probe(path: str, **timing: int) -> Object:
    return {"httpGet": {"path": path, "port": PORT_NAME}, "timeoutSeconds": 3, **timing}
