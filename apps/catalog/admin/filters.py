"""Filters of the list of products."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from apps.catalog.models import Category, Image, Price, Product
from thriftshop import clock


class InCategory(admin.SimpleListFilter):
    """Products in a category or its descendants, or without one."""

    title = "category"
    parameter_name = "category"
    NONE = "none"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The tree, indented by level."""
        tree = [(category.id, "\u2003" * category.depth + category.name) for category in Category.objects.tree()]
        return [*tree, (self.NONE, "(none)")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        """The products in the chosen category."""
        if self.value() == self.NONE:
            return queryset.filter(category=None)
        category = Category.objects.filter(id=self.value()).first()
        if category is None:
            return queryset
        return queryset.filter(category__in=[category, *Category.objects.below(category)])


class NeedsWork(admin.SimpleListFilter):
    """Products that need work."""

    title = "work to do"
    parameter_name = "lacking"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [
            ("picture", "Without a picture"),
            ("price", "Without a price"),
            ("description", "Without a description"),
            ("planned", "With a scheduled price"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        """The products of the chosen kind."""
        prices = Price.objects.filter(product=OuterRef("pk"))
        match self.value():
            case "picture":
                return queryset.filter(~Exists(Image.objects.filter(product=OuterRef("pk"))))
            case "price":
                return queryset.filter(~Exists(prices))
            case "description":
                return queryset.filter(description="")
            case "planned":
                planned = Price.objects.filter(awaited=True, valid_from__gt=clock.now())
                return queryset.filter(id__in=planned.values("product_id"))
        return queryset
