"""The user of each context at Kafka, for the operator Strimzi: it writes its own topics and reads those of its contracts."""

from collections.abc import Iterator, Sequence

from thriftshop import contexts
from thriftshop.contexts import ContextConfig
from thriftshop.events import readers
from thriftshop.events.feed.kafka.topics import RESTRICTED
from thriftshop.kubernetes import patches
from thriftshop.kubernetes.objects import Object, dns_name, make

CLUSTER = "kafka"
CLUSTER_LABEL = {"strimzi.io/cluster": CLUSTER}
# The Secret with the authority of the brokers' certificates.
AUTHORITY = f"{CLUSTER}-cluster-ca-cert"
# KAFKA_PREFIX and METRICS_TOPIC of the component.
PREFIX, METRICS = "thriftshop.", "metrics"
FOLDER = "/etc/kafka"
CREATE = ("Create", "Describe", "DescribeConfigs", "AlterConfigs")


def user(config: ContextConfig) -> Object:
    """The user of a context, with a certificate in the Secret of its name."""
    name = dns_name(config)
    spec = {
        "authentication": {"type": "tls"},
        "authorization": {"type": "simple", "acls": list(_rules(config))},
    }
    made = make("KafkaUser", "kafka.strimzi.io/v1beta2", user_name(name), name, spec=spec)
    made["metadata"]["labels"] |= CLUSTER_LABEL
    return made


def user_name(name: str) -> str:
    """The name of a context's user, and of the Secret with its certificate."""
    return f"{name}-kafka"


def _rules(config: ContextConfig) -> Iterator[Object]:
    for topic in (config.topic, f"{config.topic}{RESTRICTED}") if config.topic else ():
        yield _rule("topic", topic, (*CREATE, "Read", "Write"))
    yield _rule("topic", METRICS, (*CREATE, "Write"))
    for topic in readable(config):
        yield _rule("topic", topic, ("Describe", "Read"))
    yield _rule("group", config.label, ("Describe", "Read"))


def _rule(kind: str, name: str, operations: Sequence[str]) -> Object:
    resource = {"type": kind, "name": f"{PREFIX}{name}", "patternType": "literal"}
    return {"resource": resource, "operations": list(operations), "host": "*"}


def readable(config: ContextConfig) -> list[str]:
    """The topics of other contexts with events that this one may read."""
    others = [other.topic for other in contexts.all_contexts() if other.topic and other.label != config.label]
    return [topic for topic in others if any(config.label in allowed for allowed in readers.of(topic).values())]


def changes(config: ContextConfig) -> list[Object]:
    """Pods get the certificate of their context."""
    name = dns_name(config)
    sources = [
        {"secret": {"name": AUTHORITY, "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"secret": {"name": user_name(name), "items": [{"key": key, "path": key} for key in ("user.crt", "user.key")]}},
    ]
    return [
        patches.patch("(Deployment|Job)", name, patches.volume("kafka", FOLDER, {"projected": {"sources": sources}}))
    ]


def authentication(config: ContextConfig) -> Object:
    """The certificate with which KEDA looks at the lag of the context's group."""
    name = dns_name(config)
    secrets = [
        {"parameter": "ca", "name": AUTHORITY, "key": "ca.crt"},
        {"parameter": "cert", "name": user_name(name), "key": "user.crt"},
        {"parameter": "key", "name": user_name(name), "key": "user.key"},
    ]
    return make("TriggerAuthentication", "keda.sh/v1alpha1", user_name(name), name, spec={"secretTargetRef": secrets})
