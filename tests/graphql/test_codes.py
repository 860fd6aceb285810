"""The codes of errors: every one that the code can emit is listed, and the documentation lists the same."""

import ast
from pathlib import Path

import pytest

from thriftshop.graphql import codes, errors
from thriftshop.rpc import errors as rpc

SOURCES = [*Path("thriftshop/graphql").rglob("*.py"), *Path("apps/gateway").rglob("*.py")]
MARKS = ("<!-- codes -->", "<!-- end of codes -->")


def constants(module):
    """The strings that a module's names stand for, and those of the errors' module."""
    values = {name: value for name, value in vars(errors).items() if isinstance(value, str)}
    for node in module.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.targets[0], ast.Name)
        ):
            values[node.targets[0].id] = node.value.value
    return values


def emitted(path):
    """The codes in a module: of refusals, of limits, and in extensions that it writes; with the line of each."""
    module = ast.parse(path.read_text())
    known = constants(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            position = {"RequestRefused": 0, "limit_refusal": 0, "because": 1, "with_code": 1}.get(name)
            if position is not None and len(node.args) > position:
                prefix = "LIMIT_" if name == "limit_refusal" else ""
                yield from ((prefix + code, node.lineno) for code in values(node.args[position], known))
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "code":
                    yield from ((code, node.lineno) for code in values(value, known))


def values(node, known):
    """The strings of an expression, where they are written in the code."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in known and name.isupper():
            yield known[name]


def test_every_code_in_the_source_is_listed():
    written = {code: f"{path}:{line}" for path in SOURCES for code, line in emitted(path)}
    assert len(written) > 15
    assert {code: place for code, place in written.items() if code not in {**codes.CODES, **codes.refusals()}} == {}


def test_every_listed_code_is_in_the_source():
    written = {code for path in SOURCES for code, _ in emitted(path)}
    limits = {f"LIMIT_{name}" for name in ("DEPTH", "ALIASES", "DIRECTIVES")}  # from a table in `limits`
    calls = set(errors.RPC_MESSAGES)
    assert set(codes.CODES) == (written | limits | calls) - set(codes.refusals())


def test_the_codes_of_failed_calls_are_listed():
    kinds = [rpc.RpcError, *rpc.RpcError.__subclasses__()]
    shown = {errors.describe(errors.GraphQLError("", original_error=kind("")))["extensions"]["code"] for kind in kinds}
    assert shown <= set(codes.CODES)


@pytest.mark.parametrize("name", ["NOT_FOUND", "OUT_OF_STOCK", "WEAK_PASSWORD", "INVALID_INPUT"])
def test_the_refusals_of_contracts_are_listed_with_their_comments(name):
    assert codes.refusals()[name].endswith(".")


def test_no_code_has_two_meanings():
    assert set(codes.CODES) & set(codes.refusals()) == set()


def test_the_documentation_lists_every_code():
    """To update it: `manage.py shell -c "from thriftshop.graphql import codes; print(codes.table())"`."""
    text = Path("docs/graphql.md").read_text()
    start, end = (text.index(mark) for mark in MARKS)
    assert text[start + len(MARKS[0]) : end].strip() == codes.table()
