"""The category tree: each node has the ids of its ancestors."""

from django.db import models

from apps.catalog.domain import categories as rules
from idl import catalog


class CategoryQuerySet(models.QuerySet["Category"]):
    """Queries on the tree."""

    def below(self, category: "Category") -> "CategoryQuerySet":
        """The descendants of a category."""
        return self.filter(path__startswith=category.path + rules.SEPARATOR)

    def tree(self) -> list["Category"]:
        """All categories: parents before children, siblings by name."""
        return in_tree_order(list(self))


class Category(models.Model):
    """A node of the tree."""

    id = models.CharField(primary_key=True, max_length=36)
    slug = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=1000, blank=True, default="")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(
        max_length=400, db_index=True, help_text="The ids from the root to this one, separated by slashes."
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """The number of its ancestors."""
        return self.path.count(rules.SEPARATOR)

    def to_struct(self, product_count: int) -> catalog.Category:
        """The category as a struct of the contract."""
        return catalog.Category(
            id=self.id,
            slug=self.slug,
            name=self.name,
            description=self.description or None,
            parent_id=self.parent_id,
            path=self.path.split(rules.SEPARATOR),
            product_count=product_count,
        )


def in_tree_order(nodes: list[Category]) -> list[Category]:
    """Parents before their children, siblings by name."""
    children: dict[str | None, list[Category]] = {}
    for node in sorted(nodes, key=lambda node: (node.name.casefold(), node.id), reverse=True):
        children.setdefault(node.parent_id, []).append(node)
    ordered, stack = [], children.get(None, [])
    while stack:
        node = stack.pop()
        ordered.append(node)
        stack.extend(children.get(node.id, []))
    return ordered
