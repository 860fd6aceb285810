"""Customers for whom nothing more is ordered: their account is about to be erased, or was."""

from django.db import models

from thriftshop import clock


class ClosingQuerySet(models.QuerySet["Closing"]):
    """Closings, asked for by whether they hold."""

    def holding(self) -> "ClosingQuerySet":
        """Those that hold now."""
        return self.filter(models.Q(until=None) | models.Q(until__gt=clock.now()))

    def is_closed(self, customer_id: str) -> bool:
        """Whether nothing may be ordered for a customer."""
        return self.holding().filter(pk=customer_id).exists()

    def close(self, customer_id: str, until: int | None) -> None:
        """Has nothing ordered for a customer until a moment, or for good; what holds for good is not shortened."""
        if until is None:
            self.update_or_create(customer_id=customer_id, defaults={"until": None})
        elif not self.filter(pk=customer_id, until=None).exists():
            self.update_or_create(customer_id=customer_id, defaults={"until": until})

    def reopen(self, customer_id: str) -> None:
        """Lets a customer order again, unless they were erased."""
        self.filter(pk=customer_id).exclude(until=None).delete()


class Closing(models.Model):
    """Nothing is ordered for this customer until a moment; for good where there is none, for they were erased."""

    customer_id = models.CharField(max_length=64, primary_key=True)
    until = models.BigIntegerField(null=True, blank=True)

    objects = ClosingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.customer_id
