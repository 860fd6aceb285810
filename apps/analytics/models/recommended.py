"""Tables of recommendations: visits in which they were displayed, and the sums of each day and variant."""

from collections.abc import Collection

from django.db import models

from apps.analytics.domain import recommended
from thriftshop.database import prepared

DAY = "2010-05-28"
VARIANT = "Of the flag `recommendations`; empty for none."


class RecommendationVisit(models.Model):
    """A session of a visitor in which recommendations were displayed."""

    key = models.CharField(max_length=130, primary_key=True)
    version = models.BigIntegerField(help_text="Of the last event of the visitor that is accounted for.")
    day = models.CharField(max_length=10, help_text="Of the first recommendation.")
    variant = models.CharField(max_length=40, blank=True, help_text=VARIANT)
    displays = models.BigIntegerField()
    products = models.BigIntegerField()
    clicks = models.BigIntegerField()
    clicked = models.JSONField(help_text="The products whose recommendation was clicked.")
    orders = models.BigIntegerField()
    attributed_orders = models.BigIntegerField(help_text="Orders of a product whose recommendation was clicked before.")
    revenue = models.JSONField(help_text="Of all orders, by currency.")
    attributed = models.JSONField(help_text="Of products whose recommendation was clicked before, by currency.")

    class Meta:
        verbose_name = "visit with recommendations"
        verbose_name_plural = "visits with recommendations"

    def __str__(self) -> str:
        return self.key

    def parsed(self) -> recommended.Visit:
        """The visit as the domain has it."""
        values = {name: getattr(self, name) for name in recommended.Visit.__dataclass_fields__}
        return recommended.Visit(**{**values, "clicked": tuple(self.clicked)})


@prepared.query
def recommendation_visits_of(keys: Collection[str]) -> models.QuerySet[RecommendationVisit]:
    """The visits with these keys."""
    return RecommendationVisit.objects.filter(key__in=keys)


class DailyRecommendations(models.Model):
    """The visits of a day that saw recommendations of a variant."""

    key = models.CharField(max_length=60, primary_key=True)
    day = models.CharField(max_length=10, db_index=True, help_text=DAY)
    variant = models.CharField(max_length=40, blank=True, help_text=VARIANT)
    visits = models.BigIntegerField(default=0)
    displays = models.BigIntegerField(default=0)
    products = models.BigIntegerField(default=0)
    clicks = models.BigIntegerField(default=0)
    visits_clicked = models.BigIntegerField(default=0)
    visits_ordered = models.BigIntegerField(default=0)
    orders = models.BigIntegerField(default=0)
    attributed_orders = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "daily recommendations"

    def __str__(self) -> str:
        return self.key


class DailyRecommendationSales(models.Model):
    """The amounts of the orders of these visits."""

    key = models.CharField(max_length=60, primary_key=True)
    day = models.CharField(max_length=10, db_index=True, help_text=DAY)
    variant = models.CharField(max_length=40, blank=True, help_text=VARIANT)
    currency = models.CharField(max_length=3)
    revenue = models.BigIntegerField(default=0)
    attributed = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "daily sales after recommendations"

    def __str__(self) -> str:
        return self.key
