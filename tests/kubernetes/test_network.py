"""Pods reach those whose contracts name them, and nothing else."""

import copy

import pytest
from django.conf import settings

from tests.kubernetes import declared, rendering
from tests.kubernetes.reach import Network
from thriftshop import contexts

PORT = 8000
STRANGERS: tuple[dict[str, str], ...] = ({}, {"app": "debug"}, {"app.kubernetes.io/part-of": "thriftshop"})


def labels(name, component="server"):
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/part-of": "thriftshop",
        "app.kubernetes.io/component": component,
    }


def expected():
    watching = {config.label for config in contexts.all_contexts() if config.watches_processes}
    pairs = declared.connections() | {(name, context) for name in watching for context in settings.ALL_CONTEXTS}
    return {(caller, context) for caller, context in pairs if caller not in (context, "trade")}


def connected(objects):
    """The pairs of caller and context whose pods are connected; importers run outside of the cluster."""
    network = Network(objects)
    callers = (*settings.ALL_CONTEXTS, "demo")
    return {
        (caller, context)
        for caller in callers
        for context in settings.ALL_CONTEXTS
        if caller != context and network.connects(labels(caller), labels(context), PORT)
    }


def test_connections_are_those_of_the_contracts():
    assert connected(rendering.overlay("laptop")) == expected()
    without_loader = {pair for pair in expected() if pair[0] != "demo"}
    assert connected(rendering.overlay("production")) == without_loader


@pytest.mark.parametrize("name", rendering.OVERLAYS)
def test_a_stranger_reaches_no_pod_and_no_pod_reaches_it(name):
    network = Network(rendering.overlay(name))
    for stranger in STRANGERS:
        for context in settings.ALL_CONTEXTS:
            for component in ("server", "consumer", "migration"):
                assert not network.connects(stranger, labels(context, component), PORT)
                assert not network.connects(labels(context, component), stranger, PORT)


def test_consumers_have_the_connections_of_their_context_and_are_called_by_nobody():
    network = Network(rendering.overlay("production"))
    for caller, context in declared.connections():
        if caller in settings.ALL_CONTEXTS:
            assert network.connects(labels(caller, "consumer"), labels(context), PORT)
            assert not network.connects(labels(caller), labels(context, "consumer"), PORT)


def test_every_followed_topic_can_be_reached():
    """Where events are followed from process to process, consumers and subscriptions call the context of the topic."""
    network = Network(rendering.overlay("laptop"))
    for config in contexts.all_contexts():
        for member in (*config.projections, *config.reactions, *config.subscriptions):
            if member.topic != config.label:
                assert network.connects(labels(config.label), labels(member.topic), PORT), (config.label, member.topic)


def test_stores_are_reached_by_the_shop_alone():
    network = Network(rendering.overlay("production"))
    for store, port in (({"cnpg.io/cluster": "postgres"}, 5432), ({"cassandra.datastax.com/cluster": "shop"}, 9042)):
        assert network.connects(labels("cart"), store, port)
        assert network.connects(labels("cart", "migration"), store, port)
        assert not network.connects({"app": "debug"}, store, port)


def test_a_missing_and_a_planted_connection_are_found():
    objects = rendering.overlay("laptop")
    fewer, more = copy.deepcopy(objects), copy.deepcopy(objects)
    rendering.get(fewer, "NetworkPolicy", "cart")["spec"]["egress"][0]["to"].pop()
    assert connected(fewer) != expected()
    assert ("recommender", "sessions") not in expected()
    caller = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "recommender"}}}
    rendering.get(more, "NetworkPolicy", "sessions")["spec"]["ingress"][0]["from"].append(caller)
    context = {"podSelector": {"matchLabels": labels("sessions")}}
    rendering.get(more, "NetworkPolicy", "recommender")["spec"]["egress"][0]["to"].append(context)
    assert connected(more) == expected() | {("recommender", "sessions")}
