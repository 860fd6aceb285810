"""Tables of behaviour: visits, and the sums of each day. Those of products also have sums of each month."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from apps.analytics.domain import visits
from thriftshop.database import prepared

DAY = "2010-05-28"
PERIOD = "2010-05-28, or 2010-05."


class VisitRow(models.Model):
    """A session of a visitor: when it reached each step first; 0 for a step that it did not reach."""

    key = models.CharField(max_length=130, primary_key=True)
    visitor_id = models.CharField(max_length=64)
    version = models.BigIntegerField(help_text="Of the last event of the visitor that is accounted for.")
    day = models.CharField(max_length=10, help_text="Of the first event that was recorded.")
    first_at = models.BigIntegerField(db_index=True)
    last_at = models.BigIntegerField()
    pages = models.BigIntegerField()
    product_at = models.BigIntegerField()
    cart_at = models.BigIntegerField()
    checkout_at = models.BigIntegerField()
    order_at = models.BigIntegerField()

    class Meta:
        verbose_name = "visit"
        indexes = [models.Index(fields=["last_at"], name="visit_last")]

    def __str__(self) -> str:
        return self.key

    def parsed(self) -> visits.Visit:
        """The visit as the domain has it."""
        return visits.Visit(**{name: getattr(self, name) for name in visits.Visit.__dataclass_fields__})


@prepared.query
def visits_of(keys: Collection[str]) -> models.QuerySet[VisitRow]:
    """The visits with these keys."""
    return VisitRow.objects.filter(key__in=keys)


class VisitorDay(models.Model):
    """A day on which a visitor did something."""

    key = models.CharField(max_length=80, primary_key=True)
    visitor_id = models.CharField(max_length=64)
    day = models.CharField(max_length=10, db_index=True, help_text=DAY)

    def __str__(self) -> str:
        return self.key


class DailyVisits(models.Model):
    """The visits that began on a day, and how far they came; `to_cart` is how many have a time from product to cart."""

    key = models.CharField(max_length=10, primary_key=True)
    day = models.CharField(max_length=10, help_text=DAY)
    visits = models.BigIntegerField(default=0)
    pages = models.BigIntegerField(default=0)
    bounces = models.BigIntegerField(default=0)
    duration_ms = models.BigIntegerField(default=0)
    products = models.BigIntegerField(default=0)
    carts = models.BigIntegerField(default=0)
    checkouts = models.BigIntegerField(default=0)
    orders = models.BigIntegerField(default=0)
    to_cart = models.BigIntegerField(default=0)
    to_cart_ms = models.BigIntegerField(default=0)
    to_checkout = models.BigIntegerField(default=0)
    to_checkout_ms = models.BigIntegerField(default=0)
    to_order = models.BigIntegerField(default=0)
    to_order_ms = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "daily visits"

    def __str__(self) -> str:
        return self.day


class DailySearches(models.Model):
    """Searches for a term on a day."""

    key = models.CharField(max_length=120, primary_key=True)
    day = models.CharField(max_length=10, db_index=True, help_text=DAY)
    term = models.CharField(max_length=100)
    searches = models.BigIntegerField(default=0)
    without_results = models.BigIntegerField(default=0)
    refined = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "daily searches"

    def __str__(self) -> str:
        return self.key


class ProductBehaviour(models.Model):
    """What visitors did with a product in a day, and in a month."""

    key = models.CharField(max_length=80, primary_key=True)
    period = models.CharField(max_length=10, db_index=True, help_text=PERIOD)
    sku = models.CharField(max_length=64)
    views = models.BigIntegerField(default=0)
    adds = models.BigIntegerField(default=0)
    displayed = models.BigIntegerField(default=0)
    clicked = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class DailyPlacement(models.Model):
    """Recommended products displayed and clicked at a place in the shop on a day."""

    key = models.CharField(max_length=120, primary_key=True)
    day = models.CharField(max_length=10, db_index=True, help_text=DAY)
    placement = models.CharField(max_length=100)
    displayed = models.BigIntegerField(default=0)
    clicked = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key
