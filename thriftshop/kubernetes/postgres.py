"""The database of each context, for the operator CloudNativePG, with a role that migrates it and one that runs on it."""

from collections.abc import Sequence

from thriftshop.contexts import ContextConfig
from thriftshop.database import roles
from thriftshop.kubernetes import patches
from thriftshop.kubernetes.objects import Object, dns_name, make

CLUSTER, API = "postgres", "postgresql.cnpg.io/v1"
# The cluster's authority, with which servers and clients of the same cluster trust each other.
AUTHORITY = "postgres-ca"
FOLDER = "/etc/postgres"
PASSWORD = "DATABASE_PASSWORD"  # noqa: S105 - the variable's name


def database(config: ContextConfig) -> Object:
    """The database of a context; it outlives its manifest."""
    name = dns_name(config)
    spec = {
        "cluster": {"name": CLUSTER},
        "name": _database(name),
        "owner": _role(name, roles.MIGRATE),
        "databaseReclaimPolicy": "retain",
    }
    return make("Database", API, name, name, spec=spec)


def cluster_roles(configs: Sequence[ContextConfig]) -> Object:
    """The change of the cluster that adds the roles of all contexts."""
    declared = [
        {
            "name": _role(dns_name(config), task),
            "ensure": "present",
            "login": True,
            "passwordSecret": {"name": secret(dns_name(config), task)},
        }
        for config in configs
        for task in (roles.MIGRATE, roles.RUN)
    ]
    spec = {"managed": {"roles": declared}}
    return {"apiVersion": API, "kind": "Cluster", "metadata": {"name": CLUSTER}, "spec": spec}


def changes(config: ContextConfig) -> list[Object]:
    """Jobs migrate as the owner of the tables, deployments run as a role that cannot change them."""
    name = dns_name(config)
    return [_change(name, "Job", roles.MIGRATE), _change(name, "Deployment", roles.RUN)]


def _change(name: str, kind: str, task: str) -> Object:
    options = f"sslmode=verify-full&sslrootcert={FOLDER}/ca.crt"
    address = f"postgres://{_role(name, task)}:$({PASSWORD})@{CLUSTER}-rw/{_database(name)}?{options}"
    operations = [
        patches.secret_variable(PASSWORD, secret(name, task), "password"),
        patches.variable("DATABASE_URL", address),
        *patches.volume(
            "postgres", FOLDER, {"secret": {"secretName": AUTHORITY, "items": [{"key": "ca.crt", "path": "ca.crt"}]}}
        ),
    ]
    return patches.patch(kind, name, operations)


def secret(name: str, task: str) -> str:
    """The Secret with `username` and `password` of a role, of the type kubernetes.io/basic-auth."""
    return f"{name}-database{task.replace('_', '-')}"


def _database(name: str) -> str:
    return f"thriftshop_{name}"


def _role(name: str, task: str) -> str:
    return f"{_database(name)}{task}"
