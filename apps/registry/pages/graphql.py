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

    one: schema.Member
    type: list[places.Part]
    arguments: list["Row"]


@access.page
def overview(request: HttpRequest) -> HttpResponse:
    """All types, root types first."""
    types = schema.types().values()
    roots = [(one, places.graphql_type(one.name), _rows(one.fields)) for one in types if one.is_root]
    groups = [
        (title, [(one, places.graphql_type(one.name)) for one in types if one.kind == kind and not one.is_root])
        for title, kind in GROUPS.items()
    ]
    context = {"roots": roots, "groups": [(title, found) for title, found in groups if found]}
    return frame.show(request, "graphql", [frame.Crumb("GraphQL", "")], context)


@access.page
def named(request: HttpRequest, name: str) -> HttpResponse:
    """One type."""
    one = schema.types().get(name)
    if one is None:
        return frame.missing(request, f"The GraphQL schema has no type {name!r}.")
    context = {
        "one": one,
        "fields": _rows(one.fields),
        "interfaces": [(each, places.graphql_type(each)) for each in one.interfaces],
        "possible": [(each, places.graphql_type(each)) for each in one.possible],
        "uses": [(".".join(filter(None, each)), places.graphql_type(*each)) for each in one.used_by],
    }
    trail = [frame.Crumb("GraphQL", reverse("registry:graphql")), frame.Crumb(one.name, "")]
    return frame.show(request, "graphql_type", trail, context)


def _rows(fields: tuple[schema.Member, ...]) -> list[Row]:
    return [Row(one, _parts(one.type, one.named), _rows(one.arguments)) for one in fields]


def _parts(written: str, name: str) -> list[places.Part]:
    """`[Product!]!` in parts; the name is a link if it is a type of the schema."""
    if name not in schema.types():
        return [places.Part(written)] if written else []
    before, _, after = written.partition(name)
    return [places.Part(before), places.Part(name, places.graphql_type(name)), places.Part(after)]
