"""Checks of the style of contracts."""

from collections.abc import Collection

from thriftshop.contracts import findings, model
from thriftshop.contracts.findings import Finding
from thriftshop.contracts.lint import compiling, events, graphql, methods, names
from thriftshop.contracts.snapshots import Snapshot, Unavailable

__all__ = ["check", "check_library"]


def check(snapshot: Snapshot, callers: Collection[str]) -> list[Finding]:
    """The violations of the style rules. `known` are the names of all contexts and drivers."""
    try:
        library = snapshot.library
    except Unavailable as problem:
        return [findings.of("unreadable", "idl", str(problem), "idl")]
    results = [*check_library(library, callers), *graphql.check(snapshot.schema), *compiling.check(snapshot.texts)]
    return findings.in_order(results)


def check_library(library: model.Library, callers: Collection[str]) -> list[Finding]:
    """As `check`, for the Thrift contracts alone and without compiling them; those of 2018 are left out."""
    results: list[Finding] = []
    for contract in library:
        if not contract.is_legacy:
            results += names.check(contract)
            results += events.check(library, contract)
            results += methods.check(library, contract, callers)
    return findings.in_order(results)
