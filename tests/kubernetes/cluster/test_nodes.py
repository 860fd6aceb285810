"""On simulated nodes of three zones the shop starts, is spread, and keeps ready pods of every context."""

import json
import threading
import time

import pytest
from django.conf import settings

from tests.kubernetes import rendering
from tests.services import kubernetes

SIMULATE = True
NAMESPACE = "thriftshop"
ZONES, NODES = 3, 6
# Only so that a broken start ends.
SECONDS = 600
BUILT_IN = (
    "Namespace",
    "PriorityClass",
    "ServiceAccount",
    "ConfigMap",
    "Service",
    "Deployment",
    "PodDisruptionBudget",
    "HorizontalPodAutoscaler",
    "NetworkPolicy",
)


def node(number):
    labels = {
        "kubernetes.io/hostname": f"node-{number}",
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/zone": f"zone-{number % ZONES}",
    }
    size = {"cpu": "8", "memory": "16Gi", "pods": "110", "ephemeral-storage": "100Gi"}
    annotations = {"kwok.x-k8s.io/node": "fake"}
    metadata = {"name": f"node-{number}", "labels": labels, "annotations": annotations}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": {"allocatable": size, "capacity": size}}


@pytest.fixture(scope="module")
def shop(cluster):
    """The shop of production with all its pods ready."""
    kubernetes.run("create", "--filename", "-", given=kubernetes.as_yaml([node(number) for number in range(NODES)]))
    ended = kubernetes.apply(rendering.of_kind(rendering.overlay("production"), *BUILT_IN))
    assert ended.returncode == 0, ended.stderr
    wait_until_complete()
    return cluster


def wait_until_complete():
    """Wait until every deployment has its replicas, two at least, all ready and of the newest version."""
    limit = time.monotonic() + SECONDS
    while waiting := [item["metadata"]["name"] for item in deployments() if not is_complete(item)]:
        assert time.monotonic() < limit, waiting
        time.sleep(0.5)


def wait_until(condition):
    limit = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.2)


def deployments():
    return kubernetes.get("deployments", "--namespace", NAMESPACE)["items"]


def is_complete(deployment):
    spec, status = deployment["spec"], deployment["status"]
    wanted = spec["replicas"]
    return (
        wanted >= least(deployment["metadata"]["name"])
        and status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
        and status.get("updatedReplicas") == status.get("readyReplicas") == status.get("replicas") == wanted
    )


def least(name):
    """Consumers are scaled by KEDA, which is not here: they have one."""
    return 1 if name.endswith("-consumer") else 2


def pods(context, component="server"):
    selector = f"app.kubernetes.io/name={context},app.kubernetes.io/component={component}"
    return kubernetes.get("pods", "--namespace", NAMESPACE, "--selector", selector)["items"]


def is_ready(pod):
    conditions = {item["type"]: item["status"] for item in pod["status"].get("conditions", ())}
    return conditions.get("Ready") == "True" and "deletionTimestamp" not in pod["metadata"]


class Watch(threading.Thread):
    """Counts the ready pods of every context, again and again, and keeps the fewest."""

    def __init__(self):
        super().__init__(daemon=True)
        self.fewest = dict.fromkeys(settings.ALL_CONTEXTS, 100)
        self._ended = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self.join()

    def run(self):
        selector = "app.kubernetes.io/component=server"
        while not self._ended.is_set():
            items = kubernetes.get("pods", "--namespace", NAMESPACE, "--selector", selector)["items"]
            ready = [pod["metadata"]["labels"]["app.kubernetes.io/name"] for pod in items if is_ready(pod)]
            self.fewest = {name: min(count, ready.count(name)) for name, count in self.fewest.items()}


def test_the_replicas_of_a_context_are_in_different_zones(shop):
    zone = {f"node-{number}": f"zone-{number % ZONES}" for number in range(NODES)}
    for context in settings.ALL_CONTEXTS:
        placed = [zone[pod["spec"]["nodeName"]] for pod in pods(context)]
        assert len(placed) == len(set(placed)) == 2, (context, placed)


def test_a_drained_node_leaves_a_ready_pod_of_every_context(shop):
    with Watch() as watch:
        for number in range(2):
            kubernetes.run("drain", f"node-{number}", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=120s")
    assert min(watch.fewest.values()) >= 1, watch.fewest
    wait_until_complete()
    for number in range(2):
        kubernetes.run("uncordon", f"node-{number}")


def test_an_eviction_that_would_leave_too_few_is_refused(shop):
    """Of two pods one may be evicted; the other must wait until a new one is ready."""
    kubernetes.run("cordon", *(f"node-{number}" for number in range(NODES)))
    try:
        first, second = pods("sessions")
        assert evict(first) == ""
        wait_until(lambda: len([pod for pod in pods("sessions") if is_ready(pod)]) == 1)
        assert "disruption budget" in evict(second)
    finally:
        kubernetes.run("uncordon", *(f"node-{number}" for number in range(NODES)))
    wait_until_complete()


def evict(pod):
    """Evict a pod; return the reason if it is refused."""
    name = pod["metadata"]["name"]
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": NAMESPACE}}
    path = f"/api/v1/namespaces/{NAMESPACE}/pods/{name}/eviction"
    return kubernetes.kubectl("create", "--raw", path, "--filename", "-", given=json.dumps(body)).stderr


def test_a_new_version_replaces_pods_only_once_its_own_are_ready(shop):
    with Watch() as watch:
        for context in settings.ALL_CONTEXTS:
            kubernetes.run(
                "set", "image", f"deployment/{context}", f"{context}=thriftshop:next", "--namespace", NAMESPACE
            )
        wait_until_complete()
    assert min(watch.fewest.values()) >= 2, watch.fewest
    ready = [pod for context in settings.ALL_CONTEXTS for pod in pods(context) if is_ready(pod)]
    images = {pod["spec"]["containers"][0]["image"] for pod in ready}
    assert images == {"thriftshop:next"}


def test_a_version_that_is_never_ready_stops_no_old_pod(shop):
    """As one whose migration has not run: its pod cannot start here, since no node has the memory that it requests."""
    memory = ("--requests=memory=64Gi", "--limits=memory=64Gi")
    kubernetes.run("set", "resources", "deployment/orders", *memory, "--namespace", NAMESPACE)
    try:
        wait_until(lambda: any("nodeName" not in pod["spec"] for pod in pods("orders")))
        time.sleep(3)
        assert len([pod for pod in pods("orders") if is_ready(pod)]) == 2
    finally:
        kubernetes.run("rollout", "undo", "deployment/orders", "--namespace", NAMESPACE)
    wait_until_complete()


def test_the_pods_of_a_lost_node_are_replaced_elsewhere(shop):
    lost = pods("orders")[0]["spec"]["nodeName"]
    with Watch() as watch:
        kubernetes.run("delete", "node", lost)
        wait_until(lambda: all(pod["spec"].get("nodeName") != lost for pod in all_pods()))
        wait_until_complete()
    assert min(watch.fewest.values()) >= 1, watch.fewest


def all_pods():
    return kubernetes.get("pods", "--namespace", NAMESPACE)["items"]
