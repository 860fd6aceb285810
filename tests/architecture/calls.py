"""The calls that contexts make to each other's services, found in their code.

A client is what `connect(catalog.CatalogService)` or `aconnect(...)` returns: used at once, bound to a name, returned by a
function, or passed as an argument whose annotation is the contract. Reading a method's name from it counts as a call.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

APPS = Path(__file__).resolve().parents[2] / "apps"
CONNECT = {"connect", "aconnect"}
SERVICE = re.compile(r"\w+Service")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def contract_named(node: ast.AST | None) -> str | None:
    """The service that an expression or annotation names: `catalog.CatalogService`."""
    if isinstance(node, ast.Attribute) and SERVICE.fullmatch(node.attr) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return contract_named(ast.parse(node.value, mode="eval").body) if node.value.endswith("Service") else None
    return None


class Module:
    """A module: its functions that return clients, its names that are clients, and the calls in it."""

    def __init__(self, path: Path, returning: dict[tuple[str, str], str]) -> None:
        self.name = path.parent.name if path.stem == "__init__" else path.stem
        self.tree = ast.parse(path.read_text())
        self.returning = returning  # by module and name
        self.imported = {
            alias.asname or alias.name: (node.module or "").rpartition(".")[2]
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def client(self, node: ast.AST, names: dict[str, str]) -> str | None:
        """The service that an expression is a client of."""
        if isinstance(node, ast.Name):
            return names.get(node.id) or self.returning.get((self.imported.get(node.id, ""), node.id))
        if isinstance(node, ast.Attribute):
            return self.returning.get((getattr(node.value, "id", ""), node.attr))
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Attribute):
            home, called = getattr(node.func.value, "id", ""), node.func.attr
        else:
            called = getattr(node.func, "id", "")
            home = self.imported.get(called, self.name)
        if called in CONNECT and node.args and (contract := contract_named(node.args[0])):
            return contract
        return self.returning.get((home, called))

    def learn(self) -> None:
        """Note which functions return a client, and which names of the module are bound to one."""
        for statement in self.tree.body:
            for name, contract in (self.bound(statement) if isinstance(statement, ast.Assign) else {}).items():
                self.returning[self.name, name] = contract
        for function in ast.walk(self.tree):
            if isinstance(function, Function):
                names = self.bound(function)
                for node in ast.walk(function):
                    if isinstance(node, ast.Return) and node.value and (found := self.client(node.value, names)):
                        self.returning[self.name, function.name] = found

    def bound(self, scope: ast.AST) -> dict[str, str]:
        """The names that a scope binds to clients."""
        names: dict[str, str] = {}
        for node in ast.walk(scope):
            if isinstance(node, ast.arg) and (contract := contract_named(node.annotation)):
                names[node.arg] = contract
            elif isinstance(node, ast.Assign):
                for target, value in pairs(node):
                    if isinstance(target, ast.Name) and (contract := self.client(value, names)):
                        names[target.id] = contract
        return names

    def calls(self) -> Iterator[tuple[str, str]]:
        """Service and method of every call."""
        for node, names in self._nodes(self.tree, self._of_module()):
            if isinstance(node, ast.Attribute) and (contract := self.client(node.value, names)):
                yield contract, node.attr

    def computed(self) -> list[int]:
        """The lines with a `getattr` of a client, whose method is not found by `calls`."""
        return [
            node.lineno
            for node, names in self._nodes(self.tree, self._of_module())
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "getattr"
            and node.args
            and self.client(node.args[0], names)
        ]

    def _of_module(self) -> dict[str, str]:
        return {
            name: contract
            for node in self.tree.body
            for name, contract in (self.bound(node) if isinstance(node, ast.Assign) else {}).items()
        }

    def _nodes(self, scope: ast.AST, outer: dict[str, str]) -> Iterator[tuple[ast.AST, dict[str, str]]]:
        """Every node with the names that are clients in its scope."""
        for node in ast.iter_child_nodes(scope):
            names = outer | self.bound(node) if isinstance(node, Function) else outer
            yield node, names
            yield from self._nodes(node, names)


def pairs(node: ast.Assign) -> Iterator[tuple[ast.AST, ast.AST]]:
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=False)
        else:
            yield target, node.value


def modules_of(context: str) -> list[Module]:
    """The modules of a context, which know each other's functions that return clients."""
    returning: dict[tuple[str, str], str] = {}
    modules = [Module(path, returning) for path in sorted((APPS / context).rglob("*.py"))]
    for _ in range(2):  # a function may return what another one returns
        for module in modules:
            module.learn()
    return modules


def made_by(context: str) -> set[tuple[str, str]]:
    """Every (`catalog.CatalogService`, method) that the code of a context calls."""
    return {call for module in modules_of(context) for call in module.calls()}
