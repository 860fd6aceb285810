"""The shop on one node without servers for its data: a file of SQLite on a volume for each context, and one replica."""

from thriftshop.contexts import ContextConfig
from thriftshop.kubernetes.objects import Object, dns_name, make


def volume(config: ContextConfig) -> Object:
    """The volume of a context's file."""
    name = dns_name(config)
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return make("PersistentVolumeClaim", "v1", f"{name}-data", name, spec=spec)


def patch(config: ContextConfig) -> Object:
    """The change of a deployment: it migrates its own file when it starts, and two processes never share it."""
    name = dns_name(config)
    container = {"name": name, "command": ["python", "manage.py", "serve", "--migrate"]}
    claim = {"name": "data", "emptyDir": None, "persistentVolumeClaim": {"claimName": f"{name}-data"}}
    spec = {
        "replicas": 1,
        "strategy": {"type": "Recreate", "rollingUpdate": None},
        "template": {"spec": {"containers": [container], "volumes": [claim]}},
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
