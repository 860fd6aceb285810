"""Machine-readable documents: equal to the contracts, valid by the official schemas, and cached by ETag."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.urls import reverse

from apps.registry import asyncapi, document, schema, topics
from idl import catalog
from thriftshop import contracts
from thriftshop.contracts import digests
from thriftshop.rpc import reflection

HERE = Path(__file__).parent
LIBRARY = contracts.live()
FILES = {
    "/registry/registry.json": "application/json",
    "/registry/asyncapi.json": "application/json",
    "/registry/registry.schema.json": "application/schema+json",
    "/registry/schema.graphql": "text/plain; charset=utf-8",
    **{f"/registry/idl/{one.path}": "text/plain; charset=utf-8" for one in LIBRARY},
}


def fetched(client, address):
    return json.loads(client.get(address).content)


@pytest.mark.parametrize("address", FILES)
def test_a_file_has_its_type_and_an_etag_and_is_not_sent_twice(client, opened, address):
    first = client.get(address)
    assert (first.status_code, first["Content-Type"]) == (200, FILES[address])
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address, headers={"If-None-Match": '"another"'}).status_code == 200
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("contract", list(LIBRARY), ids=lambda case: case.name)
def test_the_text_of_a_contract_is_that_of_its_file(client, opened, contract):
    text = client.get(reverse("registry:idl", args=[contract.path])).content
    assert text == (Path("idl") / contract.path).read_bytes()


@pytest.mark.parametrize(
    "path", ["nothing.thrift", "../settings/base.thrift", "legacy/nothing.thrift", "__init__.py", "schema.graphql"]
)
def test_only_contracts_are_read_from_the_disk(client, opened, path):
    assert client.get(f"/registry/idl/{path}").status_code == 404


def named(found):
    return {one["name"]: one for one in found}


@pytest.mark.parametrize("contract", list(LIBRARY), ids=lambda case: case.name)
def test_the_document_of_a_contract_agrees_with_the_model(client, opened, contract):
    published = named(fetched(client, "/registry/registry.json")["contracts"])[contract.name]
    assert published["digest"] == digests.of(contract)
    assert (published["doc"], published["legacy"], published["includes"]) == (
        contract.doc,
        contract.is_legacy,
        list(contract.includes),
    )
    for group in ("services", "structs", "enums", "typedefs", "constants"):
        assert [(one["name"], one["doc"], one["line"]) for one in published[group]] == [
            (one.name, one.doc, one.line) for one in getattr(contract, group)
        ]
    for one in contract.structs:
        said = named(published["structs"])[one.name]
        assert said["kind"] == one.kind
        assert [
            (f["id"], f["name"], f["type"], f["requiredness"], f["default"], f["pii"], f["doc"], f["annotations"])
            for f in said["fields"]
        ] == [
            (f.id, f.name, str(f.type), f.requiredness, f.default, f.personal, f.doc, dict(f.annotations))
            for f in one.fields
        ]
    for one in contract.enums:
        values = [(v["name"], v["value"], v["doc"]) for v in named(published["enums"])[one.name]["values"]]
        assert values == [(v.name, v.value, v.doc) for v in one.values]


@pytest.mark.parametrize("contract", [one for one in LIBRARY if one.services], ids=lambda case: case.name)
def test_the_document_of_a_method_agrees_with_the_platform(client, opened, contract):
    """Compared with thriftpy2, not with our own reader."""
    published = named(fetched(client, "/registry/registry.json")["contracts"])[contract.name]
    module = __import__(f"idl.{contract.name}", fromlist=["_"])
    for service in published["services"]:
        methods = reflection.methods(getattr(module, service["name"]))
        assert [one["name"] for one in service["methods"]] == list(methods)
        for one in service["methods"]:
            method = methods[one["name"]]
            assert set(one["callers"]) | {contract.context} == set(method.callers)
            assert (one["idempotent"], one["deadline_ms"]) == (method.idempotent, method.deadline_ms)
            assert [(a["id"], a["name"]) for a in one["arguments"]] == [
                (number, spec[1]) for number, spec in method.args_type.thrift_spec.items()
            ]
            assert [r["type"].rpartition(".")[2] for r in one["refusals"]] == [r.__name__ for r in method.refusals]


def test_the_document_names_every_topic_and_every_graphql_type(client, opened):
    published = fetched(client, "/registry/registry.json")
    assert [(one["name"], one["union"], one["producer"], one["readers"]) for one in published["topics"]] == [
        (one.name, one.union.name, one.producer, one.readers) for one in topics.all_of(LIBRARY)
    ]
    graphql = named(published["graphql"])
    assert set(graphql) == set(schema.types())
    assert graphql["Query"]["fields"][0]["arguments"]


def test_a_change_of_a_contract_changes_the_document_and_its_digest():
    texts = {one.path: one.text for one in LIBRARY}
    changed = contracts.read_texts(
        texts | {"cart.thrift": texts["cart.thrift"].replace("1: optional string token", "1: optional string key")}
    )
    before, after = (named(document.of(one)["contracts"])["cart"] for one in (LIBRARY, changed))
    assert before["digest"] != after["digest"]
    assert after["structs"][0]["fields"][0]["name"] == "key"
    remarked = contracts.read_texts(texts | {"cart.thrift": "// a remark\n" + texts["cart.thrift"]})
    assert digests.of(remarked["cart"]) == digests.of(LIBRARY["cart"])


def test_every_event_is_a_message_of_its_topics_channel():
    published = asyncapi.of(LIBRARY)
    for topic in topics.all_of(LIBRARY):
        channel = published["channels"][topic.name]
        assert list(channel["messages"]) == [field.name for field in topic.union.fields]
        for member in topic.union.fields:
            message = published["components"]["messages"][f"{topic.name}.{member.name}"]
            assert message["x-thrift-field"] == member.id
            assert message["x-readers"] == list(member.readers)


def test_personal_data_is_marked_in_the_events_too():
    schemas = asyncapi.of(LIBRARY)["components"]["schemas"]
    assert schemas["orders.OrderPlaced"]["properties"]["sealed"]["x-pii"] == "mask"
    assert schemas["orders.OrderPlaced"]["x-pii"] == ["sealed"]


def test_an_event_as_json_has_the_contracts_fields():
    shape = asyncapi.of(LIBRARY)["components"]["schemas"]["catalog.PriceChanged"]
    assert set(shape["properties"]) == {spec[1] for spec in catalog.PriceChanged.thrift_spec.values()}
    assert set(shape["required"]) == {spec[1] for spec in catalog.PriceChanged.thrift_spec.values() if spec[-1]}


def node(*arguments):
    """Run the validation with Node 20, which CI must have; `make test` installs its packages."""
    command = shutil.which("node")
    installed = (HERE / "node_modules" / "@asyncapi" / "parser").is_dir()
    if command is None or not installed:
        problem = "Node 20 and its packages are needed: make tests/registry/node_modules/.installed"
        if os.environ.get("CI"):
            pytest.fail(problem)
        pytest.skip(problem)
    ended = subprocess.run(  # noqa: S603 - our own script
        [command, HERE / "check.mjs", *arguments], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def checked(folder, events, registry):
    files = [folder / "asyncapi.json", folder / "registry.json"]
    files[0].write_bytes(events)
    files[1].write_bytes(registry)
    return node(*files, document.SHAPE)


def grave(found):
    """Errors and warnings; what is left are remarks, such as that a later version of AsyncAPI exists."""
    return [one for one in found["diagnostics"] if one["severity"] <= 1]


def test_the_documents_are_valid_by_their_official_schemas(tmp_path):
    found = checked(tmp_path, asyncapi.text(), document.text())
    assert found["parsed"]
    assert grave(found) == []
    assert found["shape"] == []
    assert found["version"] == "3.0.0"
    expected = {one.name: {member.type.name for member in one.union.fields} for one in topics.all_of(LIBRARY)}
    assert {one["address"]: set(one["messages"]) for one in found["channels"]} == expected
    sends = [one["id"] for one in found["operations"] if one["action"] == "send"]
    assert sends == [f"{one.producer}.writes.{one.name}" for one in topics.all_of(LIBRARY)]


def test_the_validation_finds_invalid_documents(tmp_path):
    """A check that finds nothing in a broken document would say nothing of a sound one."""
    events, registry = json.loads(asyncapi.text()), json.loads(document.text())
    events["channels"]["orders"]["messages"]["placed"]["$ref"] = "#/components/messages/nowhere"
    registry["contracts"][0]["digest"] = "none"
    del registry["contracts"][0]["services"]
    found = checked(tmp_path, json.dumps(events).encode(), json.dumps(registry).encode())
    assert grave(found)
    assert any("/contracts/0/digest" in one for one in found["shape"])
    assert any("services" in one for one in found["shape"])
