"""The deployments that run a context's projections and reactions alone, and how they are scaled by their lag at Kafka."""

from thriftshop.contexts import ContextConfig
from thriftshop.kubernetes import containers, kafka, workloads
from thriftshop.kubernetes.objects import CONSUMER, PORT, SERVER, Object, dns_name, make

MAX_CONSUMERS = 6
MAX_SERVERS = 12
# Events behind, per replica, that start another one, and those that do not count.
LAG, LAG_TO_IGNORE = 500, 50


def topics(config: ContextConfig) -> list[str]:
    """The topics that the context's consumer groups follow."""
    return sorted({group.topic for group in (*config.projections, *config.reactions)})


def of(config: ContextConfig) -> list[Object]:
    """The deployment of the context's consumers, and its disruption budget; nothing if it has none."""
    return [deployment(config), workloads.budget(config, CONSUMER)] if topics(config) else []


def deployment(config: ContextConfig) -> Object:
    """The pods that process the context's events."""
    name = dns_name(config)
    command = ["python", "manage.py", "consume", name, "--metrics-port", str(PORT)]
    container = {
        **containers.container(CONSUMER, name, command, config.resources),
        **containers.port_and_probes(),
    }
    return workloads.replicated(name, CONSUMER, container, config.replicas, workloads.BACKGROUND)


def scaling(config: ContextConfig) -> list[Object]:
    """What scales the context: its servers by CPU time, its consumers by their lag."""
    by_lag = [kafka.authentication(config), _consumers(config)] if topics(config) else []
    return [_servers(config), *by_lag]


def _servers(config: ContextConfig) -> Object:
    cpu = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}}
    spec = {
        "scaleTargetRef": _target(config, SERVER),
        "minReplicas": config.replicas,
        "maxReplicas": MAX_SERVERS,
        "metrics": [cpu],
        "behavior": _behavior(),
    }
    name = dns_name(config)
    return make("HorizontalPodAutoscaler", "autoscaling/v2", name, name, spec=spec)


def _consumers(config: ContextConfig) -> Object:
    name = dns_name(config)
    spec = {
        "scaleTargetRef": _target(config, CONSUMER),
        "pollingInterval": 5,
        "minReplicaCount": config.replicas,
        "maxReplicaCount": MAX_CONSUMERS,
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": _behavior()}},
        "triggers": [_trigger(name, topic) for topic in topics(config)],
    }
    return make("ScaledObject", "keda.sh/v1alpha1", f"{name}-{CONSUMER}", name, spec=spec)


def _trigger(context: str, topic: str) -> Object:
    metadata = {
        "bootstrapServersFromEnv": "KAFKA_SERVERS",
        "consumerGroup": f"{kafka.PREFIX}{context}",
        "topic": f"{kafka.PREFIX}{topic}",
        "lagThreshold": str(LAG),
        "activationLagThreshold": str(LAG_TO_IGNORE),
        "offsetResetPolicy": "earliest",
        # More replicas than partitions would be idle.
        "allowIdleConsumers": "false",
        "tls": "enable",
    }
    return {"type": "kafka", "metadata": metadata, "authenticationRef": {"name": kafka.user_name(context)}}


def _target(config: ContextConfig, component: str) -> Object:
    name = workloads.deployment_name(dns_name(config), component)
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}


def _behavior() -> Object:
    """Twice as many pods every 15 s, or four more, if needed; one less a minute, if five minutes need no more.

    `python -m tests.load.scaling` shows what other numbers do to a day with a flash sale.
    """
    return {
        "scaleUp": _direction(0, ("Percent", 100, 15), ("Pods", 4, 15)),
        "scaleDown": _direction(300, ("Pods", 1, 60)),
    }


def _direction(window: int, *policies: tuple[str, int, int]) -> Object:
    listed = [{"type": kind, "value": value, "periodSeconds": period} for kind, value, period in policies]
    return {"stabilizationWindowSeconds": window, "policies": listed}
