"""Whether the contracts are written as contracts are: every place where a rule of style is broken."""

from collections.abc import Collection

from thriftshop.contracts import findings, model
from thriftshop.contracts.findings import Finding
from thriftshop.contracts.lint import compiling, events, graphql, methods, names
from thriftshop.contracts.snapshots import Snapshot, Unavailable

__all__ = ["check", "check_library"]


def check(snapshot: Snapshot, known: Collection[str]) -> list[Finding]:
    """All that is wrong with how the contracts are written, the grave first. `known` are the names of all who may call.
    A contract that cannot be read is a finding, not an error."""
    try:
        library = snapshot.library
    except Unavailable as problem:
        return [findings.of("unreadable", "idl", str(problem), "idl")]
    found = [*check_library(library, known), *graphql.check(snapshot.schema), *compiling.check(snapshot.texts)]
    return findings.in_order(found)


def check_library(library: model.Library, known: Collection[str]) -> list[Finding]:
    """The same for the Thrift contracts alone, without compiling them; 2018's are left as they were."""
    found: list[Finding] = []
    for contract in library:
        if not contract.is_legacy:
            found += names.check(contract)
            found += events.check(library, contract)
            found += methods.check(library, contract, known)
    return findings.in_order(found)
