"""Apache Thrift's Python client gets the same answers, in every protocol that it supports."""

import json
import sys

import pytest

from tests.wire import courses

SCRIPT = str(courses.HERE / "clients" / "apache_python.py")


@pytest.fixture(scope="package")
def generated(tmp_path_factory):
    courses.needed("thrift")
    return courses.generate("py", tmp_path_factory.mktemp("apache-python"))


@pytest.mark.parametrize("protocol", ["binary", "old binary", "compact", "json"])
def test_apaches_python_client_gets_the_same_answers(server, generated, protocol):
    sku = f"PY-{protocol.replace(' ', '-').upper()}"
    outcomes = courses.take(server, [sys.executable, SCRIPT], sku, generated=str(generated), protocol=protocol)
    courses.check(outcomes, sku)


@pytest.mark.parametrize("protocol", ["binary, accelerated", "compact, accelerated"])
def test_its_accelerated_protocols_get_the_same_answers(server, generated, protocol):
    """All but 2018's methods with arguments: those have no numbers, and this client then sends nothing of them."""
    sku = f"PY-{protocol[:6].upper()}-FAST"
    server.stock(sku, courses.STOCK)
    request = courses.course(sku, generated=str(generated), protocol=protocol, address=server.address)
    everything, *without, levels, refused = json.loads(courses.run([sys.executable, SCRIPT], input=json.dumps(request)))
    courses.check_items(everything, sku)
    courses.check_levels(levels, refused, sku, courses.STOCK)
    assert [outcome["status"] for outcome in without] == [400] * len(without)
    assert all("needs its argument 'itemId'" in outcome["failure"] for outcome in without)


def test_a_multiplexing_client_names_its_service_in_the_message(server, generated):
    server.stock("PY-MULTI", courses.STOCK)
    call = {
        "module": "legacy.inventory",
        "service": "InventoryService",
        "method": "get",
        "arguments": ["PY-MULTI"],
        "path": "/thrift",
        "multiplexed": True,
    }
    request = {"calls": [call], "address": server.address, "generated": str(generated), "protocol": "binary"}
    (outcome,) = json.loads(courses.run([sys.executable, SCRIPT], input=json.dumps(request)))
    assert outcome == {"answer": {"itemId": "PY-MULTI", "qty": courses.STOCK}}
