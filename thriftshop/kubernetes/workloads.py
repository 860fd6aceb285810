"""What serves a context: a deployment with its service, account and disruption budget, and the job that migrates its stores."""

from thriftshop.contexts import ContextConfig
from thriftshop.kubernetes import containers
from thriftshop.kubernetes.objects import (
    MIGRATION,
    PORT_NAME,
    SERVER,
    Object,
    dns_name,
    labels,
    make,
    selector,
)

PRE_STOP_SECONDS = 5
# preStop, then DRAIN_SECONDS of the process (25), and some seconds for the kubelet.
GRACE_SECONDS = 35
SERVING, BACKGROUND = "thriftshop-serving", "thriftshop-background"
MIGRATE = "python manage.py migrate --no-input && python manage.py migrate_streams && python manage.py create_topics"
# A finished job is deleted after this time, so that the next one may have other settings with the same version.
FINISHED_SECONDS = 300
# The last part of a migration's name, which overlays replace by the image's tag: a job cannot be changed, only made anew.
VERSION = "version"
ZONE, NODE = "topology.kubernetes.io/zone", "kubernetes.io/hostname"


def of(config: ContextConfig) -> list[Object]:
    """All objects that serve a context."""
    return [account(dns_name(config)), service(config), deployment(config), budget(config), migration(config)]


def account(owner: str) -> Object:
    """The identity of a context or driver, in the mesh; pods get no token for the Kubernetes API."""
    return make("ServiceAccount", "v1", owner, owner, automountServiceAccountToken=False)


def service(config: ContextConfig) -> Object:
    """The service under the context's name, which is the address that other contexts use."""
    name = dns_name(config)
    port = {"name": PORT_NAME, "port": 80, "targetPort": PORT_NAME, "protocol": "TCP"}
    return make("Service", "v1", name, name, spec={"selector": labels(name, SERVER), "ports": [port]})


def deployment(config: ContextConfig) -> Object:
    """The pods that answer requests. None of the old version is stopped before one of the new version is ready."""
    name = dns_name(config)
    command = ["python", "manage.py", "serve"]
    container = {
        **containers.container(name, name, command, config.resources),
        **containers.port_and_probes(),
        # Proxies learn only after a while that a pod was removed from its service; until then it answers as before.
        "lifecycle": {"preStop": {"sleep": {"seconds": PRE_STOP_SECONDS}}},
    }
    return replicated(name, SERVER, container, config.replicas, SERVING)


def replicated(name: str, component: str, container: Object, replicas: int, priority: str) -> Object:
    """A deployment of a context's pods of one kind, spread over zones and nodes."""
    own = labels(name, component)
    spread = [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": own},
            "matchLabelKeys": ["pod-template-hash"],
        }
        for key in (ZONE, NODE)
    ]
    fields = {"terminationGracePeriodSeconds": GRACE_SECONDS, "topologySpreadConstraints": spread}
    spec = {
        "replicas": replicas,
        "revisionHistoryLimit": 5,
        "selector": {"matchLabels": own},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
        "template": {"metadata": {"labels": own}, "spec": containers.pod(name, [container], priority, **fields)},
    }
    made = make("Deployment", "apps/v1", deployment_name(name, component), name, spec=spec)
    made["metadata"]["labels"] = own
    return made


def deployment_name(name: str, component: str) -> str:
    """The servers of a context have its name; its other deployments have their kind behind it."""
    return name if component == SERVER else f"{name}-{component}"


def budget(config: ContextConfig, component: str = SERVER) -> Object:
    """One pod at a time may be evicted, and those that are not ready at any time."""
    name = dns_name(config)
    spec = {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": selector(name, component),
    }
    return make("PodDisruptionBudget", "policy/v1", deployment_name(name, component), name, spec=spec)


def migration(config: ContextConfig) -> Object:
    """The job that migrates the context's stores. It gates the rollout: new pods are not ready before it is done."""
    name = dns_name(config)
    container = containers.container(MIGRATION, name, ["sh", "-c", MIGRATE], config.resources)
    template = {
        "metadata": {"labels": labels(name, MIGRATION)},
        "spec": containers.pod(name, [container], BACKGROUND, restartPolicy="OnFailure"),
    }
    spec = {"backoffLimit": 20, "ttlSecondsAfterFinished": FINISHED_SECONDS, "template": template}
    return make("Job", "batch/v1", f"{name}-migration-{VERSION}", name, spec=spec)
