"""Changes of deployments and jobs that components make, as kustomize applies them: JSON patches with a selector."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from thriftshop.kubernetes.objects import NAME, Object

POD = "/spec/template/spec"
CONTAINER = f"{POD}/containers/0"


def patch(kind: str, owner: str, operations: Sequence[Object]) -> Object:
    """A change of what a context has of this kind; `kind` may be a regular expression."""
    return _patch({"kind": kind, "labelSelector": f"{NAME}={owner}"}, operations)


def named(kind: str, name: str, operations: Sequence[Object]) -> Object:
    """A change of a single object."""
    return _patch({"kind": kind, "name": name}, operations)


def _patch(target: Object, operations: Sequence[Object]) -> Object:
    text = yaml.safe_dump(list(operations), sort_keys=False, default_flow_style=None, width=200)
    return {"target": target, "patch": text}


def variable(name: str, value: str) -> Object:
    """Add a variable to the container."""
    return _append(f"{CONTAINER}/env", {"name": name, "value": value})


def secret_variable(name: str, secret: str, key: str) -> Object:
    """Add a variable whose value is in a Secret."""
    return _append(f"{CONTAINER}/env", {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}})


def volume(name: str, path: str, source: Mapping[str, Any]) -> list[Object]:
    """Add a volume that is read only."""
    return [
        _append(f"{POD}/volumes", {"name": name, **source}),
        _append(f"{CONTAINER}/volumeMounts", {"name": name, "mountPath": path, "readOnly": True}),
    ]


def _append(path: str, value: Object) -> Object:
    return {"op": "add", "path": f"{path}/-", "value": value}
