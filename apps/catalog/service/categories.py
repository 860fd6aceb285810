"""Reading the category tree with its counts, and changing its categories."""

import uuid

from apps.catalog.domain import categories as rules
from apps.catalog.domain import slugs
from apps.catalog.models import Category, Product, members
from apps.catalog.models.members import Key
from apps.catalog.service import bulk_writes, writing
from idl import catalog, common
from thriftshop import events, identity

ON_SALE = Key("status", "", str(catalog.ProductStatus.PUBLISHED))


def get_categories() -> list[catalog.Category]:
    """The whole tree with counts of published products. See the contract."""
    direct = _counts()
    tree = [category.to_struct(0) for category in Category.objects.tree()]
    totals = rules.summed_upward(direct, {category.id: category.path for category in tree})
    for category in tree:
        category.product_count = totals[category.id]
    return tree


def _counts() -> dict[str, int]:
    """The number of published products in each category, without its descendants."""
    on_sale = members.sets([ON_SALE]).get(ON_SALE, 0)
    return {key.value: count for key, count in members.counts(members.rows_of_codes("category", [""]), on_sale).items()}


def put_category(id: str | None, category: catalog.CategoryInput) -> catalog.Category:
    """Add or change a category. See the contract."""
    identity.require_staff()
    name = rules.checked_name(category.name)
    with writing.transaction():
        parent = _category(category.parent_id, "parent_id") if category.parent_id else None
        slug = slugs.checked(category.slug) if category.slug else None
        row = _existing_or_new(id, name, slug, parent)
        before = Category.objects.filter(id=row.id).first()
        row.name, row.slug = name, slug or row.slug or _free_slug(name, parent)
        if category.description is not None:
            row.description = rules.checked_description(category.description)
        _check_slug(row)
        _save(row, before, parent)
        return _struct(row, _counts())


def _category(category_id: str, field: str) -> Category:
    category = Category.objects.filter(id=category_id).first()
    if category is None and field == "parent_id":
        raise common.InvalidInput(message=f"There is no parent category {category_id[:60]!r}.", field=field)
    if category is None:
        raise common.NotFound(message="There is no such category.", kind="category", id=category_id[:60])
    return category


def _existing_or_new(category_id: str | None, name: str, slug: str | None, parent: Category | None) -> Category:
    """The category with this id, else with this slug or (without a slug) this name below the parent, else a new one."""
    if category_id is not None:
        return _category(category_id, "id")
    matching = Category.objects.filter(slug=slug) if slug else Category.objects.filter(parent=parent, name=name)
    return matching.first() or Category(id=str(uuid.uuid4()))


def _free_slug(name: str, parent: Category | None) -> str:
    return slugs.free(
        name, parent.name if parent else "category", lambda slug: Category.objects.filter(slug=slug).exists()
    )


def _check_slug(category: Category) -> None:
    if Category.objects.filter(slug=category.slug).exclude(id=category.id).exists():
        raise common.InvalidInput(message=f"Another category has the slug {category.slug!r}.", field="slug")


def _save(category: Category, before: Category | None, parent: Category | None) -> None:
    """Save the category if it differs, with the paths of its descendants and the search index, and record the events."""
    descendants = list(Category.objects.below(before)) if before else []
    levels_below = max((each.depth - before.depth for each in descendants), default=0) if before else 0
    category.parent = parent
    category.path = rules.path_below(parent.path if parent else "", category.id, levels_below + 1)
    if before is not None and _fields(before) == _fields(category):
        return
    category.save()
    changed = [category]
    if before is not None and before.path != category.path:
        for descendant in descendants:
            descendant.path = category.path + descendant.path.removeprefix(before.path)
        Category.objects.bulk_update(descendants, ["path"])
        changed += descendants
    if before is not None and (before.path, before.name) != (category.path, category.name):
        writing.index_products(Product.objects.filter(category__in=[category, *descendants]))
    counts = _counts()
    events.record_many(
        "catalog",
        {f"category-{each.id}": [catalog.CategoryWritten(category=_struct(each, counts))] for each in changed},
    )


def _fields(category: Category) -> tuple[str, ...]:
    return category.slug, category.name, category.description, category.path


def _struct(category: Category, counts: dict[str, int]) -> catalog.Category:
    subtree = [category, *Category.objects.below(category)]
    return category.to_struct(sum(counts.get(each.id, 0) for each in subtree))


def remove_category(id: str) -> None:
    """Remove a category; its products stay, without a category. See the contract."""
    identity.require_staff()
    with writing.transaction() as moment:
        category = _category(id, "id")
        if category.children.exists():
            raise common.Conflict(message=f"{category.name} has subcategories; remove or move them first.")
        bulk_writes.put_in_category(list(Product.objects.filter(category=category)), None, moment)
        category.delete()
        events.record("catalog", f"category-{id}", [catalog.CategoryRemoved(id=id)])
