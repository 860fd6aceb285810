"""The Helm chart renders the same objects as kustomize."""

import json
import os

import pytest
import yaml

from tests.kubernetes import rendering
from tests.services import helm

COMPONENTS = ("consumers", "postgres", "kafka", "cassandra", "linkerd", "keda", "monitoring", "ingress")
# As the overlay of production says.
PRODUCTION = ("--set=image.repository=registry.example/thriftshop", "--set=image.tag=release-1")


@pytest.fixture(autouse=True)
def program():
    if not (helm.is_available() or os.environ.get("CLUSTER")):
        pytest.skip("Helm is not installed: `make cluster` builds it.")


def rendered(*options):
    return [item for item in yaml.load_all(helm.render(*options), Loader=yaml.CSafeLoader) if item]


def by_name(objects):
    """The objects by kind and name, without what one of the two adds: the namespace, and digests in the ConfigMap's name."""
    (settings,) = rendering.of_kind(objects, "ConfigMap")
    digest = settings["metadata"]["name"]
    assert digest.startswith("shop-")
    found = {}
    for item in json.loads(json.dumps(objects).replace(digest, "shop")):
        item["metadata"].pop("namespace", None)
        if item["kind"] == "ConfigMap":
            item["metadata"].pop("annotations", None)
        for subject in item.get("subjects", ()):
            assert subject.pop("namespace")
        assert (item["kind"], item["metadata"]["name"]) not in found
        found[item["kind"], item["metadata"]["name"]] = item
    return found


def test_with_its_default_values_it_is_the_overlay_of_production():
    chart, overlay = by_name(rendered(*PRODUCTION)), by_name(rendering.overlay("production"))
    assert overlay.pop(("Namespace", "thriftshop"))
    assert chart.keys() == overlay.keys()
    assert {key for key, item in chart.items() if item != overlay[key]} == set()


@pytest.mark.parametrize("name", ["canary", "flagger"])
def test_with_an_optional_component_it_is_production_with_that_component(name):
    chart, overlay = by_name(rendered(*PRODUCTION, f"--set={name}=true")), by_name(rendering.production_with(name))
    assert overlay.pop(("Namespace", "thriftshop"))
    assert chart.keys() == overlay.keys()
    assert {key for key, item in chart.items() if item != overlay[key]} == set()


def test_without_components_it_is_the_base():
    without = [f"--set={name}=false" for name in COMPONENTS]
    chart = rendered(*without)
    assert {item["apiVersion"] for item in chart} == {
        "v1",
        "apps/v1",
        "batch/v1",
        "policy/v1",
        "networking.k8s.io/v1",
        "scheduling.k8s.io/v1",
    }
    for workload in rendering.of_kind(chart, *rendering.WORKLOADS):
        assert [item["name"] for item in rendering.container_of(workload)["env"]] == ["CONTEXTS"]
        assert workload["kind"] == "Job" or workload["spec"]["replicas"] == 2


def test_values_set_replicas_resources_image_host_and_settings():
    chart = rendered(
        "--set=keda=false,contexts.orders.replicas=5,contexts.orders.cpu=750m,image.tag=other",
        "--set=host=thrift.example,settings.KAFKA_SERVERS=elsewhere:9093",
    )
    orders = rendering.get(chart, "Deployment", "orders")
    assert orders["spec"]["replicas"] == 5
    assert rendering.container_of(orders)["resources"]["requests"]["cpu"] == "750m"
    assert rendering.container_of(orders)["image"] == "thriftshop:other"
    assert rendering.get(chart, "Job", "orders-migration-other")
    assert rendering.get(chart, "Gateway", "shop")["spec"]["listeners"][0]["hostname"] == "thrift.example"
    (settings,) = rendering.of_kind(chart, "ConfigMap")
    assert settings["data"]["KAFKA_SERVERS"] == "elsewhere:9093"


def test_other_settings_restart_the_pods():
    def name(*options):
        (settings,) = rendering.of_kind(rendered(*options), "ConfigMap")
        return settings["metadata"]["name"]

    assert name() == name()
    assert name() != name("--set=settings.PROXIES=2")


def test_helm_s_linter_has_no_complaints():
    assert "0 chart(s) failed" in helm.lint()
