"""Kinds of import rules that import-linter lacks: layers everywhere but in some containers, and allow-lists of imports."""

import sys
from typing import Any

from grimp import ImportGraph
from importlinter.application import output
from importlinter.contracts.layers import LayersContract
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck
from importlinter.domain.helpers import module_expressions_to_modules
from importlinter.domain.imports import ModuleExpression


class LayersExcept(LayersContract):  # type: ignore[misc]
    """Layers in all containers that an expression matches, except in those that have layers of their own."""

    type_name = "layers_except"

    except_containers = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Check the remaining containers."""
        options: Any = self
        names = {module.name for module in module_expressions_to_modules(graph, options.containers)}
        excepted = set(options.except_containers)
        if unknown := excepted - names:
            raise ValueError(f"There are no containers {', '.join(sorted(unknown))} to except.")
        options.containers = [ModuleExpression(name) for name in sorted(names - excepted)]
        return super().check(graph, verbose)


class AllowedImports(Contract):  # type: ignore[misc]
    """Modules that may only import the standard library, the allowed modules, and their own package."""

    type_name = "allowed_imports"

    source_modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.StringField())
    # `numpy in apps.recommender.domain`: allowed there only.
    exceptions = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find every import of something else."""
        options: Any = self
        found = sorted(
            (module, imported)
            for source in module_expressions_to_modules(graph, options.source_modules)
            for module in {source.name, *graph.find_descendants(source.name)}
            for imported in graph.find_modules_directly_imported_by(module)
            if not self._is_allowed(imported, source.name)
        )
        return ContractCheck(kept=not found, metadata={"found": found})

    def _is_allowed(self, imported: str, source: str) -> bool:
        options: Any = self
        exceptions = (exception.partition(" in ") for exception in options.exceptions or ())
        here = [name for name, _, place in exceptions if place == source]
        known = (source, *options.allowed_modules, *here)
        is_known = any(imported == name or imported.startswith(f"{name}.") for name in known)
        return is_known or imported.partition(".")[0] in sys.stdlib_module_names

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the imports."""
        for module, imported in check.metadata["found"]:
            output.print_error(f"{module} may not import {imported}.", bold=False)
