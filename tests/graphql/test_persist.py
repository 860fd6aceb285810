"""`manage.py persist`: a client's operations, checked against the schema and written as a manifest."""

import hashlib
import io
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

from tests.gateway import client
from thriftshop.graphql import manifests
from thriftshop.management.commands import persist

LEVELS = """\
# Two operations with a fragment of another file.
query Levels($first: Int!) {
  levels(first: $first) { nodes { ...Level } }
}

mutation Reserve {
  reserve(input: {sku: "A", quantity: 1}) { ... on ReserveSuccess { level { ...Level } } }
}
"""
SCRIPT = """\
import { gql } from "@apollo/client";
// const OLD = gql`query Old { nothing }`;
/* gql`query Older { nothing }` */
const text = 'gql`query Text { nothing }`';
const price = `costs ${amount} gql`;
export const LEVEL = gql`
  fragment Level on StockLevel { sku ...Id }
  ${ID}
`;
const Id = /* GraphQL */ `fragment Id on StockLevel { id }`;
const HELLO = graphql(`query Hello { hello(name: "Ada") }`);
const typed = gql(/* GraphQL */ `query Typed { level { ...Id } }`);
"""


@pytest.fixture
def folder(tmp_path):
    """A client's folder, with operations in both kinds of files and files that are not read."""
    source = tmp_path / "src"
    (source / "node_modules" / "other").mkdir(parents=True)
    (source / "levels.graphql").write_text(LEVELS)
    (source / "level.tsx").write_text(SCRIPT)
    (source / "level.d.ts").write_text("gql`query Declared { nothing }`")
    (source / "empty.graphql").write_text('#import "./levels.graphql"\n')
    (source / "node_modules" / "other" / "query.graphql").write_text("query Other { nothing }")
    return source


def run(*arguments):
    """The command's standard output and error."""
    output, problems = io.StringIO(), io.StringIO()
    call_command("persist", *map(str, arguments), stdout=output, stderr=problems)
    return output.getvalue(), problems.getvalue()


def refused(*arguments):
    """The exit code, the message and the problems of a command that fails."""
    problems = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("persist", *map(str, arguments), stdout=io.StringIO(), stderr=problems)
    return error.value.returncode, str(error.value), problems.getvalue()


def test_a_clients_operations_are_written_as_apollos_manifest(folder, tmp_path):
    output = tmp_path / "manifest.json"
    written, problems = run(folder, "--output", output)
    assert (written, problems) == (f"{output} was written: 4 operations.\n", "")
    content = orjson.loads(output.read_bytes())
    assert (content["format"], content["version"]) == ("apollo-persisted-query-manifest", 1)
    kinds = [(one["name"], one["type"]) for one in content["operations"]]
    assert kinds == [("Hello", "query"), ("Levels", "query"), ("Reserve", "mutation"), ("Typed", "query")]
    for operation in content["operations"]:
        assert operation["id"] == hashlib.sha256(operation["body"].encode()).hexdigest()
    bodies = {one["name"]: one["body"] for one in content["operations"]}
    assert bodies["Levels"].count("fragment") == bodies["Reserve"].count("fragment") == 2
    assert bodies["Typed"].count("fragment") == 1


def test_the_gateway_executes_the_operations_of_a_written_manifest(settings, folder, tmp_path):
    output = tmp_path / "manifest.json"
    run(folder, "--output", output)
    settings.GRAPHQL_DOCUMENTS, settings.GRAPHQL_TRUSTED_ONLY = str(output), True
    levels = next(one for one in manifests.read(output) if one.name == "Levels")
    response = orjson.loads(client.send({"documentId": levels.id, "variables": {"first": 1}}).body)
    assert response["data"]["levels"]["nodes"][0]["sku"] == "T-000"


def test_typenames_are_added_where_apollo_client_adds_them(folder, tmp_path):
    output = tmp_path / "manifest.json"
    run(folder / "levels.graphql", folder / "level.tsx", "--typenames", "--output", output)
    bodies = {one.name: " ".join(one.body.split()) for one in manifests.read(output)}
    assert bodies["Hello"] == 'query Hello { hello(name: "Ada") }'
    assert bodies["Typed"] == ("query Typed { level { ...Id __typename } } fragment Id on StockLevel { id __typename }")


def test_a_manifest_that_is_written_again_is_the_same(folder, tmp_path):
    output = tmp_path / "manifest.json"
    run(folder, "--output", output)
    assert run(output, "--check", "--output", output)[0] == f"{output} is up to date: 4 operations.\n"
    assert run(folder, "--check", "--output", output)[0] == f"{output} is up to date: 4 operations.\n"
    (folder / "more.graphql").write_text("query More { level { id } }")
    assert refused(folder, "--check", "--output", output)[:2] == (
        1,
        f"{output} is out of date: run this command without --check.",
    )


def test_the_manifests_of_two_versions_of_a_client_can_be_joined(tmp_path):
    for version, body in enumerate(("query A { level { id } }", "query A { level { sku } }")):
        (tmp_path / f"{version}.graphql").write_text(body)
        run(tmp_path / f"{version}.graphql", "--output", tmp_path / f"{version}.json")
    run(tmp_path / "0.json", tmp_path / "1.json", "--output", tmp_path / "both.json")
    assert [one.name for one in manifests.read(tmp_path / "both.json")] == ["A", "A"]


