"""Comments, names, numbers and namespaces: whether they follow the conventions of the contracts."""

import re
from collections.abc import Iterator

from thriftshop.contracts import findings, model, parts
from thriftshop.contracts.findings import Finding
from thriftshop.contracts.parts import Part

CAMEL = re.compile(r"(?:[A-Z][a-z0-9]*)+")
SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
UPPER = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
SHAPES = {
    **dict.fromkeys(("struct", "union", "exception", "enum", "typedef", "service"), ("type-name", CAMEL)),
    **dict.fromkeys(("field", "member", "method", "argument", "refusal"), ("snake-name", SNAKE)),
    "value": ("member-name", UPPER),
    "constant": ("member-name", UPPER),
}
# The method's comment and their types describe arguments and refusals.
SELF_EXPLANATORY = ("argument", "refusal")
SHARED = "common"
# Written out one by one: Credit Karma's compiler refuses `namespace *`.
LANGUAGES = ("py", "js", "java", "go")
PERSONAL = re.compile(r"(?:.*_)?(?:emails?|phone|password|token|postcode|secret|card_number)")
# Moments that bound a span of time have other endings.
MOMENT = re.compile(r"(?:.*_)?(?:at|from|until|since|before|after)")


def check(contract: model.Contract) -> Iterator[Finding]:
    """Missing comments, wrong names, missing numbers and missing marks."""
    path = f"idl/{contract.path}"
    yield from _namespaces(contract, path)
    if not contract.doc:
        problem = "the file has no `/** comment */` before its namespaces"
        yield findings.of("undocumented", contract.name, problem, path, 1)
    for other in contract.includes:
        if other != SHARED:
            yield findings.of("foreign-include", contract.name, f"includes `{other}.thrift`", path, 1)
    for part in parts.of(contract):
        rule, shape = SHAPES[part.kind]
        if not shape.fullmatch(part.declared.name):
            yield findings.about(part, rule, f"the {part.kind} is named `{part.declared.name}`")
        if not part.declared.doc and part.kind not in SELF_EXPLANATORY:
            yield findings.about(part, "undocumented", f"the {part.kind} has no doc comment")
        if isinstance(part.declared, model.Field):
            yield from _field(part, part.declared)
        elif isinstance(part.declared, model.EnumValue):
            yield from _value(part, part.declared)
        elif isinstance(part.declared, model.Struct) and part.kind == "exception":
            yield from _refusal(part, part.declared)


def _namespaces(contract: model.Contract, path: str) -> Iterator[Finding]:
    for language in LANGUAGES:
        if contract.namespaces.get(language) != contract.name:
            yield findings.of("namespace", contract.name, f"`namespace {language} {contract.name}` is missing", path, 1)
    if "*" in contract.namespaces:
        yield findings.of("namespace", contract.name, "has `namespace *`", path, 1)


def _field(part: Part, field: model.Field) -> Iterator[Finding]:
    if not field.id_is_written or field.id < 1:
        yield findings.about(
            part, "number-missing", f"has {f'the number {field.id}' if field.id_is_written else 'no number'}"
        )
    if part.kind in ("field", "argument") and PERSONAL.fullmatch(field.name) and not field.personal:
        yield findings.about(part, "pii-missing", "has no `pii` annotation")
    if part.kind != "field":
        return
    if field.requiredness == "default":
        yield findings.about(part, "presence-missing", "is neither required nor optional")
    is_moment = field.type.name == f"{SHARED}.Moment" or (part.contract.name == SHARED and field.type.name == "Moment")
    if is_moment != bool(MOMENT.fullmatch(field.name)) and (is_moment or field.name.endswith("_at")):
        yield findings.about(part, "moment-name", f"is a `{field.type}` named `{field.name}`")


def _value(part: Part, value: model.EnumValue) -> Iterator[Finding]:
    line = part.contract.text.splitlines()[value.line - 1]
    if not re.search(rf"\b{re.escape(value.name)}\s*=", line):
        yield findings.about(part, "value-missing", f"has no number; implicitly {value.value}")
    elif value.value < 1:
        yield findings.about(part, "value-missing", f"has the number {value.value}")


def _refusal(part: Part, refusal: model.Struct) -> Iterator[Finding]:
    if refusal.name.endswith(("Error", "Exception")):
        yield findings.about(part, "refusal-name", f"is named `{refusal.name}`")
    first = refusal.fields[0] if refusal.fields else None
    message = first and (first.id, first.requiredness, str(first.type), first.name)
    if message != (1, "required", "string", "message"):
        yield findings.about(part, "refusal-message", "does not begin with `1: required string message`")
