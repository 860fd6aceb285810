"""The mesh, the contracts and the server agree on every caller of every method."""

import copy

import pytest
from django.conf import settings

from tests.kubernetes import declared, rendering
from tests.kubernetes.mesh import Client, Mesh
from thriftshop.rpc import messages
from thriftshop.rpc.http import server

NAMESPACE = "thriftshop"
PORT = "http"
CONTEXTS = tuple(settings.ALL_CONTEXTS)
CLIENTS = (
    *(Client(name, NAMESPACE) for name in declared.KNOWN),
    Client("default", NAMESPACE),
    Client("prometheus", NAMESPACE),
    *(Client(name, "elsewhere") for name in declared.KNOWN),
    Client("", ""),
)
# No arguments: the server refuses them once it knows that the caller may call.
UNREADABLE = b"\xff\xff"
REFUSED, ALLOWED = 403, 400


@pytest.fixture(scope="module")
def objects():
    return rendering.overlay("production")


def labels(objects, context):
    return rendering.labels_of(rendering.get(objects, "Deployment", context))


def of_mesh(objects):
    """The pairs of client and address that the manifests allow."""
    mesh = Mesh(objects)
    return {
        (client, context, path)
        for context in CONTEXTS
        for path in declared.callers(context)
        for client in CLIENTS
        if mesh.allows(client, labels(objects, context), PORT, "POST", path)
    }


def of_contracts():
    return {
        (client, context, path)
        for context in CONTEXTS
        for path, callers in declared.callers(context).items()
        for client in CLIENTS
        if client.account in callers and client.namespace == NAMESPACE
    }


def of_server(context):
    """The pairs that a process of a context accepts, by the answers to calls with unreadable arguments."""
    allowed = set()
    for path in declared.callers(context):
        body = messages.BINARY.write_head(messages.Head(messages.CALL, path.rpartition("/")[2], 1)) + UNREADABLE
        for client in CLIENTS:
            identity = f"{client.account}.{client.namespace}.serviceaccount.identity.linkerd.cluster.local"
            response = server.answer(path, {"l5d-client-id": identity} if client.account else {}, body)
            assert response.status in (REFUSED, ALLOWED), (client, path, response)
            if response.status == ALLOWED:
                allowed.add((client, context, path))
    return allowed


def test_the_manifests_allow_what_the_contracts_list(objects):
    expected = of_contracts()
    assert len(expected) > 500
    assert of_mesh(objects) == expected


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_server_allows_what_the_contracts_list(context, settings):
    settings.MESH, settings.MESH_NAMESPACE, settings.LEGACY_OPEN = "linkerd", NAMESPACE, False
    settings.CONTEXTS = [context]
    assert of_server(context) == {allowed for allowed in of_contracts() if allowed[1] == context}


def test_calls_at_other_addresses_are_denied(objects):
    """The server also reads the method from the message: such a request must not pass by another route."""
    mesh = Mesh(objects)
    for context in CONTEXTS:
        addresses = {"/", "/thrift", "/thrift/", *(path.rpartition("/")[0] for path in declared.callers(context))}
        for path in (*addresses, *(f"{path}/" for path in declared.callers(context))):
            for client in CLIENTS:
                assert not mesh.allows(client, labels(objects, context), PORT, "POST", path), (context, path)


def test_probes_and_metrics_are_open_on_every_pod(objects):
    mesh, kubelet = Mesh(objects), Client("", "")
    workloads = rendering.of_kind(objects, "Deployment")
    assert len(workloads) > len(CONTEXTS)
    for workload in workloads:
        for path in ("/livez", "/readyz", "/metrics"):
            assert mesh.allows(kubelet, rendering.labels_of(workload), PORT, "GET", path)


def test_pages_are_open_where_there_are_some(objects):
    mesh, ingress = Mesh(objects), Client("", "")
    assert mesh.allows(ingress, labels(objects, "gateway"), PORT, "POST", "/graphql")
    assert mesh.allows(ingress, labels(objects, "catalog"), PORT, "GET", "/admin/")
    assert not mesh.allows(ingress, labels(objects, "sessions"), PORT, "POST", "/thrift/SessionsService/log_in")


def deviations():
    """Changes of the manifests, each of which allows or denies another call."""

    def one_caller_more(objects):
        accounts(objects, "sessions")["spec"]["identityRefs"].append({"kind": "ServiceAccount", "name": "trade"})

    def one_caller_less(objects):
        accounts(objects, "cart")["spec"]["identityRefs"].pop()

    def another_namespace(objects):
        accounts(objects, "cart")["spec"]["identityRefs"][0]["namespace"] = "elsewhere"

    def a_route_without_its_policy(objects):
        objects.remove(rendering.get(objects, "AuthorizationPolicy", "orders-from-any"))

    def a_method_less(objects):
        route = rendering.get(objects, "HTTPRoute", "orders-from-any")
        route["spec"]["rules"][0]["matches"].pop()

    def an_open_call(objects):
        path = {"type": "Exact", "value": "/thrift/UsersService/get_users"}
        for route in rendering.of_kind(objects, "HTTPRoute"):
            for rule in route["spec"]["rules"]:
                rule["matches"] = [match for match in rule["matches"] if match["path"] != path]
        probes = rendering.get(objects, "HTTPRoute", "users-probes")
        probes["spec"]["rules"][0]["matches"].append({"path": path, "method": "POST"})

    return [
        one_caller_more,
        one_caller_less,
        another_namespace,
        a_route_without_its_policy,
        a_method_less,
        an_open_call,
    ]


def accounts(objects, context):
    """The first list of callers of a context's own methods."""
    return next(
        item
        for item in rendering.of_kind(objects, "MeshTLSAuthentication")
        if item["metadata"]["name"].startswith(f"{context}-from-") and not item["metadata"]["name"].endswith("-any")
    )


@pytest.mark.parametrize("deviate", deviations(), ids=lambda function: function.__name__)
def test_a_deviation_of_the_manifests_is_found(objects, deviate):
    changed = copy.deepcopy(objects)
    deviate(changed)
    assert of_mesh(changed) != of_contracts()


def test_a_caller_that_the_contract_does_not_list_is_found_at_the_server(settings, monkeypatch):
    """Were the filter to let everybody pass, the comparison would fail."""
    settings.MESH, settings.MESH_NAMESPACE, settings.LEGACY_OPEN = "linkerd", NAMESPACE, False
    settings.CONTEXTS = ["sessions"]
    monkeypatch.setattr("thriftshop.rpc.incoming.check_caller", lambda method, caller: None)
    assert of_server("sessions") != {allowed for allowed in of_contracts() if allowed[1] == "sessions"}


def test_no_route_repeats_or_limits_calls(objects):
    """The client repeats and limits them: it knows the deadline, and whether a call was begun (decision 63)."""
    for route in rendering.of_kind(objects, "HTTPRoute"):
        assert not any("retry.linkerd.io" in key for key in route["metadata"].get("annotations", {}))
        assert not any("timeouts" in rule for rule in route["spec"]["rules"])


def test_ports_that_speak_no_http_are_opaque(objects):
    for workload in rendering.of_kind(objects, "Deployment"):
        annotations = workload["spec"]["template"]["metadata"]["annotations"]
        assert {"5432", "9042", "9093"} <= set(annotations["config.linkerd.io/opaque-ports"].split(","))
