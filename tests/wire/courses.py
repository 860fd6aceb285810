"""The calls that every client makes, and the outcome that each must have; run in a process of the client's own."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.wire import posting
from tests.wire.serving import TIMEOUT_SECONDS, Server

HERE = Path(__file__).parent
IDL = HERE.parent.parent / "idl"
MODULES = HERE / "node_modules"
NOT_FOUND, UNAVAILABLE = 1, 2
STOCK = 5


def needed(tool: str) -> None:
    """Skip a test if a tool is missing on a laptop; in CI it fails."""
    if not shutil.which(tool):
        missing = f"{tool} is not installed"
    elif tool == "node" and not MODULES.is_dir():
        missing = "`make test` has not installed the packages of tests/wire yet"
    else:
        return
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def run(command: list[str], **options) -> str:
    """What a command prints."""
    environment = {**os.environ, "NODE_PATH": str(MODULES)}
    ended = subprocess.run(  # noqa: S603 - our own command line
        command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False, **options
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    printed: str = ended.stdout
    return printed


def generate(language: str, folder: Path) -> Path:
    """Code by Apache's compiler, for the two contracts of today and those of 2018."""
    flat = language.startswith("js:")
    for file in ("inventory.thrift", "legacy/inventory.thrift", "legacy/catalog.thrift"):
        out = folder / "legacy" if flat and file.startswith("legacy") else folder
        out.mkdir(parents=True, exist_ok=True)
        run(["thrift", "-r", "--gen", language, "-out", str(out), str(IDL / file)])
    return folder


def course(sku: str, **where) -> dict:
    """Calls of 2018 to `/`, and one of today with and without the name of the service that calls."""
    old = [
        ("legacy.catalog", "CatalogService", "getAll", []),
        *(("legacy.inventory", "InventoryService", "get", [item]) for item in (sku, "NOTHING")),
        *(("legacy.inventory", "InventoryService", "reduce", [sku, quantity]) for quantity in (2, 1000, -1, 3, 1)),
    ]
    calls = [
        {"module": module, "service": service, "method": method, "arguments": arguments, "path": "/"}
        for module, service, method, arguments in old
    ]
    levels = {
        "module": "inventory",
        "service": "InventoryService",
        "method": "get_levels",
        "arguments": [[sku, "NOTHING"]],
        "path": "/thrift/InventoryService/get_levels",
        "endpointPerMethod": True,
    }
    return {"calls": [*calls, levels | {"headers": posting.signed("cart", "inventory")}, levels], **where}


def check(outcomes: list[dict], sku: str) -> None:
    """Check the outcomes of the calls, for any client."""
    everything, *answers, levels, refused = outcomes
    check_items(everything, sku)
    ends = [answer.get("answer", {}).get("qty", answer.get("refusal", {}).get("id")) for answer in answers]
    assert ends == [STOCK, NOT_FOUND, STOCK - 2, UNAVAILABLE, UNAVAILABLE, 0, UNAVAILABLE]
    assert ["answer" in answer for answer in answers] == [True, False, True, False, False, True, False]
    assert {answer["refusal"]["message"] for answer in answers if answer.get("refusal", {}).get("id") == NOT_FOUND} == {
        "Not found"
    }
    unavailable = {
        answer["refusal"]["message"] for answer in answers if answer.get("refusal", {}).get("id") == UNAVAILABLE
    }
    assert unavailable == {"Inventory Unavailable"}
    check_levels(levels, refused, sku, 0)


def check_items(everything: dict, sku: str) -> None:
    item = next(one for one in everything["answer"] if one["itemId"] == sku)
    assert (item["name"], item["version"] >= 1) == (f"Mug {sku}", True)


def check_levels(levels: dict, refused: dict, sku: str, quantity: int) -> None:
    found, missing = levels["answer"]
    assert (found["sku"], found["on_hand"], found["reserved"], found["available"]) == (sku, quantity, 0, quantity)
    assert (missing["sku"], missing["version"]) == ("NOTHING", 0)
    assert refused["status"] == 403
    assert "An unnamed caller may not call InventoryService.get_levels" in refused["failure"]


def take(server: Server, command: list[str], sku: str, **where) -> list[dict]:
    """Has a client take the course with goods of its own; how the calls ended."""
    server.stock(sku, STOCK)
    request = course(sku, address=server.address, **where)
    ended: list[dict] = json.loads(run(command, input=json.dumps(request)))
    return ended
