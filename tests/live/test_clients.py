"""Other people's clients follow products and a cart: graphql-ws, graphql-sse, Apollo Client and urql."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TIMEOUT_SECONDS = 240  # only keeps a broken test from hanging
CLIENTS = {
    "graphql-ws": ("graphql_ws.mjs",),
    "graphql-sse": ("graphql_sse.mjs",),
    "Apollo Client": ("apollo.mjs",),
    "urql over WebSockets": ("urql.mjs", "sockets"),
    "urql over server-sent events": ("urql.mjs", "events"),
}


def check_installed():
    """Skip a test if Node or its packages are missing on a laptop; in CI it fails."""
    if shutil.which("node") and (HERE / "node_modules").is_dir():
        return
    missing = "Node, or the packages of tests/live that `make test` installs, are missing"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_gets_each_change(live, client):
    check_installed()
    ann, lamp = live.shop.person("ann"), live.stock("LAMP", 1)
    script, *options = CLIENTS[client]
    where = {"url": f"http://127.0.0.1:{live.port}/graphql", "token": ann.token, "sku": lamp}
    command = ["node", str(HERE / "clients" / script), json.dumps(where), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:  # noqa: S603
        first = result(running)["products"]
        live.receive(2, lamp)
        second = result(running)["products"]
        empty = result(running)["myCart"]
        version = live.add(ann, lamp)
        filled = result(running)["myCart"]
        refused, found = line(running), result(running)["product"]
        assert running.wait(TIMEOUT_SECONDS) == 0
    assert [(one["sku"], one["stock"]["available"]) for one in (first, second)] == [(lamp, 1), (lamp, 3)]
    assert (empty["itemCount"], filled["itemCount"], filled["version"]) == (0, 1, version)
    assert refused == {"refused": "NOT_FOUND"}
    assert (found["id"], found["sku"]) == (first["id"], lamp)


def line(running):
    """The next line that a client prints."""
    printed = running.stdout.readline()
    assert printed, running.stderr.read()
    return json.loads(printed)


def result(running):
    """The data of the next result that a client prints."""
    found = line(running)
    assert "data" in found, found
    return found["data"]
