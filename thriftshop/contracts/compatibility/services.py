"""Services and their methods compared."""

from collections.abc import Iterator

from thriftshop.contracts import annotations, model
from thriftshop.contracts.compatibility import fields
from thriftshop.contracts.compatibility.sides import Sides, in_full, type_differs
from thriftshop.contracts.findings import Finding


def compare(sides: Sides, old: model.Service, new: model.Service) -> Iterator[Finding]:
    """Every difference between two versions of a service."""
    if old.extends and (not new.extends or _base(sides.old, sides, old) != _base(sides.new, sides, new)):
        yield sides.finding("inheritance-changed", f"extended `{old.extends}` and {_extends(new)} now")
    methods = {method.name: method for method in new.methods}
    for before in old.methods:
        if before.name in methods:
            now = methods[before.name]
            yield from _method(sides.within(before.name, now.line, ()), before, now)
        else:
            yield sides.finding("method-removed", f"`{before.result} {before.name}` was removed", before.name)


def _base(library: model.Library, sides: Sides, service: model.Service) -> model.Type:
    return in_full(library, sides.contract, model.Type(service.extends or ""))


def _extends(service: model.Service) -> str:
    return f"extends `{service.extends}`" if service.extends else "extends nothing"


def _method(sides: Sides, old: model.Method, new: model.Method) -> Iterator[Finding]:
    differs = type_differs(sides, old.result, new.result)
    if differs:
        rule = "answer-changed" if differs == "wire" else "type-alias-changed"
        yield sides.finding(rule, f"returned `{old.result}` and returns `{new.result}` now")
    if old.oneway != new.oneway:
        yield sides.finding("oneway-changed", f"{'is' if new.oneway else 'was'} oneway{' now' if new.oneway else ''}")
    yield from fields.compare(sides, fields.ARGUMENT, old.arguments, new.arguments)
    answers = new.result.name != "void"
    yield from fields.compare(sides, fields.REFUSAL, old.throws, new.throws, answers=answers)
    yield from _annotations(sides, old, new)


def _annotations(sides: Sides, old: model.Method, new: model.Method) -> Iterator[Finding]:
    removed = sorted(set(old.callers) - set(new.callers))
    if removed and annotations.ANYBODY not in new.callers:
        yield sides.finding("callers-narrowed", f"{', '.join(removed)} may no longer call it")
    if old.idempotent and not new.idempotent:
        yield sides.finding("idempotent-removed", "is no longer idempotent")
    before, now = _deadline(old), _deadline(new)
    if now < before:
        yield sides.finding("deadline-shortened", f"the deadline was {before} ms and is {now} ms now")


def _deadline(method: model.Method) -> int:
    return method.deadline_ms or annotations.DEFAULT_DEADLINE_MS
