"""The API server accepts every overlay, enforces Pod Security, and refuses planted faults."""

import copy

import pytest

from tests.kubernetes import rendering
from tests.kubernetes.cluster.faults import FAULTS
from tests.services import ROOT, kubernetes

# Their operators' definitions are not to be had as Go modules.
UNCHECKED = {"Kafka", "KafkaNodePool", "KafkaUser", "K8ssandraCluster"}
FIRST = ("Namespace", "PriorityClass")


# Components that no overlay has, and are an option.
OPTIONS = ("canary", "flagger")


@pytest.fixture(params=[*rendering.OVERLAYS, *OPTIONS])
def objects(request, cluster):
    """The objects of an overlay, whose namespace and priorities exist."""
    objects = checked(request.param)
    assert kubernetes.apply(rendering.of_kind(objects, *FIRST)).returncode == 0
    return objects


def checked(name):
    items = rendering.production_with(name) if name in OPTIONS else rendering.overlay(name)
    return [item for item in items if item["kind"] not in UNCHECKED]


def dry_run(objects):
    return kubernetes.apply(objects, "--dry-run=server", "--validate=strict")


def test_every_object_is_accepted(objects):
    ended = dry_run(objects)
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) == len(objects)
    assert "would violate PodSecurity" not in ended.stderr


def test_the_command_of_the_readme_applies_the_laptop_s_shop_and_a_second_time_changes_nothing(cluster):
    folder = str(ROOT / "k8s" / "overlays" / "laptop")
    kubernetes.run("apply", "--kustomize", folder)
    first = versions(folder)
    assert len(first) == len(rendering.overlay("laptop"))
    kubernetes.run("apply", "--kustomize", folder)
    assert versions(folder) == first


def versions(folder):
    return {
        (item["kind"], item["metadata"]["name"]): item["metadata"]["resourceVersion"]
        for item in kubernetes.get("--kustomize", folder)["items"]
    }


def pod(workload):
    template = workload["spec"]["template"]
    metadata = {
        **template["metadata"],
        "name": workload["metadata"]["name"],
        "namespace": workload["metadata"]["namespace"],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def test_the_namespace_admits_the_pods_and_refuses_them_with_any_right_more(objects):
    assert kubernetes.apply(rendering.of_kind(objects, "ServiceAccount")).returncode == 0
    pods = [pod(workload) for workload in rendering.of_kind(objects, *rendering.WORKLOADS)]
    ended = dry_run(pods)
    assert ended.returncode == 0, ended.stderr
    rights = {
        "allowPrivilegeEscalation": True,
        "runAsNonRoot": False,
        "privileged": True,
        "capabilities": {"add": ["NET_ADMIN"]},
    }
    for name, value in rights.items():
        changed = copy.deepcopy(pods[0])
        changed["spec"]["containers"][0]["securityContext"][name] = value
        refused = dry_run([changed])
        assert refused.returncode != 0, name
        assert "PodSecurity" in refused.stderr or "Invalid value" in refused.stderr


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind} {fault.field[-1]}")
def test_a_planted_fault_is_refused(cluster, fault):
    objects = checked("production")
    assert kubernetes.apply(rendering.of_kind(objects, *FIRST)).returncode == 0
    ended = dry_run([fault.plant(objects)])
    assert ended.returncode != 0
    assert fault.message in ended.stderr
