"""Other people's clients against a real server: the audits of GraphQL over HTTP, and Apollo Client's persisted queries."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.wire import serving

HERE = Path(__file__).parent
AUDITS = 61


def needed() -> None:
    """Skip a test if Node or its packages are missing on a laptop; in CI it fails."""
    if shutil.which("node") and (HERE / "node_modules").is_dir():
        return
    missing = "Node and its packages are needed: make tests/graphql/node_modules/.installed"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def run(script, *arguments):
    """What a script prints as JSON."""
    command = ["node", str(HERE / "clients" / script), *arguments]
    ended = subprocess.run(  # noqa: S603 - our own command line
        command, capture_output=True, text=True, timeout=serving.TIMEOUT_SECONDS, check=False
    )
    assert ended.returncode == 0, ended.stderr[-3_000:]
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory):
    """The address of a server with an open schema."""
    needed()
    with serving.served(tmp_path_factory.mktemp("open"), GRAPHQL_OPEN="yes") as server:
        yield f"{server.address}/graphql"


@pytest.fixture(scope="module")
def closed_shop(tmp_path_factory):
    """The address of a server with a closed schema, as in production."""
    needed()
    with serving.served(tmp_path_factory.mktemp("closed"), GRAPHQL_OPEN="no") as server:
        yield f"{server.address}/graphql"


def test_an_open_schema_passes_every_audit_of_graphql_http(open_shop):
    results = run("audits.mjs", open_shop)
    assert [audit for audit in results if audit["status"] != "ok"] == []
    assert len(results) == AUDITS


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_apollo_client_sends_a_document_once_and_its_hash_from_then_on(closed_shop, method):
    shown = run("apollo.mjs", closed_shop, method)
    requests = [(one["method"], one["document"]) for one in shown["requests"]]
    assert requests[:3] == [(method, False), ("POST", True), (method, False)]
    # The mutation, which is always a POST, and whose document the first of these tests has sent.
    assert requests[3:] in ([("POST", False), ("POST", True)], [("POST", False)])
    assert {one["status"] for one in shown["requests"]} == {200}
    assert shown["results"] == [0, 0, "OpenCartSuccess"]
