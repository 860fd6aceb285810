"""OpenFeature's own SDKs against a real server, through the OFREP providers of PyPI and npm."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.provider.no_op_provider import NoOpProvider

from idl import experiments
from tests.experiments import steps
from tests.wire import serving

HERE = Path(__file__).parent
VISITORS = [f"visitor-{number:012d}" for number in range(12)]
LAYOUT = {"columns": 3}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A server with a flag of text and one of an object."""
    with serving.served(tmp_path_factory.mktemp("flags")) as server:
        change(server, "create_flag", steps.draft())
        layout = steps.variants({"wide": 1}, {"wide": json.dumps(LAYOUT)})
        change(server, "create_flag", steps.draft("layout", variants=layout, default_variant="wide"))
        for key in ("button", "layout"):
            change(server, "start_flag", key)
        until(lambda: len(evaluated(server)) == 2 and "DISABLED" not in evaluated(server))
        yield server


def change(server, method, *arguments):
    return server.call(experiments.ExperimentsService, method, *arguments, caller="experiments")


def evaluated(server):
    """The reasons of all flags."""
    body = json.dumps({"context": {"targetingKey": VISITORS[0]}}).encode()
    answer = server.post("/ofrep/v1/evaluate/flags", body, {"content-type": "application/json"})
    return [flag["reason"] for flag in json.loads(answer.body)["flags"]]


def until(holds):
    limit = time.monotonic() + serving.TIMEOUT_SECONDS
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)


@pytest.fixture
def python(shop):
    """A client of PyPI's provider."""
    api.set_provider_and_wait(OFREPProvider(shop.address), "sdk")
    yield api.get_client("sdk")
    # Not `clear_providers`, which would also take the gateway's.
    api.set_provider(NoOpProvider(), "sdk")


def variants(client):
    return {visitor: client.get_string_value("button", "none", EvaluationContext(visitor)) for visitor in VISITORS}


def start(script, *arguments):
    if not (shutil.which("node") and (HERE / "node_modules").is_dir()):
        missing = "Node and its packages are needed: make tests/experiments/node_modules/.installed"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    command = ["node", str(HERE / "clients" / script), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command line


def test_python_s_sdk_evaluates_the_flags(python):
    assert set(variants(python).values()) == {"blue", "green"}
    visitor = EvaluationContext(VISITORS[0])
    assert python.get_object_value("layout", {}, visitor) == LAYOUT
    assert python.get_boolean_details("nothing", True, visitor).error_code == ErrorCode.FLAG_NOT_FOUND
    assert python.get_string_details("layout", "none", visitor).error_code == ErrorCode.TYPE_MISMATCH
    assert python.get_string_details("button", "none").error_code == ErrorCode.TARGETING_KEY_MISSING
    refused = python.get_string_details("button", "none", EvaluationContext("ann@shop.example"))
    assert (refused.value, refused.error_code) == ("none", ErrorCode.INVALID_CONTEXT)


def test_node_s_server_sdk_evaluates_the_same(shop, python):
    with start("server.mjs", shop.address, ",".join(VISITORS)) as node:
        found = json.loads(node.communicate(timeout=serving.TIMEOUT_SECONDS)[0])
    assert found == {
        "variants": variants(python),
        "reason": "SPLIT",
        "columns": LAYOUT,
        "missing": "FLAG_NOT_FOUND",
        "refused": "INVALID_CONTEXT",
    }


def test_the_use_of_a_flag_is_recorded_soon(shop, python):
    seen = {"button": variants(python)[VISITORS[0]]}
    service = experiments.ExperimentsService
    until(lambda: shop.call(service, "resolve_subject", VISITORS[0], caller="gateway").variants.items() >= seen.items())


def test_the_web_sdk_keeps_its_flags_until_one_is_stopped(shop, python):
    """The last test of this server: it stops the flag."""
    green = next(visitor for visitor, value in variants(python).items() if value == "green")
    with start("web.mjs", shop.address, green) as node:
        assert json.loads(node.stdout.readline()) == {"before": "green", "first": 200}
        change(shop, "stop_flag", "button", "Too many errors.")
        assert json.loads(node.stdout.readline()) == {"after": "blue", "statuses": [200, 304]}
        assert node.wait(serving.TIMEOUT_SECONDS) == 0
    assert set(variants(python).values()) == {"blue"}
