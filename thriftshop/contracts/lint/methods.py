"""Services and methods: callers, deadlines, sizes, idempotence and annotations; topics of unions."""

import re
from collections.abc import Collection, Iterator

from thriftshop.contracts import annotations, findings, model, parts
from thriftshop.contracts.annotations import ANYBODY, MAX_ARGUMENT, MAX_PARTITIONS, MAX_RETENTION_DAYS
from thriftshop.contracts.findings import Finding
from thriftshop.contracts.lint import events
from thriftshop.contracts.parts import Part

READS = ("get_", "find_", "list_")
SHORTEST_MS, MAX_MS = 10, 120_000
REPEAT = re.compile(r"\b(again|twice|once|each time|every time|repeat\w*|second)\b", re.IGNORECASE)
PII = frozenset({"mask"})
# The annotations allowed on each kind of part, with their values; None where another check covers the value.
ANNOTATIONS: dict[str, dict[str, frozenset[str] | None]] = {
    "method": {"callers": None, "idempotent": frozenset({"true"}), "deadline_ms": None},
    "field": {"pii": PII},
    "union": {"partitions": None, "retention_days": None},
    "member": {"readers": None},
    "argument": {"absent": frozenset({"allowed"}), "max_bytes": None, "pii": PII},
}


def check(library: model.Library, contract: model.Contract, callers: Collection[str]) -> Iterator[Finding]:
    """The violations in services, methods and annotations; `known` are the names of contexts and drivers."""
    services = 0
    for part in parts.of(contract):
        yield from _annotations(part)
        yield from _readers(part, callers)
        yield from _size(part)
        yield from _topic(part)
        if isinstance(part.declared, model.Service):
            services += 1
            if not events.is_called_after(contract.context, part.declared.name, "Service") or services > 1:
                yield findings.about(
                    part, "service-name", f"service {services} of the file is called `{part.declared.name}`"
                )
        elif isinstance(part.declared, model.Method):
            yield from _callers(part, part.declared, callers)
            yield from _deadline(part, part.declared)
            yield from _repeats(library, part, part.declared)


def _annotations(part: Part) -> Iterator[Finding]:
    allowed = ANNOTATIONS.get(part.kind, {})
    for name, value in part.declared.annotations.items():
        if name == "deprecated":
            if value == "1":
                yield findings.about(part, "annotation-unknown", "`deprecated` does not say what to use instead")
        elif name not in allowed:
            names = ", ".join([*allowed, "deprecated"])
            yield findings.about(
                part, "annotation-unknown", f"`{name}` is unknown on a {part.kind}; known are: {names}"
            )
        elif (values := allowed[name]) is not None and value not in values:
            yield findings.about(
                part, "annotation-unknown", f'`{name} = "{value}"` is not a valid value; valid is: {", ".join(values)}'
            )


def _readers(part: Part, callers: Collection[str]) -> Iterator[Finding]:
    for name in annotations.readers(part.declared.annotations):
        if name not in callers:
            yield findings.about(part, "caller-unknown", f"there is no context or driver `{name}`")


def _size(part: Part) -> Iterator[Finding]:
    written = part.declared.annotations.get("max_bytes")
    if written is not None and (not written.isdecimal() or not 1 <= int(written) <= MAX_ARGUMENT):
        yield findings.about(part, "size-unreasonable", f"`max_bytes` is `{written}`")


def _topic(part: Part) -> Iterator[Finding]:
    for name, most in (("partitions", MAX_PARTITIONS), ("retention_days", MAX_RETENTION_DAYS)):
        written = part.declared.annotations.get(name)
        if written is not None and (not written.isdecimal() or not 1 <= int(written) <= most):
            yield findings.about(part, "topic-unreasonable", f"`{name}` is `{written}`")


def _callers(part: Part, method: model.Method, allowed: Collection[str]) -> Iterator[Finding]:
    if not method.callers:
        yield findings.about(part, "callers-missing", "has no `callers`")
    for name in method.callers:
        if name == ANYBODY and len(method.callers) > 1:
            yield findings.about(part, "caller-unknown", "`any` is listed with other callers")
        elif name != ANYBODY and name not in allowed:
            yield findings.about(part, "caller-unknown", f"there is no context or driver `{name}`")


def _deadline(part: Part, method: model.Method) -> Iterator[Finding]:
    written = method.annotations.get("deadline_ms")
    if written is not None and (not written.isdecimal() or not SHORTEST_MS <= int(written) <= MAX_MS):
        yield findings.about(part, "deadline-unreasonable", f"`deadline_ms` is `{written}`")


def _repeats(library: model.Library, part: Part, method: model.Method) -> Iterator[Finding]:
    key = _key(library, part.contract, method)
    if method.name.startswith(READS):
        wrong = [
            said
            for said, holds in (
                ("returns nothing", method.result.name == "void"),
                ("is not idempotent", not method.idempotent),
                ("takes an idempotency key", key is not None),
            )
            if holds
        ]
        if wrong:
            yield findings.about(part, "read-changes", f"is named like a read but {' and '.join(wrong)}")
    elif not method.idempotent:
        if key is not None and not key.may_be_absent and key.requiredness != "optional":
            yield findings.about(part, "key-without-idempotence", f"requires `{key.name}` but is not idempotent")
        elif key is None and not REPEAT.search(method.doc):
            yield findings.about(
                part, "repeat-unsaid", "is not idempotent and does not document what a second call does"
            )


def _key(library: model.Library, contract: model.Contract, method: model.Method) -> model.Field | None:
    """The idempotency key: an argument of that name, or a field of the only argument."""
    fields = list(method.arguments)
    if len(fields) == 1 and fields[0].type.is_named:
        struct = library.find(contract.name, fields[0].type.name)
        fields += struct.fields if isinstance(struct, model.Struct) else ()
    return next((field for field in fields if field.name in ("key", "idempotency_key")), None)
