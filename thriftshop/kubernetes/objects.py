"""Objects of the Kubernetes API as dictionaries, with their labels."""

from typing import Any

from thriftshop.contexts import ContextConfig

Object = dict[str, Any]

SHOP = "thriftshop"
PART_OF = {"app.kubernetes.io/part-of": SHOP}
NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"
# The name and the number of the port of every container.
PORT_NAME = "http"
PORT = 8000

SERVER, CONSUMER, MIGRATION, LOADER, CANARY = "server", "consumer", "migration", "loader", "canary"


def make(kind: str, api_version: str, name: str, owner: str, **fields: Any) -> Object:
    """An object that belongs to a context or driver."""
    metadata = {"name": name, "labels": labels(owner)}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def labels(owner: str, component: str = "") -> dict[str, str]:
    """The labels of a context or driver; with a component, those of its pods of that kind."""
    return {NAME: owner, **PART_OF, **({COMPONENT: component} if component else {})}


def selector(owner: str, component: str = "") -> Object:
    """A selector of the pods of a context or driver."""
    return {"matchLabels": labels(owner, component)}


def dns_name(config: ContextConfig) -> str:
    """The label of a context, which is the name of its service. Raises ValueError if it cannot be a host name."""
    if not config.label.isalnum() or not config.label.islower():
        raise ValueError(f"The context {config.label!r} cannot be the name of a service: use lower-case letters.")
    return config.label
