"""Numbered things compared by number: fields, arguments, refusals, union members and enum values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thriftshop.contracts import model
from thriftshop.contracts.compatibility.sides import Sides, type_differs
from thriftshop.contracts.findings import Finding


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of numbered member: its name in messages, and the ids of its rules."""

    called: str
    removed: str
    renumbered: str
    reused: str
    retyped: str


FIELD = Kind("field", "field-removed", "field-renumbered", "number-reused", "type-changed")
MEMBER = Kind("member", "union-member-removed", "union-member-renumbered", "number-reused", "type-changed")
ARGUMENT = Kind("argument", "argument-removed", "argument-renumbered", "number-reused", "type-changed")
VALUE = Kind("value", "enum-member-removed", "enum-member-renumbered", "", "")
REFUSAL = Kind("refusal", "refusal-removed", "refusal-renumbered", "refusal-changed", "refusal-changed")

Numbered = model.Field | model.EnumValue


def compare(
    sides: Sides, kind: Kind, old: Sequence[Numbered], new: Sequence[Numbered], answers: bool = True
) -> Iterator[Finding]:
    """Every difference between the members of a declaration; `answers` is whether a refusal's method returns anything."""
    by_number = {field.id: field for field in new}
    by_name = {field.name: field for field in new}
    for before in old:
        after = by_name.get(before.name)
        if after is not None and after.id != before.id:
            problem = f"{kind.called} {before.id} has number {after.id} now"
            yield sides.finding(kind.renumbered, problem, before.name, after.line)
        elif before.id not in by_number:
            yield sides.finding(
                kind.removed, f"{kind.called} {before.id} ({_written(before)}) was removed", before.name
            )
        else:
            yield from _differences(sides, kind, before, by_number[before.id])
    numbers, names = {field.id for field in old}, {field.name for field in old}
    for added in new:
        if added.id not in numbers:
            yield from _added(sides, kind, added, renumbered=added.name in names, answers=answers)


def _differences(sides: Sides, kind: Kind, old: Numbered, new: Numbered) -> Iterator[Finding]:
    if isinstance(old, model.Field) and isinstance(new, model.Field):
        yield from _fields(sides, kind, old, new)
    elif old.name != new.name:
        yield sides.finding("enum-member-renamed", f"{old.id} was named {old.name}", new.name, new.line)


def _written(member: Numbered) -> str:
    return f"`{member.type} {member.name}`" if isinstance(member, model.Field) else f"`{member.name}`"


def _fields(sides: Sides, kind: Kind, old: model.Field, new: model.Field) -> Iterator[Finding]:
    differs = type_differs(sides, old.type, new.type)
    if differs and old.name != new.name:
        problem = f"number {old.id} was `{old.type} {old.name}` and is `{new.type} {new.name}` now"
        yield sides.finding(kind.reused, problem, new.name, new.line)
        return
    if old.name != new.name:
        yield sides.finding("field-renamed", f"{kind.called} {old.id} was named `{old.name}`", new.name, new.line)
    if differs:
        rule = kind.retyped if differs == "wire" else "type-alias-changed"
        yield sides.finding(rule, f"was `{old.type}` and is `{new.type}` now", new.name, new.line)
    if kind is not MEMBER:  # exactly one member of a union is present
        yield from _presence(sides, old, new)
    if _default(old) != _default(new):
        problem = f"default was {_formatted(old.default)} and is {_formatted(new.default)} now"
        yield sides.finding("default-changed", problem, new.name, new.line)
    if old.personal and not new.personal:
        yield sides.finding("pii-removed", f'`pii = "{old.personal}"` was removed', new.name, new.line)
    removed = sorted(set(old.readers) - set(new.readers))
    if removed:
        yield sides.finding("readers-narrowed", f"{', '.join(removed)} may no longer read it", new.name, new.line)
    if kind is ARGUMENT:
        yield from _allowed(sides, old, new)


def _allowed(sides: Sides, old: model.Field, new: model.Field) -> Iterator[Finding]:
    if old.may_be_absent and not new.may_be_absent:
        yield sides.finding("absence-refused", '`absent = "allowed"` was removed', new.name, new.line)
    if new.max_bytes < old.max_bytes:
        problem = f"`max_bytes` was {old.max_bytes} and is {new.max_bytes or 'none'} now"
        yield sides.finding("size-lowered", problem, new.name, new.line)


def _presence(sides: Sides, old: model.Field, new: model.Field) -> Iterator[Finding]:
    if old.requiredness == new.requiredness:
        return
    words = {"required": "required", "optional": "optional", "default": "neither"}
    problem = f"was {words[old.requiredness]} and is {words[new.requiredness]} now"
    rule = {"required": "made-optional"}.get(old.requiredness, "presence-changed")
    if new.requiredness == "required":
        rule = "made-required"
    yield sides.finding(rule, problem, new.name, new.line)


def _added(sides: Sides, kind: Kind, new: Numbered, renumbered: bool, answers: bool) -> Iterator[Finding]:
    added = f"{_written(new)} was added as number {new.id}"
    formerly = sides.was_retired(kind.called, new.id)
    if formerly is not None:
        yield sides.finding("number-retired", f"{added}, which was {formerly}", new.name, new.line)
    if renumbered:
        return
    rule = _rule_of_added(kind, new, answers)
    if rule:
        yield sides.finding(rule, added, new.name, new.line)


def _rule_of_added(kind: Kind, new: Numbered, answers: bool) -> str | None:
    if isinstance(new, model.EnumValue):
        return "enum-member-added"
    must = new.requiredness == "required"
    if kind is MEMBER:
        return "union-member-added"
    if kind is ARGUMENT:
        return "argument-added" if must or not new.may_be_absent else None
    if must:
        return "required-added"
    if kind is REFUSAL:
        return "refusal-added" if answers else "silent-refusal-added"
    return None


def _default(field: model.Field) -> str:
    """For comparison: 1, True and 1.0 are different defaults."""
    return repr(field.default)


def _formatted(default: object) -> str:
    if default is None:
        return "none"
    return default.name if isinstance(default, model.Reference) else repr(default)
