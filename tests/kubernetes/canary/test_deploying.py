"""The canary's deployment and its migration, made of the running deployment of production."""

import pytest
from django.conf import settings

from tests.kubernetes import rendering
from tests.kubernetes.reach import Network
from tests.kubernetes.test_network import expected, labels
from thriftshop import contexts
from thriftshop.kubernetes import consumers
from thriftshop.kubernetes.canary import deploying
from thriftshop.kubernetes.canary.deploying import CONSUMERS, SERVERS

RUNNING = "registry.example/thriftshop:release-1"
NEXT = "registry.example/thriftshop:release-2"


@pytest.fixture(scope="module")
def production():
    return rendering.production_with("canary")


def running(production, context, part=SERVERS):
    item = rendering.get(production, "Deployment", deploying.name_of(context, part))
    return {**item, "spec": {"replicas": 2, **item["spec"]}}


@pytest.mark.parametrize(
    ("named", "image"),
    [
        ("release-2", NEXT),
        ("elsewhere/shop:1", "elsewhere/shop:1"),
        ("thriftshop@sha256:abc", "thriftshop@sha256:abc"),
        ("other:1", "other:1"),
    ],
)
def test_an_image_is_named_by_its_tag_or_wholly(named, image):
    assert deploying.full_image(named, RUNNING) == image


def test_a_registry_with_a_port_is_no_tag():
    assert deploying.full_image("2", "registry:5000/thriftshop") == "registry:5000/thriftshop:2"
    assert deploying.full_image("2", "registry:5000/thriftshop:1@sha256:abc") == "registry:5000/thriftshop:2"


@pytest.mark.parametrize(
    ("weight", "count", "pods"), [(0, 4, 1), (1, 4, 1), (25, 4, 2), (50, 4, 4), (50, 12, 12), (5, 1, 1)]
)
def test_it_has_as_many_pods_as_its_share_needs(weight, count, pods):
    assert deploying.replicas_for(weight, count) == pods


@pytest.mark.parametrize("part", [SERVERS, CONSUMERS], ids=["servers", "consumers"])
def test_its_pods_differ_in_image_and_component_only(production, part):
    item = running(production, "orders", part)
    made = deploying.deployment(item, "orders", part, NEXT, "{}")
    assert made["metadata"]["name"] == f"{item['metadata']['name']}-canary"
    assert made["spec"]["replicas"] == 1
    pod, own = rendering.pod_of(made), rendering.pod_of(item)
    assert rendering.container_of(made) == {**rendering.container_of(item), "image": NEXT}
    assert {**pod, "containers": [], "topologySpreadConstraints": []} == {
        **own,
        "containers": [],
        "topologySpreadConstraints": [],
    }
    assert rendering.labels_of(made) == {
        **rendering.labels_of(item),
        "app.kubernetes.io/component": part.canary_component,
    }
    assert rendering.selects(made["spec"]["selector"], rendering.labels_of(made))
    assert not rendering.selects(made["spec"]["selector"], rendering.labels_of(item))
    assert not rendering.selects(item["spec"]["selector"], rendering.labels_of(made))


def test_the_running_deployment_is_not_changed(production):
    item = running(production, "orders")
    before = repr(item)
    deploying.deployment(item, "orders", SERVERS, NEXT, "{}")
    deploying.migration(item, "orders", NEXT)
    assert repr(item) == before


@pytest.mark.parametrize("context", settings.ALL_CONTEXTS)
def test_the_migration_is_that_of_the_overlay(production, context):
    made = deploying.migration(running(production, context), context, RUNNING)
    job = rendering.get(production, "Job", f"{context}-migration-release-1")
    # Only deployments have this variable; a job is in no mesh.
    (container,) = rendering.pod_of(made)["containers"]
    container["env"] = [item for item in container["env"] if item["name"] != "MESH_NAMESPACE"]
    assert made["metadata"]["name"] == job["metadata"]["name"]
    assert made["spec"] == job["spec"]


def test_the_service_of_the_canary_selects_its_pods_and_that_of_the_context_does_not(production):
    pod = rendering.labels_of(deploying.deployment(running(production, "cart"), "cart", SERVERS, NEXT, "{}"))
    selectors = {
        name: rendering.get(production, "Service", name)["spec"]["selector"] for name in ("cart", "cart-canary")
    }
    assert selectors["cart-canary"].items() <= pod.items()
    assert not selectors["cart"].items() <= pod.items()


def test_every_context_has_a_route_that_sends_nothing_to_the_canary(production):
    for config in contexts.all_contexts():
        name = f"{config.label}-public" if config.is_public else f"{config.label}-canary"
        route = rendering.get(production, "HTTPRoute", name)
        backends = [backend for rule in route["spec"]["rules"] for backend in rule.get("backendRefs", ())]
        assert [backend["name"] for backend in backends] == [config.label, f"{config.label}-canary"]
        assert backends[1]["weight"] == 0


def test_canaries_have_the_connections_of_their_contexts(production):
    """A canary accepts calls from the callers of its context, and calls the servers and canaries of other contexts."""
    network = Network(production)
    pairs = {(caller, context) for caller, context in expected() if caller != "demo"}
    for caller in settings.ALL_CONTEXTS:
        for context in settings.ALL_CONTEXTS:
            if caller == context:
                continue
            for source in ("server", "canary", "consumer", "consumer-canary"):
                for target in ("server", "canary"):
                    connects = network.connects(labels(caller, source), labels(context, target), 8000)
                    assert connects is ((caller, context) in pairs), (caller, source, context, target)


def test_who_releases_reaches_canaries_and_nobody_else(production):
    network = Network(production)
    for context in settings.ALL_CONTEXTS:
        assert network.connects(labels("canary", "job"), labels(context, "canary"), 8000)
        assert not network.connects(labels("canary", "job"), labels(context, "server"), 8000)
        assert not network.connects(labels(context), labels("canary", "job"), 8000)


def test_without_the_component_nobody_reaches_a_canary():
    network = Network(rendering.overlay("production"))
    assert not network.connects(labels("gateway"), labels("orders", "canary"), 8000)


def test_its_rights_are_limited_to_the_names_of_releases(production):
    role = rendering.get(production, "Role", "canary")
    resources = {resource for rule in role["rules"] for resource in rule["resources"]}
    assert resources == {"deployments", "jobs", "httproutes"}
    for rule in role["rules"]:
        assert rule.get("resourceNames") or set(rule["verbs"]) <= {"create", "list"}
    (deleting,) = (rule for rule in role["rules"] if "delete" in rule["verbs"])
    assert all(name.endswith("-canary") for name in deleting["resourceNames"])
    with_consumers = [config.label for config in contexts.all_contexts() if consumers.topics(config)]
    assert len(deleting["resourceNames"]) == len(settings.ALL_CONTEXTS) + len(with_consumers)


def test_with_flagger_the_services_select_the_running_version_and_its_callers_reach_it():
    production = rendering.production_with("flagger")
    network = Network(production)
    pairs = {(caller, context) for caller, context in expected() if caller != "demo"}
    for context in settings.ALL_CONTEXTS:
        selector = rendering.get(production, "Service", context)["spec"]["selector"]
        assert selector == labels(context, "server-primary")
        assert rendering.get(production, "Canary", context)["spec"]["analysis"]["stepWeights"] == [1, 5, 25, 50]
    for caller, context in pairs:
        for target in ("server", "server-primary"):
            assert network.connects(labels(caller, "server-primary"), labels(context, target), 8000)
    public = rendering.get(production, "HTTPRoute", "gateway-public")
    assert [rule for rule in public["spec"]["rules"] if rule.get("backendRefs")] == []
