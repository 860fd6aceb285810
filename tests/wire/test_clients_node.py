"""Apache Thrift's and Credit Karma's Node clients get the same answers, over HTTP/1.1 and HTTP/2."""

import re
import shutil

import pytest

from tests.wire import courses

CLIENTS = courses.HERE / "clients"


@pytest.fixture(scope="package")
def apaches(tmp_path_factory):
    courses.needed("thrift")
    courses.needed("node")
    # Without es6 its code wants a library of promises that the package does not bring any more.
    return courses.generate("js:node,es6", tmp_path_factory.mktemp("apache-node"))


@pytest.fixture(scope="package")
def credit_karmas(tmp_path_factory):
    """Code by Credit Karma's compiler, which does not know `namespace *`: it is told the same for JavaScript."""
    courses.needed("node")
    folder = tmp_path_factory.mktemp("creditkarma")
    shutil.copytree(courses.IDL, folder / "idl", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    files = sorted(file for file in (folder / "idl").rglob("*.thrift"))
    for file in files:
        file.write_text(re.sub(r"^namespace \* ", "namespace js ", file.read_text(), flags=re.MULTILINE))
    names = ["common.thrift", "inventory.thrift", "legacy/inventory.thrift", "legacy/catalog.thrift"]
    compiler = str(courses.MODULES / ".bin" / "thrift-typescript")
    courses.run(
        [compiler, "--target", "thrift-server", "--rootDir", ".", "--sourceDir", "idl", "--outDir", "out", *names],
        cwd=folder,
    )
    courses.run(["node", str(CLIENTS / "transpile.js"), str(folder / "out")])
    return folder / "out"


@pytest.mark.parametrize("http", [1, 2])
@pytest.mark.parametrize("protocol", ["binary", "compact", "json"])
def test_apaches_node_client_gets_the_same_answers(server, apaches, protocol, http):
    sku = f"NODE-{protocol.upper()}-{http}"
    command = ["node", str(CLIENTS / "apache_node.js")]
    outcomes = courses.take(server, command, sku, generated=str(apaches), protocol=protocol, http=http)
    courses.check(outcomes, sku)


@pytest.mark.parametrize("http", [1, 2])
@pytest.mark.parametrize("protocol", ["binary", "compact"])
def test_credit_karmas_client_gets_the_same_answers(server, credit_karmas, protocol, http):
    sku = f"KARMA-{protocol.upper()}-{http}"
    command = ["node", str(CLIENTS / "creditkarma.js")]
    outcomes = courses.take(server, command, sku, generated=str(credit_karmas), protocol=protocol, http=http)
    courses.check(outcomes, sku)
