"""Pages of the public GraphQL schema."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.registry import access, places, schema
from apps.registry.pages import frame

GROUPS = {
    "Objects": "type",
    "Inputs": "input",
    "Unions": "union",
    "Interfaces": "interface",
    "Enums": "enum",
    "Scalars": "scalar",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A field or an argument with its type as links."""

    field: schema.Member
    type: list[places.TypeText]
    arguments: list["Row"]


@access.page
def overview(request: HttpRequest) -> HttpResponse:
    """All types, root types first."""
    types = schema.types().values()
    roots = [(type_, places.graphql_type(type_.name), _rows(type_.fields)) for type_ in types if type_.is_root]
    groups = [
        (
            title,
            [(type_, places.graphql_type(type_.name)) for type_ in types if type_.kind == kind and not type_.is_root],
        )
        for title, kind in GROUPS.items()
    ]
    context = {"roots": roots, "groups": [(title, types) for title, types in groups if types]}
    return frame.show(request, "graphql", [frame.Crumb("GraphQL", "")], context)


@access.page
def named(request: HttpRequest, name: str) -> HttpResponse:
    """A type with its fields and uses."""
    type_ = schema.types().get(name)
    if type_ is None:
        return frame.missing(request, f"The GraphQL schema has no type {name!r}.")
    context = {
        "type": type_,
        "fields": _rows(type_.fields),
        "interfaces": [(interface, places.graphql_type(interface)) for interface in type_.interfaces],
        "possible": [(possible, places.graphql_type(possible)) for possible in type_.possible],
        "uses": [(".".join(filter(None, use)), places.graphql_type(*use)) for use in type_.used_by],
    }
    trail = [frame.Crumb("GraphQL", reverse("registry:graphql")), frame.Crumb(type_.name, "")]
    return frame.show(request, "graphql_type", trail, context)


def _rows(fields: tuple[schema.Member, ...]) -> list[Row]:
    return [Row(field, _type_texts(field.type, field.named), _rows(field.arguments)) for field in fields]


def _type_texts(written: str, name: str) -> list[places.TypeText]:
    """`[Product!]!` in parts; the name is a link if it is a type of the schema."""
    if name not in schema.types():
        return [places.TypeText(written)] if written else []
    before, _, after = written.partition(name)
    return [places.TypeText(before), places.TypeText(name, places.graphql_type(name)), places.TypeText(after)]
