"""Pages of contracts, services and types."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.registry import access, places, schema, topics, uses
from apps.registry.pages import frame
from thriftshop import contracts
from thriftshop.contracts import annotations, digests, parts

TEMPLATES = {"service": "service", "enum": "enum", "typedef": "alias", "constant": "alias"}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field, argument or refusal with its type as links."""

    field: contracts.Field
    type: list[places.TypeText]
    default: str


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A method with its types as links."""

    method: contracts.Method
    result: list[places.TypeText]
    arguments: list[FieldRow]
    refusals: list[FieldRow]
    deadline_ms: int


@access.page
def overview(request: HttpRequest) -> HttpResponse:
    """All services and topics."""
    library = contracts.live()
    services = [(contract, service) for contract in library for service in contract.services]
    context = {
        "modern": _cards(services, legacy=False),
        "old": _cards(services, legacy=True),
        "shared": [(contract, places.contract(contract.name)) for contract in library if not contract.services],
        "topics": [(topic, places.topic(topic.name)) for topic in topics.all_of(library)],
        "counts": _counts(library),
    }
    return frame.show(request, "overview", [], context)


def _cards(services: list[tuple[contracts.Contract, contracts.Service]], *, legacy: bool) -> list[dict[str, Any]]:
    return [
        {
            "contract": contract,
            "service": service,
            "href": places.declaration(contract.name, service.name),
            "types": len(contract.declarations) - len(contract.services),
            "topic": contract.event_union,
        }
        for contract, service in services
        if contract.is_legacy == legacy
    ]


def _counts(library: contracts.Library) -> list[tuple[int, str]]:
    kinds = Counter(part.kind for part in parts.of_all(library))
    types = sum(kinds[kind] for kind in ("struct", "union", "exception", "enum", "typedef"))
    return [
        (kinds["service"], "services"),
        (kinds["method"], "methods"),
        (types, "types"),
        (kinds["member"], "events"),
        (len(schema.types()), "GraphQL types"),
    ]


@access.page
def contract(request: HttpRequest, contract: str) -> HttpResponse:
    """A contract with its declarations."""
    library = contracts.live()
    if contract not in library:
        return frame.missing(request, f"There is no contract {contract!r}.")
    selected = library[contract]
    kinds = {"Structs": "struct", "Unions": "union", "Enums": "enum", "Refusals": "exception"}
    groups = {
        title: [declared for declared in selected.declarations if declared.kind == kind]
        for title, kind in kinds.items()
    }
    groups["Typedefs and constants"] = [*selected.typedefs, *selected.constants]
    rows = [
        (title, [(declared, places.declaration(selected.name, declared.name)) for declared in declarations])
        for title, declarations in groups.items()
    ]
    context = {
        "contract": selected,
        "digest": digests.of(selected),
        "idl": places.idl_file(selected),
        "includes": [(name, places.contract(name)) for name in selected.includes],
        "services": [(service, places.declaration(selected.name, service.name)) for service in selected.services],
        "topic": places.topic(selected.name) if selected.event_union else "",
        "groups": [(title, declarations) for title, declarations in rows if declarations],
    }
    return frame.show(request, "contract", [frame.Crumb(selected.name, "")], context)


@access.page
def declaration(request: HttpRequest, contract: str, name: str) -> HttpResponse:
    """A type or service with its members and uses."""
    library = contracts.live()
    if contract not in library or name not in library[contract].by_name:
        return frame.missing(request, f"There is no declaration {contract}.{name}.")
    home = library[contract]
    declared = home.by_name[name]
    context: dict[str, Any] = {
        "contract": home,
        "declaration": declared,
        "idl": places.idl_file(home),
        "uses": uses.of(contract, name),
    }
    if isinstance(declared, contracts.Service):
        context["methods"] = [_method(library, home, method) for method in declared.methods]
    elif isinstance(declared, contracts.Struct):
        context["fields"] = _rows(library, home, declared.fields)
        context["is_events"] = declared is home.event_union
        context["topic"] = places.topic(home.name) if declared is home.event_union else ""
    elif not isinstance(declared, contracts.Enum):
        context["type"] = places.of_type(library, home.name, declared.type)
        context["value"] = _written(declared.value) if isinstance(declared, contracts.Constant) else ""
    trail = [frame.Crumb(home.name, places.contract(home.name)), frame.Crumb(declared.name, "")]
    return frame.show(request, TEMPLATES.get(declared.kind, "struct"), trail, context)


def _method(library: contracts.Library, home: contracts.Contract, method: contracts.Method) -> MethodRow:
    return MethodRow(
        method=method,
        result=places.of_type(library, home.name, method.result),
        arguments=_rows(library, home, method.arguments),
        refusals=_rows(library, home, method.throws),
        deadline_ms=method.deadline_ms or annotations.DEFAULT_DEADLINE_MS,
    )


def _rows(library: contracts.Library, home: contracts.Contract, fields: tuple[contracts.Field, ...]) -> list[FieldRow]:
    return [
        FieldRow(field, places.of_type(library, home.name, field.type), _written(field.default)) for field in fields
    ]


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value.name if isinstance(value, contracts.Reference) else repr(value)
