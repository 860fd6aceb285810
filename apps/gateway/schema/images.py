"""Product images with absolute URLs."""

from urllib.parse import urljoin

import graphene

from apps.gateway.schema.types import about, required, types
from idl import catalog
from thriftshop.graphql.requests import Info


def _absolute(struct: type, name: str) -> graphene.Field:
    """The field of a URL."""

    def resolve(value: catalog.Image | catalog.Rendition, info: Info) -> str:
        return urljoin(info.context.origin, str(getattr(value, name)))

    return graphene.Field(graphene.String, required=True, description=about(struct, name), resolver=resolve)


types.object(
    catalog.Image,
    fields={
        **{name: _absolute(catalog.Image, name) for name in ("url", "thumbnail_url")},
        "renditions": required(
            lambda: graphene.List(graphene.NonNull(types.of(catalog.Rendition))), about(catalog.Image, "renditions")
        ),
        "resolve_renditions": lambda image, _info: image.renditions or [],
    },
)
types.object(catalog.Rendition, fields={"url": _absolute(catalog.Rendition, "url")})
