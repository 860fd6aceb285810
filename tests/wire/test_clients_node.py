"""Apache Thrift's and Credit Karma's Node clients get the same answers, over HTTP/1.1 and HTTP/2."""

import pytest

from tests.wire import courses

CLIENTS = courses.HERE / "clients"


@pytest.fixture(scope="package")
def apaches(tmp_path_factory):
    courses.needed("thrift")
    courses.needed("node")
    # Without es6 its code needs a promise library that the package does not include any more.
    return courses.generate("js:node,es6", tmp_path_factory.mktemp("apache-node"))


def compile_as_credit_karma(folder, target="thrift-server"):
    """TypeScript from every contract, by Credit Karma's compiler."""
    courses.needed("node")
    names = sorted(str(file.relative_to(courses.IDL)) for file in courses.IDL.rglob("*.thrift"))
    compiler = str(courses.MODULES / ".bin" / "thrift-typescript")
    options = ["--target", target, "--rootDir", ".", "--sourceDir", str(courses.IDL), "--outDir", "out"]
    courses.run([compiler, *options, *names], cwd=folder)
    return folder / "out"


@pytest.fixture(scope="package")
def credit_karmas(tmp_path_factory):
    out = compile_as_credit_karma(tmp_path_factory.mktemp("creditkarma"))
    courses.run(["node", str(CLIENTS / "transpile.js"), str(out)])
    return out


@pytest.mark.parametrize("target", ["thrift-server", "apache"])
def test_credit_karmas_compiler_accepts_every_contract(tmp_path, target):
    out = compile_as_credit_karma(tmp_path, target)
    generated = {str(file.parent.relative_to(out)) for file in out.rglob("index.ts")}
    contracts = {str(file.relative_to(courses.IDL).with_suffix("")) for file in courses.IDL.rglob("*.thrift")}
    assert generated >= contracts


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
