"""Services and their methods compared."""

from collections.abc import Iterator

from thriftshop.contracts import annotations, model
from thriftshop.contracts.compatibility import fields
from thriftshop.contracts.compatibility.sides import Sides, in_full, type_differs
from thriftshop.contracts.findings import Finding


def compare(sides: Sides, old: model.Service, new: model.Service) -> Iterator[Finding]:
    """Every difference between two versions of a service."""
    if old.extends and (not new.extends or _base(sides.old, sides, old) != _base(sides.new, sides, new)):
        yield sides.found("inheritance-changed", f"extended `{old.extends}` and {_extends(new)} now")
    methods = {one.name: one for one in new.methods}
    for one in old.methods:
        if one.name in methods:
            now = methods[one.name]
            yield from _method(sides.within(one.name, now.line, ()), one, now)
        else:
            yield sides.found("method-removed", f"`{one.result} {one.name}` was removed", one.name)


def _base(library: model.Library, sides: Sides, service: model.Service) -> model.Type:
    return in_full(library, sides.contract, model.Type(service.extends or ""))


def _extends(service: model.Service) -> str:
    return f"extends `{service.extends}`" if service.extends else "extends nothing"


def _method(sides: Sides, old: model.Method, new: model.Method) -> Iterator[Finding]:
    differs = type_differs(sides, old.result, new.result)
    if differs:
        rule = "answer-changed" if differs == "wire" else "type-alias-changed"
        yield sides.found(rule, f"returned `{old.result}` and returns `{new.result}` now")
    if old.oneway != new.oneway:
        yield sides.found("oneway-changed", f"{'is' if new.oneway else 'was'} oneway{' now' if new.oneway else ''}")
    yield from fields.compare(sides, fields.ARGUMENT, old.arguments, new.arguments)
    answers = new.result.name != "void"
    yield from fields.compare(sides, fields.REFUSAL, old.throws, new.throws, answers=answers)
    yield from _annotations(sides, old, new)


def _annotations(sides: Sides, old: model.Method, new: model.Method) -> Iterator[Finding]:
    gone = sorted(set(old.callers) - set(new.callers))
    if gone and annotations.ANYBODY not in new.callers:
        yield sides.found("callers-narrowed", f"{', '.join(gone)} may no longer call it")
    if old.idempotent and not new.idempotent:
        yield sides.found("idempotent-removed", "is no longer idempotent")
    before, now = _deadline(old), _deadline(new)
    if now < before:
        yield sides.found("deadline-shortened", f"the deadline was {before} ms and is {now} ms now")


def _deadline(method: model.Method) -> int:
    return method.deadline_ms or annotations.DEFAULT_DEADLINE_MS
