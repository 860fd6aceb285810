"""Categories: the tree in which products are arranged."""

import enum

import graphene

from apps.gateway import loaders
from apps.gateway.schema import products
from apps.gateway.schema.types import about, types
from idl import catalog
from thriftshop.graphql import connections
from thriftshop.graphql.requests import Info, Input

Categories = connections.kind(lambda: types.of(catalog.Category), "Category", plural="categories")


def in_order(tree: loaders.Tree, categories: list[catalog.Category], *about: str | None) -> connections.Fetch:
    """Pages of categories in the order of the tree."""

    def key(category: catalog.Category) -> tuple[str, ...]:
        steps = [tree.by_id[id_] for id_ in category.path if id_ in tree.by_id]
        return tuple(part for step in steps for part in (step.name.casefold(), step.id))

    return connections.of_list("categories", categories, key, (str, ...), *about)


async def parent(category: catalog.Category, info: Info) -> catalog.Category | None:
    """Resolve `Category.parent`."""
    return (await loaders.tree(info.context)).by_id.get(category.parent_id or "")


async def path(category: catalog.Category, info: Info) -> list[catalog.Category]:
    """Resolve `Category.path`."""
    tree = await loaders.tree(info.context)
    return [tree.by_id[id_] for id_ in category.path if id_ in tree.by_id]


async def children(category: catalog.Category, info: Info) -> connections.Fetch:
    """Resolve `Category.children`."""
    tree = await loaders.tree(info.context)
    return in_order(tree, tree.children.get(category.id, []), category.id)


def within(
    category: catalog.Category, info: Info, filter: Input | None = None, sort: enum.Enum | None = None
) -> products.Search:
    """Resolve `Category.products`; this category replaces those of the filter."""
    product_filter = products.to_filter(filter)
    product_filter.category_ids = [category.id]
    return products.find(info.context, product_filter, sort)


types.object(
    catalog.Category,
    key=lambda category: category.id,
    leave_out={"parent_id", "path"},
    fields={
        "parent": graphene.Field(
            lambda: types.of(catalog.Category), description="The parent category; null for a root.", resolver=parent
        ),
        "path": graphene.List(
            graphene.NonNull(lambda: types.of(catalog.Category)),
            required=True,
            description="The categories from the root to this one, inclusive.",
            resolver=path,
        ),
        "children": connections.field_of(Categories, "The direct subcategories.", children),
        "products": connections.field_of(
            products.Products, "The products in this category and its subcategories.", within, **products.ARGUMENTS
        ),
    },
)


async def category(_root: object, info: Info, slug: str) -> catalog.Category | None:
    """Resolve `Query.category`."""
    return next((candidate for candidate in (await loaders.tree(info.context)).every if candidate.slug == slug), None)


async def categories(_root: object, info: Info, roots_only: bool = False) -> connections.Fetch:
    """Resolve `Query.categories`."""
    tree = await loaders.tree(info.context)
    return in_order(tree, tree.children.get(None, []), None) if roots_only else in_order(tree, tree.every)


QUERIES = {
    "category": graphene.Field(
        lambda: types.of(catalog.Category),
        description="The category with this slug, or null.",
        resolver=category,
        slug=graphene.String(required=True, description=about(catalog.Category, "slug")),
    ),
    "categories": connections.field_of(
        Categories,
        "The category tree as a list: parents before children, then by name.",
        categories,
        default=50,
        roots_only=graphene.Boolean(required=True, default_value=False, description="Only root categories."),
    ),
}
