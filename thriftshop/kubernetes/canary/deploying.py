"""A canary's deployment, made of the running one, and the job that migrates the stores for it."""

import copy
import math
import re
from typing import Any, NamedTuple

from thriftshop.database import roles
from thriftshop.kubernetes import objects, postgres, workloads
from thriftshop.kubernetes.objects import CANARY, COMPONENT, CONSUMER, MIGRATION, SERVER, Object

STATE = "thriftshop.example/canary"
OUTCOME = "thriftshop.example/last-canary"
JOB_NAME = 63


class Part(NamedTuple):
    """What a canary replaces: a context's servers, which share its requests, or its consumers, which share partitions."""

    component: str
    canary_component: str
    shares_requests: bool


SERVERS = Part(SERVER, CANARY, True)
CONSUMERS = Part(CONSUMER, f"{CONSUMER}-{CANARY}", False)


def name_of(context: str, part: Part) -> str:
    """The name of the running deployment."""
    return workloads.deployment_name(context, part.component)


def canary_name(context: str, part: Part) -> str:
    """The name of the canary's deployment; the servers' is that of its service, too."""
    return f"{name_of(context, part)}-{CANARY}"


def image_of(deployment: Object) -> str:
    """The image of a deployment."""
    return str(_container(deployment)["image"])


def full_image(named: str, running: str) -> str:
    """An image as it was named: a tag of the running image's repository, or the whole name."""
    if re.search("[/:@]", named):
        return named
    repository = running.partition("@")[0]
    head, slash, last = repository.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}:{named}"


def replicas_for(weight: int, running: int) -> int:
    """The pods that take a share as easily as the running ones take the rest."""
    return max(1, math.ceil(running * weight / (100 - weight)))


def deployment(running: Object, context: str, part: Part, image: str, state: str) -> Object:
    """The canary's deployment: pods like the running ones, of another image and another component."""
    spec = copy.deepcopy(running["spec"])
    labels = {**spec["selector"]["matchLabels"], COMPONENT: part.canary_component}
    spec |= {"replicas": 1, "selector": {"matchLabels": labels}}
    template = spec["template"]
    template["metadata"].pop("creationTimestamp", None)
    template["metadata"]["labels"] = {**template["metadata"]["labels"], COMPONENT: part.canary_component}
    for rule in template["spec"].get("topologySpreadConstraints", ()):
        rule["labelSelector"] = {"matchLabels": labels}
    template["spec"]["containers"][0]["image"] = image
    metadata = {"name": canary_name(context, part), "labels": labels, "annotations": {STATE: state}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def migration(running: Object, context: str, image: str) -> Object:
    """The job that migrates the stores as the owner of their tables: what an overlay has for this image."""
    template: Object = copy.deepcopy(running["spec"]["template"])
    labels = objects.labels(context, MIGRATION)
    pod = template["spec"]
    (container,) = pod["containers"][:1]
    for field in ("ports", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle"):
        container.pop(field, None)
    container |= {"name": MIGRATION, "image": image, "command": ["sh", "-c", workloads.MIGRATE]}
    container["env"] = [_as_owner(variable, context) for variable in container.get("env", ())]
    pod |= {"containers": [container], "restartPolicy": "OnFailure", "priorityClassName": workloads.BACKGROUND}
    for field in ("topologySpreadConstraints", "terminationGracePeriodSeconds"):
        pod.pop(field, None)
    annotations = _without_mesh(template["metadata"].get("annotations", {}))
    template = {"metadata": {"labels": labels, **({"annotations": annotations} if annotations else {})}, "spec": pod}
    spec = {"backoffLimit": 20, "ttlSecondsAfterFinished": workloads.FINISHED_SECONDS, "template": template}
    metadata = {"name": migration_name(context, image), "labels": objects.labels(context)}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def migration_name(context: str, image: str) -> str:
    """The name that the overlays give the job: with the image's tag."""
    tag = image.rpartition(":")[2] if ":" in image.rpartition("/")[2] else "latest"
    return f"{context}-{MIGRATION}-{tag}"[:JOB_NAME].rstrip("-.")


def _as_owner(variable: Object, context: str) -> Object:
    """A variable of the role that runs, as that of the role that migrates (thriftshop/kubernetes/postgres.py)."""
    text = copy.deepcopy(variable)
    reference: dict[str, Any] = text.get("valueFrom", {}).get("secretKeyRef", {})
    if reference.get("name") == postgres.secret(context, roles.RUN):
        reference["name"] = postgres.secret(context, roles.MIGRATE)
    if text["name"] == "DATABASE_URL" and "value" in text:
        text["value"] = text["value"].replace(f"{context}{roles.RUN}:", f"{context}{roles.MIGRATE}:", 1)
    return text


def _without_mesh(annotations: dict[str, str]) -> dict[str, str]:
    """A job ends when its container does: it has no proxy."""
    is_meshed = any("linkerd.io" in name for name in annotations)
    return {"linkerd.io/inject": "disabled"} if is_meshed else {}


def _container(item: Object) -> Object:
    return dict(item["spec"]["template"]["spec"]["containers"][0])
