"""Every workload of every overlay: its rights, probes, resources, shutdown, spread, and where its secrets come from."""

import pytest
from django.conf import settings

from tests.kubernetes import rendering
from thriftshop import contexts
from thriftshop.kubernetes import consumers, kafka, workloads

CLUSTERS = ("staging", "production")


@pytest.fixture(params=rendering.OVERLAYS)
def objects(request):
    return rendering.overlay(request.param)


@pytest.fixture(params=CLUSTERS)
def in_cluster(request):
    return rendering.overlay(request.param)


def workloads_of(objects):
    found = rendering.of_kind(objects, *rendering.WORKLOADS)
    assert len(found) > len(settings.ALL_CONTEXTS)
    return found


def variables(objects):
    """The settings of all pods."""
    (config_map,) = rendering.of_kind(objects, "ConfigMap")
    return config_map["data"]


def test_pods_have_no_rights(objects):
    for workload in workloads_of(objects):
        pod, container = rendering.pod_of(workload), rendering.container_of(workload)
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == 10001
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
    for account in rendering.of_kind(objects, "ServiceAccount"):
        assert account["automountServiceAccountToken"] is False
    (namespace,) = rendering.of_kind(objects, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_what_is_writable_is_a_volume_of_a_limited_size(objects):
    for workload in workloads_of(objects):
        for volume in rendering.pod_of(workload)["volumes"]:
            assert {"persistentVolumeClaim", "secret", "projected"} & set(volume) or volume["emptyDir"]["sizeLimit"]


def test_requests_and_limits_are_set(objects):
    for workload in workloads_of(objects):
        resources = rendering.container_of(workload)["resources"]
        assert resources["requests"]["cpu"]
        assert resources["requests"]["memory"]
        assert resources["limits"]["memory"]


def test_starting_serving_and_living_are_probed_separately(objects):
    for deployment in rendering.of_kind(objects, "Deployment"):
        container = rendering.container_of(deployment)
        paths = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "readiness", "liveness")}
        assert paths == {"startup": "/livez", "readiness": "/readyz", "liveness": "/livez"}
        assert [port["name"] for port in container["ports"]] == ["http"]


def test_there_is_time_to_finish_requests(objects):
    for name in settings.ALL_CONTEXTS:
        pod = rendering.pod_of(rendering.get(objects, "Deployment", name))
        (container,) = pod["containers"]
        wait = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        drain = int(variables(objects)["DRAIN_SECONDS"])
        assert int(variables(objects)["DRAIN_GRACE_SECONDS"]) < drain
        assert wait >= 5
        assert pod["terminationGracePeriodSeconds"] > wait + drain


def test_old_pods_serve_until_new_ones_are_ready(in_cluster):
    for deployment in rendering.of_kind(in_cluster, "Deployment"):
        assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}


def test_there_are_two_replicas_at_least_on_different_nodes_and_one_is_evicted_at_a_time(in_cluster):
    scaled = {
        item["spec"]["scaleTargetRef"]["name"]: item["spec"].get("minReplicas") or item["spec"].get("minReplicaCount")
        for item in rendering.of_kind(in_cluster, "HorizontalPodAutoscaler", "ScaledObject")
    }
    budgets = [item["spec"] for item in rendering.of_kind(in_cluster, "PodDisruptionBudget")]
    for deployment in rendering.of_kind(in_cluster, "Deployment"):
        assert "replicas" not in deployment["spec"], "an applied number would undo the autoscaler's"
        assert scaled[deployment["metadata"]["name"]] >= 2
        labels = rendering.labels_of(deployment)
        assert [budget["maxUnavailable"] for budget in budgets if rendering.selects(budget["selector"], labels)] == [1]
        spread = rendering.pod_of(deployment)["topologySpreadConstraints"]
        assert [rule["topologyKey"] for rule in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
        assert all(rendering.selects(rule["labelSelector"], labels) for rule in spread)


def test_every_context_with_groups_has_consumers_which_leave_the_servers_to_requests(in_cluster):
    names = {item["metadata"]["name"] for item in rendering.of_kind(in_cluster, "Deployment")}
    for config in contexts.all_contexts():
        has_groups = bool((*config.projections, *config.reactions))
        assert (f"{config.label}-consumer" in names) is has_groups
    assert variables(in_cluster)["CONSUMERS"] == "apart"


def test_services_select_the_servers_and_not_the_consumers(objects):
    for name in settings.ALL_CONTEXTS:
        selector = rendering.get(objects, "Service", name)["spec"]["selector"]
        selected = [
            item["metadata"]["name"]
            for item in workloads_of(objects)
            if selector.items() <= rendering.labels_of(item).items()
        ]
        assert selected == [name]


def test_stores_are_migrated_by_a_job_of_each_version_as_their_owner(in_cluster):
    image = rendering.container_of(rendering.get(in_cluster, "Deployment", "catalog"))["image"]
    for name in settings.ALL_CONTEXTS:
        job = rendering.get(in_cluster, "Job", f"{name}-migration-{image.rpartition(':')[2]}")
        container = rendering.container_of(job)
        assert container["image"] == image
        assert container["command"] == ["sh", "-c", workloads.MIGRATE]
        assert f"thriftshop_{name}_migrate:" in _value(container, "DATABASE_URL")
        for deployment in rendering.of_kind(in_cluster, "Deployment"):
            if rendering.labels_of(deployment)["app.kubernetes.io/name"] == name:
                assert f"thriftshop_{name}_run:" in _value(rendering.container_of(deployment), "DATABASE_URL")


def _value(container, name):
    (variable,) = (item for item in container["env"] if item["name"] == name)
    return variable["value"]


def test_no_secret_is_in_the_manifests(objects):
    assert rendering.of_kind(objects, "Secret") == []
    for workload in workloads_of(objects):
        for variable in rendering.container_of(workload)["env"]:
            secret = any(word in variable["name"] for word in ("PASSWORD", "KEY", "TOKEN"))
            assert not secret or "secretKeyRef" in variable["valueFrom"]


def test_a_laptop_needs_no_secret_and_no_operator(objects):
    laptop = rendering.overlay("laptop")
    for workload in workloads_of(laptop):
        container = rendering.container_of(workload)
        assert [set(source) for source in container["envFrom"]] == [{"configMapRef"}]
        assert not any("secret" in volume for volume in rendering.pod_of(workload)["volumes"])
    own = {"v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1", "scheduling.k8s.io/v1"}
    assert {item["apiVersion"] for item in laptop} == own


def test_consumers_are_scaled_by_the_lag_of_the_topics_that_they_follow(in_cluster):
    assert variables(in_cluster)["KAFKA_PREFIX"] == kafka.PREFIX
    for config in contexts.all_contexts():
        if not consumers.topics(config):
            continue
        scaled = rendering.get(in_cluster, "ScaledObject", f"{config.label}-consumer")["spec"]
        followed = {group.topic for group in (*config.projections, *config.reactions)}
        metadata = [trigger["metadata"] for trigger in scaled["triggers"]]
        assert {item["topic"] for item in metadata} == {f"thriftshop.{topic}" for topic in followed}
        assert {item["consumerGroup"] for item in metadata} == {f"thriftshop.{config.label}"}
