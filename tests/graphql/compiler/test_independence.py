"""The compiler can be used without the shop: it imports the standard library, graphql-core, graphene, orjson and itself."""

import ast
import sys
from pathlib import Path

import pytest

import thriftshop.graphql.compiler as package

ALLOWED = {"graphql", "graphene", "orjson"}
OWN = "thriftshop.graphql.compiler"


def foreign_imports(source: str) -> set[str]:
    """The modules that a source imports and should not."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    known = ALLOWED | set(sys.stdlib_module_names)
    return {one for one in modules if one.split(".")[0] not in known and f"{one}.".startswith(f"{OWN}.") is False}


@pytest.mark.parametrize("path", sorted(Path(package.__path__[0]).glob("*.py")), ids=lambda path: path.name)
def test_the_compiler_imports_nothing_of_the_shop(path: Path) -> None:
    assert foreign_imports(path.read_text()) == set()


@pytest.mark.parametrize(
    "line", ["import django", "from thriftshop.graphql import errors", "from thriftshop import clock"]
)
def test_an_import_of_the_shop_is_found(line: str) -> None:
    assert foreign_imports(line)