def test_a_map_of_documents_keeps_its_ids(tmp_path):
    """Relay's compiler and graphql-codegen write such files, with MD5 or other ids."""
    compiled, output = tmp_path / "persisted.json", tmp_path / "manifest.json"
    compiled.write_bytes(orjson.dumps({"d41d8c": "query Hello { level { id } }", "e2fc71": "mutation M { must }"}))
    assert "Cannot query field 'must' on type 'Mutation'" in refused(compiled, "--output", output)[2]
    compiled.write_bytes(orjson.dumps({"d41d8c": "query Hello { level { id } }"}))
    run(compiled, "--output", output)
    assert [(one.id, one.name, one.body) for one in manifests.read(output)] == [
        ("d41d8c", "Hello", "query Hello { level { id } }")
    ]


INVALID = {
    "an unknown field": (
        "a.graphql",
        "query A {\n  level { nothing }\n}",
        "a.graphql:2:11: Cannot query field 'nothing'",
    ),
    "an unknown field in a template": (
        "a.ts",
        "const x = 1;\nconst A = gql`query A { level {\n nothing } }`;",
        "a.ts:3:2: Cannot query field 'nothing'",
    ),
    "an unknown field in the first line of a template": (
        "a.ts",
        "\nconst A = gql`query A { nothing }`;",
        "a.ts:2:25: Cannot query field 'nothing'",
    ),
    "a syntax error": ("a.graphql", "query A {\n  level { id }\n", "a.graphql:3:1: Syntax Error: Expected Name"),
    "an expression within a selection": ("a.js", "gql`query A { level { ${fields} } }`", "a.js:1:33: Syntax Error"),
    "no name": ("a.graphql", "{ level { id } }", "a.graphql:1:1: The operation has no name"),
    "the name of another operation": (
        "a.graphql",
        "query A { level { id } }\nquery A { level { sku } }",
        "a.graphql:2:1: There is another operation 'A'",
    ),
    "an unknown fragment": ("a.graphql", "query A {\n ...F\n}", "a.graphql:2:5: Unknown fragment 'F'."),
    "two fragments of a name": (
        "a.graphql",
        "query A { ...F }\nfragment F on Query { must }\nfragment F on Query { level { id } }",
        "a.graphql:3:1: There is another fragment 'F' at",
    ),
    "introspection": (
        "a.graphql",
        "query A { __schema { types { name } } }",
        "a.graphql:1:11: GraphQL introspection has",
    ),
    "depth": (
        "a.graphql",
        "query A { " + "node { " * 10 + "id" + " }" * 11,
        "a.graphql:1:1: The query's fields are nested",
    ),
    "brackets": (
        "a.graphql",
        "query A { a(b: " + "[" * 5_000 + ") }",
        "a.graphql:1:215: Syntax Error: Document is nested too deeply.",
    ),
    "bytes": ("a.graphql", b"\xff", "a.graphql: it cannot be read: it is not UTF-8 text."),
    "another kind of JSON": ("a.json", '{"a": 1}', "a.json: it is neither Apollo's manifest nor a map"),
    "invalid JSON": ("a.json", "{", "a.json: Expecting property name"),
    "a fragment instead of an operation": (
        "a.json",
        '{"c1": "fragment F on Query { must }"}',
        "a.json, operation 'c1': The document has no operation.",
    ),
    "a syntax error in a map": ("a.json", '{"c1": "query {"}', "a.json, operation 'c1':1:8: Syntax Error"),
}


@pytest.mark.parametrize("name", INVALID)
def test_what_is_wrong_is_reported_with_its_file_and_line(tmp_path, name):
    file, content, problem = INVALID[name]
    (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    code, message, problems = refused(tmp_path / file, "--output", tmp_path / "manifest.json")
    assert (code, message.partition(";")[2]) == (1, " nothing was written.")
    assert f"{tmp_path}/{problem}" in problems
    assert not (tmp_path / "manifest.json").exists()


def test_every_problem_is_reported(tmp_path):
    (tmp_path / "a.graphql").write_text("query A { nothing }")
    (tmp_path / "b.graphql").write_text("query B { nothing other }")
    assert refused(tmp_path)[1] == "3 problems; nothing was written."


def test_files_without_operations_and_missing_files_are_an_error(tmp_path):
    assert refused(tmp_path)[:2] == (2, "No operation was found in these files.")
    assert refused(tmp_path / "src")[:2] == (2, f"There is no file or folder {tmp_path}/src.")
    (tmp_path / "a.graphql").write_text("query A { level { id } }")
    assert refused(tmp_path, "--output", tmp_path)[:2] == (2, f"{tmp_path} cannot be written: Is a directory.")


def test_a_fragment_that_no_operation_uses_is_a_warning(tmp_path):
    (tmp_path / "a.graphql").write_text("query A { level { id } } fragment F on Query { level { id } }")
    assert run(tmp_path, "--output", tmp_path / "m.json")[1] == "warning: no operation uses the fragment 'F'.\n"


def test_long_lists_report_their_progress(tmp_path):
    count = 2 * persist.STEP + 1
    (tmp_path / "a.graphql").write_text("\n".join(f"query Q{n} {{ level {{ id }} }}" for n in range(count)))
    written, progress = run(tmp_path, "--output", tmp_path / "m.json")
    assert progress.splitlines() == [f"checked {n} operations" for n in (persist.STEP, 2 * persist.STEP)]
    assert Path(tmp_path / "m.json").is_file()
    assert f"{count} operations" in written
