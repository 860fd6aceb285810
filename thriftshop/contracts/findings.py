"""What a check finds: which rule, about what, where, and who feels it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from thriftshop.contracts.parts import Part
from thriftshop.contracts.rules import ALL, Rule


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken in one place. `subject` is dotted (`catalog.Product.sku`), `file` below the repository, `line` from 1
    or None where there is none to show, `felt` where the changed type is used (`answer of CatalogService.get_products`)."""

    rule: Rule
    subject: str
    what: str
    file: str
    line: int | None = None
    felt: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same finding as another: not its line."""
        return self.rule.id, self.subject, self.what


def of(rule: str, subject: str, what: str, file: str, line: int | None = None, felt: Iterable[str] = ()) -> Finding:
    """A finding about the rule of that id."""
    return Finding(ALL[rule], subject, what, file, line, tuple(felt))


def about(part: Part, rule: str, what: str) -> Finding:
    """A finding about a part of a contract."""
    return of(rule, part.name, what, f"idl/{part.contract.path}", part.declared.line)


def failing(found: Iterable[Finding], strict: bool = False) -> list[Finding]:
    """Those that fail the build; with `strict`, all."""
    return [one for one in found if strict or one.rule.fails]


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """The grave ones first, then by place."""
    return sorted(found, key=lambda one: (not one.rule.fails, one.file, one.line or 0, one.rule.id, one.subject))


def as_data(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings for machines."""
    return [
        asdict(one)
        | {"rule": one.rule.id, "severity": one.rule.severity, "why": one.rule.why, "instead": one.rule.instead}
        for one in found
    ]


def as_text(found: Sequence[Finding], felt_shown: int = 4) -> str:
    """The findings for people: a paragraph each."""
    return "\n\n".join(_paragraph(one, felt_shown) for one in found)


def _paragraph(one: Finding, felt_shown: int) -> str:
    place = one.file + (f":{one.line}" if one.line else "")
    lines = [f"{place}: {one.rule.severity}: {one.subject}: {one.what} [{one.rule.id}]", f"    why      {one.rule.why}"]
    if one.felt:
        more = len(one.felt) - felt_shown
        shown = "; ".join(one.felt[:felt_shown]) + (f"; and {more} more" if more > 0 else "")
        lines.append(f"    felt in  {shown}")
    return "\n".join([*lines, f"    instead  {one.rule.instead}"])
