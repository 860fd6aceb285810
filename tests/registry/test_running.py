"""Running contracts: of one process with all contexts, and of processes that are current, older, newer, stopped and frozen."""

import json
import shutil
import signal
from pathlib import Path

import pytest

from apps.registry import running
from idl import platform
from tests import split
from tests.registry import html_pages
from thriftshop import contexts, contracts
from thriftshop.rpc.http import transport as http

ROOT = Path(__file__).resolve().parents[2]


def test_a_process_with_all_contexts_runs_the_registered_contracts(settings, transport):
    (one,) = running.describe_all()
    assert list(one.contexts) == settings.CONTEXTS
    assert one.reachable
    assert one.drifted == ()
    assert {state.name for state in one.contracts} == {contract.name for contract in contracts.live()}
    assert set(one.topics) == set(contexts.topics())
    assert one.version == settings.VERSION


def test_the_page_and_the_json_show_it(client, sheet):
    page = sheet("/registry/running")
    assert "1 process asked, all answered" in page.text
    assert "orders.saga" in page.text
    (shown,) = json.loads(client.get("/registry/running.json").content)["processes"]
    assert (shown["reachable"], shown["drifted"]) == (True, False)
    assert {one["state"] for one in shown["contracts"]} == {"equal"}
    assert {"name": "orders.saga", "topic": "orders", "kind": "reaction"}.items() <= next(
        one for one in shown["groups"] if one["name"] == "orders.saga"
    ).items()


def test_concurrent_requests_share_one_result(monkeypatch):
    monkeypatch.setattr(running, "REMEMBERED_SECONDS", 600.0)
    assert running.processes() is running.processes()
    monkeypatch.setattr(running, "REMEMBERED_SECONDS", -1.0)
    assert running.processes() is not running.processes()


def description(digests):
    return platform.Description(
        contexts=["cart"],
        version="7",
        started_at=0,
        contracts=[platform.ContractDigest(name=name, digest=digest) for name, digest in digests.items()],
        topics=[],
        groups=[],
    )


def test_a_contract_that_one_side_lacks_is_reported():
    one = running._described(description({"toys": "f" * 64}), {})
    states = {state.name: state.state for state in one.drifted}
    assert states["toys"] == "unknown"
    assert set(states.values()) == {"unknown", "missing"}


def test_a_contract_without_a_readable_text_is_only_reported_as_different():
    for texts in ({}, {"cart": "struct {"}):
        one = running._described(description({"cart": "f" * 64}), texts)
        (state,) = [state for state in one.contracts if state.name == "cart"]
        assert (state.state, state.by.verdict) == ("different", "equal")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A recommender in a process of its own, of a build that lacks a method, has one more, and numbers a field otherwise."""
    folder = tmp_path_factory.mktemp("elsewhere")
    build = folder / "build"
    for name in ("apps", "thriftshop", "idl", "settings"):
        shutil.copytree(ROOT / name, build / name, ignore=shutil.ignore_patterns("__pycache__", "content"))
    shutil.copy(ROOT / "manage.py", build)
    change(build / "idl" / "sessions.thrift", "service SessionsService {", "service SessionsService {\n  void nap()")
    change(build / "idl" / "users.thrift", "5: required common.Role role", "25: required common.Role role")
    drop_method(build / "idl" / "cart.thrift", "clear")
    shop = split.Split(folder)
    process = split.Process("recommender", folder, shop.processes[0].variables, root=build)
    process.start()
    try:
        process.wait()
        yield process
    finally:
        http.close()
        process.stop()


def change(file, before, after):
    text = file.read_text()
    assert before in text, f"{file.name} does not say {before!r}"
    file.write_text(text.replace(before, after, 1))


def drop_method(file, name):
    """Take a method and its remark out of a contract."""
    lines = file.read_text().splitlines()
    (at,) = [number for number, line in enumerate(lines) if f" {name}(" in line]
    file.write_text("\n".join(lines[: at - 1] + lines[at + 1 :]))


@pytest.fixture
def alone(settings, elsewhere):
    """This process hosts the registry alone; of the other contexts only the recommender runs."""
    settings.ALL_CONTEXTS = ["recommender", "cart", "registry"]
    settings.CONTEXTS = ["registry"]
    settings.RPC_TRANSPORT = "local"
    settings.SERVICES = {"recommender": (elsewhere.address,), "cart": (f"http://127.0.0.1:{split.free_port()}",)}
    settings.REGISTRY_PATIENCE_MS = 60_000
    return elsewhere


def by_context(found):
    return {context: one for one in found for context in one.contexts}


@pytest.mark.slow
def test_drift_is_shown_by_its_kind(alone, client, opened):
    found = by_context(running.describe_all())
    assert found["registry"].drifted == ()
    states = {state.name: state for state in found["recommender"].contracts}
    assert (states["cart"].state, states["cart"].by.lacking) == ("older", ("CartService.clear",))
    assert (states["sessions"].state, states["sessions"].by.more) == ("newer", ("SessionsService.nap",))
    assert states["users"].state == "different"
    assert states["users"].by.otherwise == (
        "User.role: 25: required common.Role role there, 5: required common.Role role here",
    )
    assert {name for name, one in states.items() if one.state != "equal"} == {"cart", "sessions", "users"}
    page = html_pages.Page(client.get("/registry/running").content.decode())
    assert page.problems == []
    for words in (
        "CartService.clear",
        "older than registered",
        "SessionsService.nap",
        "25: required common.Role role there",
    ):
        assert words in page.text


@pytest.mark.slow
def test_an_unreachable_service_is_reported_and_the_others_are_shown(alone, client, opened):
    found = by_context(running.describe_all())
    assert found["cart"].problem == "It cannot be reached."
    assert found["recommender"].reachable
    page = html_pages.Page(client.get("/registry/running").content.decode())
    assert "3 processes asked, 1 did not answer" in page.text
    shown = json.loads(client.get("/registry/running.json").content)["processes"]
    assert {tuple(one["contexts"]): one["reachable"] for one in shown} == {
        ("registry",): True,
        ("recommender",): True,
        ("cart",): False,
    }


@pytest.mark.slow
def test_a_frozen_service_is_not_waited_for_beyond_patience(alone, settings, client, opened):
    settings.REGISTRY_PATIENCE_MS = 300
    alone.send(signal.SIGSTOP)
    try:
        found = by_context(running.describe_all())
        assert found["recommender"].problem == "It did not answer within 300 ms."
        assert client.get("/registry/running").status_code == 200
    finally:
        alone.send(signal.SIGCONT)
