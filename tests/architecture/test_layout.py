"""The layout: every module has a docstring, at most 300 lines, and a specific name."""

import ast
from pathlib import Path

import pytest

import idl
from thriftshop.events import envelope
from thriftshop.rpc import validation

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path
    for folder in ("apps", "thriftshop", "idl", "settings", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
NAMELESS = {"utils.py", "helpers.py", "signals.py", "misc.py", "common.py"}


def test_every_module_has_a_docstring_that_begins_with_a_sentence():
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_no_module_is_longer_than_300_lines():
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    assert {path: lines for path, lines in long.items() if lines > 300} == {}


def test_no_module_is_named_after_nothing():
    assert [str(path.relative_to(ROOT)) for path in MODULES if path.name in NAMELESS] == []


def test_every_python_package_can_be_imported_as_one():
    """A folder with modules has an `__init__.py`: a missing one hides its tests or its code from the tools."""
    missing = {path.parent for path in MODULES if not (path.parent / "__init__.py").exists()}
    assert missing - {ROOT / "tests" / "load"} == set()


@pytest.mark.parametrize("name", idl.names())
def test_a_contract_declares_at_most_one_event_union_and_names_it_so(name):
    module = __import__(f"idl.{name}", fromlist=["_"])
    own = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == f"idl.{name}"]
    unions = [value for value in own if validation.is_union(value)]
    assert len(unions) <= 1
    for union in unions:
        assert envelope.union_of(name) is union
