"""Flags over Kafka: the experiments and a gateway as two processes, which have only Kafka and calls in common."""

import http.client
import json
import time
import uuid

import pytest

from idl import experiments
from tests import conftest, split
from tests.experiments import steps
from thriftshop import call_context, rpc
from thriftshop.rpc.http import sync_connections

pytestmark = pytest.mark.slow
KAFKA = "thriftshop.events.feed.kafka.KafkaFeed"
VISITORS = [f"visitor-{number:012d}" for number in range(8)]
# A newcomer whose bucket had the other variant before the weights were changed.
MOVED = "newcomer-000000000002"
TIMEOUT_SECONDS = 120


@pytest.fixture
def gateway(kafka_broker, tmp_path, settings):
    """The port of the gateway."""
    shop = split.Split(
        tmp_path,
        EVENT_FEEDS=f"experiments={KAFKA}",
        KAFKA_PREFIX=f"{uuid.uuid4().hex}.",
        KAFKA_REPLICAS="1",
        KAFKA_MIN_IN_SYNC="1",
    )
    shop.processes = [process for process in shop.processes if process.contexts in ("experiments", "gateway")]
    try:
        created = shop.of("experiments")[0].manage("create_topics")
        assert created.returncode == 0, created.stderr
        shop.start()
        settings.CONTEXTS, settings.SERVICES = [], shop.services()
        conftest.forget()
        yield shop.of("gateway")[0]
    finally:
        sync_connections.close()
        shop.stop()


def call(method, *arguments, caller="experiments"):
    with call_context.using(caller=caller):
        return getattr(rpc.connect(experiments.ExperimentsService), method)(*arguments)


def variants(gateway):
    """What the gateway answers, by visitor."""
    found = {}
    for visitor in VISITORS:
        status, answer = gateway_answer(gateway, visitor)
        found[visitor] = answer.get("variant") if status == 200 else None
    return found


def gateway_answer(gateway, visitor):
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=TIMEOUT_SECONDS)
    body = json.dumps({"context": {"targetingKey": visitor}})
    try:
        connection.request("POST", "/ofrep/v1/evaluate/flags/button", body, {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def until(holds):
    limit = time.monotonic() + TIMEOUT_SECONDS
    while not (found := holds()):
        assert time.monotonic() < limit
        time.sleep(0.05)
    return found


def test_a_flag_is_started_seen_and_stopped_over_kafka(gateway):
    call("create_flag", steps.draft())
    call("start_flag", "button")
    until(lambda: gateway_answer(gateway, VISITORS[0])[1].get("reason") == "SPLIT")
    first = variants(gateway)
    assert set(first.values()) == {"blue", "green"}
    for visitor, variant in first.items():
        until(lambda: call("resolve_subject", visitor, caller="gateway").variants == {"button": variant})  # noqa: B023
    call("set_weights", "button", {"blue": 0, "green": 1}, "Green is better.")
    until(lambda: gateway_answer(gateway, VISITORS[0])[1]["metadata"]["version"] == 3)
    assert variants(gateway) == first
    assert gateway_answer(gateway, MOVED)[1].get("variant") == "green"
    call("stop_flag", "button", "Too many errors.")
    until(lambda: set(variants(gateway).values()) == {"blue"})
