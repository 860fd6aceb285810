"""Tables of sales: orders as far as the figures need them, and the sums of each day."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import models

from apps.analytics.domain import sales
from apps.analytics.models import sums as tables
from thriftshop.database import prepared


class OrderRow(models.Model):
    """An order. `lines` has number, SKU, quantity, price and cancelled quantity of each line."""

    order_id = models.CharField(max_length=64, primary_key=True)
    version = models.BigIntegerField(help_text="Of the last event that is accounted for.")
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2, blank=True)
    customer_id = models.CharField(max_length=64, blank=True, help_text="Empty for a guest's.")
    cart_id = models.CharField(max_length=100, blank=True, help_text="Empty if it was not placed from a cart.")
    placed_at = models.BigIntegerField()
    total = models.BigIntegerField(help_text="Of goods and charges.")
    charges = models.BigIntegerField()
    lines = models.JSONField()
    cancelled = models.BigIntegerField(default=0, help_text="By how much cancellations reduced the total.")
    confirmed_at = models.BigIntegerField(null=True)
    goods = models.BigIntegerField(default=0, help_text="Of a confirmed order.")
    net = models.BigIntegerField(default=0, help_text="What was ordered, less what was cancelled and refunded.")

    class Meta:
        verbose_name = "order"
        indexes = [
            models.Index(fields=["customer_id"], name="analytics_order_customer"),
            models.Index(fields=["cart_id"], name="analytics_order_cart"),
            models.Index(fields=["confirmed_at"], name="analytics_order_confirmed"),
        ]

    def __str__(self) -> str:
        return self.order_id

    def parsed(self) -> sales.Order:
        """The order as the domain has it."""
        lines = tuple(sales.Line(*line) for line in self.lines)
        return sales.Order(self.currency, self.country, self.customer_id, self.charges, lines, self.cancelled)

    def update(self, order: sales.Order) -> None:
        """Take over what changes in an order."""
        self.customer_id, self.cancelled = order.customer_id, order.cancelled
        self.lines = [list(line) for line in order.lines]


@prepared.query
def orders_of(order_ids: Collection[str]) -> models.QuerySet[OrderRow]:
    """The orders with these ids."""
    return OrderRow.objects.filter(order_id__in=order_ids)


class BookedAdjustment(models.Model):
    """A booking without an order that is accounted for."""

    booking_id = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.booking_id


class DailySales(models.Model):
    """Amounts of a day and country; of goods and charges at the confirmation, of the others when they happened."""

    key = models.CharField(max_length=20, primary_key=True)
    day = models.CharField(max_length=10, help_text="2010-05-28")
    country = models.CharField(max_length=2, blank=True, help_text="Empty if it is not known.")
    currency = models.CharField(max_length=3)
    orders = models.BigIntegerField(default=0)
    goods = models.BigIntegerField(default=0)
    charges = models.BigIntegerField(default=0)
    cancelled = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    adjustments = models.BigIntegerField(default=0)
    units = models.BigIntegerField(default=0)
    units_returned = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "daily sales"
        indexes = [models.Index(fields=["currency", "day"], name="daily_sales_time")]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def add(cls, sums: Mapping[tuple[str, ...], sales.Amounts]) -> None:
        """Add to the sums, by day, country and currency."""
        tables.add(cls, ("day", "country", "currency"), sums, sales.NAMES)


class Dashboard(DailySales):
    """The dashboard in the admin, for its permission and its address."""

    class Meta:
        proxy = True
        verbose_name_plural = "dashboard"


class ProductSales(models.Model):
    """Amounts of a product in a day, and in a month: long ranges are added up from whole months."""

    key = models.CharField(max_length=90, primary_key=True)
    period = models.CharField(max_length=10, help_text="2010-05-28 or 2010-05.")
    sku = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    orders = models.BigIntegerField(default=0)
    units = models.BigIntegerField(default=0)
    goods = models.BigIntegerField(default=0)
    units_cancelled = models.BigIntegerField(default=0)
    units_returned = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "product sales"
        indexes = [
            models.Index(fields=["currency", "period"], name="product_sales_time"),
            models.Index(fields=["sku", "period"], name="product_sales_product"),
        ]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def add(cls, sums: Mapping[tuple[str, ...], sales.ProductAmounts]) -> None:
        """Add to the sums of days and of their months, by day, SKU and currency."""
        months: dict[tuple[str, ...], sales.ProductAmounts] = {}
        for (day, sku, currency), amounts in sums.items():
            months.setdefault((day[:7], sku, currency), sales.ProductAmounts()).add(amounts)
        tables.add(cls, ("period", "sku", "currency"), {**sums, **months}, sales.PRODUCT_NAMES)


class CustomerRow(models.Model):
    """A customer's purchases in one currency; `cohort` is the month of the first one."""

    key = models.CharField(max_length=70, primary_key=True)
    customer_id = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    orders = models.BigIntegerField()
    net = models.BigIntegerField()
    first_at = models.BigIntegerField()
    first_day = models.CharField(max_length=10)
    first_net = models.BigIntegerField(help_text="Of the first purchase.")
    last_at = models.BigIntegerField()

    class Meta:
        verbose_name = "customer"
        indexes = [models.Index(fields=["currency", "first_day"], name="customer_first_day")]

    def __str__(self) -> str:
        return self.key


class SegmentBounds(models.Model):
    """Where the groups begin into which customers are divided for their segments, as of the last computation."""

    currency = models.CharField(max_length=3, primary_key=True)
    bounds = models.JSONField(
        help_text="By recency, frequency and money: the first customer of each group but the first."
    )
    computed_at = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "bounds of segments"

    def __str__(self) -> str:
        return self.currency


class CustomerMonth(models.Model):
    """A customer's purchases of a month in one currency."""

    key = models.CharField(max_length=80, primary_key=True)
    customer_id = models.CharField(max_length=64, db_index=True)
    currency = models.CharField(max_length=3)
    month = models.CharField(max_length=7)
    orders = models.BigIntegerField()
    net = models.BigIntegerField()

    class Meta:
        verbose_name = "customer's month"

    def __str__(self) -> str:
        return self.key
