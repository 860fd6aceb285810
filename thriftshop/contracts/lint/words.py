"""Whether every part of a contract says what it is."""

from collections.abc import Iterator

from thriftshop.contracts import findings, model
from thriftshop.contracts.findings import Finding
from thriftshop.contracts.lint import parts

# An argument and a refusal are told by their method's comment and by their types.
TOLD_ELSEWHERE = ("argument", "refusal")


def check(contract: model.Contract) -> Iterator[Finding]:
    """What has no doc comment."""
    if not contract.doc:
        what = "the file opens without a `/** comment */` before its namespace"
        yield findings.of("undocumented", contract.name, what, f"idl/{contract.path}", 1)
    for part in parts.of(contract):
        if not part.said.doc and part.kind not in TOLD_ELSEWHERE:
            yield part.found("undocumented", f"the {part.kind} has no doc comment")
