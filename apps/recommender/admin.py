"""The recommender's admin: read-only lists of popular products and baskets."""

from typing import Any

from django.contrib import admin
from django.db import models as db
from django.http import HttpRequest
from django.utils.html import format_html_join

from apps.recommender import models
from idl import recommender
from thriftshop import clock, rpc
from thriftshop.desk import read_only

MAX_RECOMMENDATIONS = 10


class ReadOnlyAdmin(read_only.ReadOnly):
    """A read-only list: the data is projected from events."""

    list_per_page = 50


@admin.register(models.Popularity)
class PopularityAdmin(ReadOnlyAdmin):
    """Products by popularity, with their recommendations."""

    list_display = ("sku", "baskets", "on_sale", "available")
    search_fields = ("sku",)
    ordering = ("-weight", "sku")
    fields = ("sku", "baskets", "on_sale", "available", "bought_together")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> db.QuerySet[models.Popularity]:
        """Popularity with status and stock, in one query."""
        product = models.Product.objects.filter(sku=db.OuterRef("sku"))
        stock = models.Stock.objects.filter(sku=db.OuterRef("sku"))
        queryset: db.QuerySet[models.Popularity] = super().get_queryset(request)
        return queryset.annotate(
            product_on_sale=db.Subquery(product.values("on_sale")[:1]),
            quantity=db.Subquery(stock.values("available")[:1]),
        )

    @admin.display(boolean=True, description="on sale")
    def on_sale(self, row: Any) -> bool:
        """Whether it is published."""
        return bool(row.product_on_sale)

    @admin.display(description="available", ordering="quantity")
    def available(self, row: Any) -> int:
        """The available quantity."""
        return row.quantity or 0

    @admin.display(description="bought together with")
    def bought_together(self, row: models.Popularity) -> str:
        """The current recommendations for the product, with reason and score."""
        recommendations = rpc.connect(recommender.RecommenderService).get_bought_together(row.sku, MAX_RECOMMENDATIONS)
        lines = ((each.sku, each.reason.replace("_", " "), f"{each.score:.3g}") for each in recommendations)
        return format_html_join("", "<div>{} ({}, {})</div>", lines) or "none yet"


@admin.register(models.Basket)
class BasketAdmin(ReadOnlyAdmin):
    """The baskets of confirmed orders."""

    list_display = ("order_id", "when", "products")
    search_fields = ("=order_id", "=customer_id")
    ordering = models.NEWEST_FIRST
    fields = ("order_id", "when", "customer_id", "skus")
    readonly_fields = fields
    show_full_result_count = False

    @admin.display(description="bought", ordering="bought_at")
    def when(self, basket: models.Basket) -> str:
        """When the order was placed, to the minute."""
        return f"{clock.datetime_of(basket.bought_at):%Y-%m-%d %H:%M}"

    @admin.display(description="products")
    def products(self, basket: models.Basket) -> int:
        """The number of different products."""
        return len(basket.skus)
