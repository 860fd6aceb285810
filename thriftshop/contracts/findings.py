"""Findings of the checks: the rule, the subject, the place, and the affected messages and events."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from thriftshop.contracts.parts import Part
from thriftshop.contracts.rules import ALL, Rule


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation of a rule. `subject` is a full name (`catalog.Product.sku`), `file` is relative to the repository, `used_in`
    lists where the changed type is used (`answer of CatalogService.get_products`)."""

    rule: Rule
    subject: str
    what: str
    file: str
    line: int | None = None
    used_in: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """Identify the finding across versions of a file: without its line."""
        return self.rule.id, self.subject, self.what


def of(rule: str, subject: str, what: str, file: str, line: int | None = None, used_in: Iterable[str] = ()) -> Finding:
    """A finding for the rule with this id."""
    return Finding(ALL[rule], subject, what, file, line, tuple(used_in))


def about(part: Part, rule: str, what: str) -> Finding:
    """A finding about a part of a contract."""
    return of(rule, part.name, what, f"idl/{part.contract.path}", part.declared.line)


def failing(results: Iterable[Finding], strict: bool = False) -> list[Finding]:
    """The findings that fail the build: with `strict`, all."""
    return [result for result in results if strict or result.rule.fails]


def in_order(results: Iterable[Finding]) -> list[Finding]:
    """Failing findings first, then by place."""
    return sorted(
        results,
        key=lambda result: (not result.rule.fails, result.file, result.line or 0, result.rule.id, result.subject),
    )


def as_data(results: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as JSON-compatible data."""
    return [
        asdict(result)
        | {
            "rule": result.rule.id,
            "severity": result.rule.severity,
            "why": result.rule.why,
            "instead": result.rule.instead,
        }
        for result in results
    ]


def as_text(results: Sequence[Finding], max_places: int = 4) -> str:
    """The findings as text, one paragraph each."""
    return "\n\n".join(_paragraph(result, max_places) for result in results)


def _paragraph(finding: Finding, max_places: int) -> str:
    place = finding.file + (f":{finding.line}" if finding.line else "")
    lines = [
        f"{place}: {finding.rule.severity}: {finding.subject}: {finding.what} [{finding.rule.id}]",
        f"    why      {finding.rule.why}",
    ]
    if finding.used_in:
        more = len(finding.used_in) - max_places
        places = "; ".join(finding.used_in[:max_places]) + (f"; and {more} more" if more > 0 else "")
        lines.append(f"    used in  {places}")
    return "\n".join([*lines, f"    instead  {finding.rule.instead}"])
