"""The rules that the contracts are held to: one table, from which the checks, the help and docs/contracts.md are made."""

from collections.abc import Mapping
from types import MappingProxyType

from thriftshop.contracts.rules import calls, changes, graphql, style
from thriftshop.contracts.rules.rule import BREAKING, ERROR, WARNING, Rule

__all__ = ["ALL", "BREAKING", "CHANGES", "ERROR", "LINT", "WARNING", "Rule", "markdown"]

LINT: tuple[Rule, ...] = style.RULES
CHANGES: tuple[Rule, ...] = (*changes.RULES, *calls.RULES, *graphql.RULES)
ALL: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in (*LINT, *CHANGES)})


def markdown() -> str:
    """All rules as the tables of docs/contracts.md."""
    parts = [
        ("How a contract is written (`contracts lint`)", LINT),
        ("How the Thrift contracts may change (`contracts check`)", (*changes.RULES, *calls.RULES)),
        ("How the GraphQL contract may change (`contracts check`)", graphql.RULES),
    ]
    return "\n".join(f"### {title}\n\n{_table(table)}" for title, table in parts)


def _table(table: tuple[Rule, ...]) -> str:
    rows = [f"| `{one.id}` | {one.severity} | {one.what} | {one.why} | {one.instead} |" for one in table]
    return "\n".join(["| rule | | what | why | instead |", "| --- | --- | --- | --- | --- |", *rows, ""])
