"""Who must know a context's events before a new version records them."""

import pytest

from thriftshop import contexts
from thriftshop.events import envelope, known_kinds
from thriftshop.kubernetes.canary import readers
from thriftshop.kubernetes.canary.deploying import CONSUMERS, SERVERS

KINDS = ["CartOpened", "ItemAdded", "GiftWrapped"]


@pytest.fixture
def cart():
    return contexts.get("cart")


@pytest.fixture
def everybody_knows_all():
    known_by = {(name, "server"): 3 for name in readers.followers("cart")}
    return known_by | {("cart", "consumer"): 3}


def problems(config, known_by, part=SERVERS):
    return readers.problems(config, part, KINDS, known_by)


def test_followers_are_those_with_groups_or_subscriptions_of_the_topic_and_its_context():
    followers = readers.followers("cart")
    assert {"cart", "gateway"} <= set(followers)
    for name in followers:
        assert "cart" in known_kinds.topics_of(contexts.get(name))


def test_without_new_kinds_nobody_has_to_know_anything(cart, everybody_knows_all):
    assert problems(cart, everybody_knows_all | {("gateway", "server"): 1}) == []


def test_a_reader_that_is_behind_goes_first_by_name(cart, everybody_knows_all):
    behind = everybody_knows_all | {("cart", "server"): 2, ("gateway", "server"): 2}
    (problem,) = problems(cart, behind)
    assert problem == (
        "gateway knows 2 of the 3 kinds of events of cart (new: GiftWrapped). Upgrade it first: manage.py canary gateway"
    )


def test_the_oldest_process_of_a_reader_counts_but_for_those_on_trial(cart, everybody_knows_all):
    behind = everybody_knows_all | {("cart", "server"): 2, ("orders", "consumer"): 2}
    assert [text.split()[0] for text in problems(cart, behind)] == ["orders"]
    on_trial = everybody_knows_all | {("cart", "server"): 2, ("orders", "canary"): 2, ("orders", "consumer-canary"): 2}
    assert problems(cart, on_trial) == []


def test_own_consumers_go_before_own_servers(cart, everybody_knows_all):
    behind = everybody_knows_all | {("cart", "server"): 2, ("cart", "consumer"): 2}
    (problem,) = problems(cart, behind)
    assert "manage.py canary cart --consumers" in problem
    assert problems(cart, behind, CONSUMERS) == []


def test_a_reader_that_says_nothing_is_not_trusted(cart, everybody_knows_all):
    silent = {key: count for key, count in everybody_knows_all.items() if key[0] != "gateway"} | {("cart", "server"): 2}
    (problem,) = problems(cart, silent)
    assert problem.startswith("gateway knows none of the 3 kinds")


def test_processes_publish_how_many_kinds_they_know():
    known_kinds.publish()
    values = {
        sample.labels["topic"]: sample.value for metric in known_kinds._KINDS.collect() for sample in metric.samples
    }
    assert values["orders"] == len(envelope.kinds("orders"))
    assert set(values) == set(contexts.topics())


def test_guardrails_are_totals_that_the_context_counts():
    declared = [(config, guardrail) for config in contexts.all_contexts() for guardrail in config.guardrails]
    assert declared
    for config, guardrail in declared:
        names = {measure.name for measure in config.measures}
        assert {guardrail.bad, guardrail.total} <= names
        assert 0 <= guardrail.budget < 0.5
