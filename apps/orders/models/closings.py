"""Customers who cannot order any more, because their account is being erased or was erased."""

from django.db import models

from thriftshop import clock
from thriftshop.database import prepared


class ClosingQuerySet(models.QuerySet["Closing"]):
    """Closings of customers."""

    def active(self) -> "ClosingQuerySet":
        """The closings in force now."""
        return self.filter(models.Q(until=None) | models.Q(until__gt=clock.now()))

    def is_closed(self, customer_id: str) -> bool:
        """Whether a customer is closed."""
        return any(until is None or until > clock.now() for until in _ends(customer_id=customer_id))

    def close(self, customer_id: str, until: int | None) -> None:
        """Close a customer until a time, or permanently (None); a permanent closing is not shortened."""
        if until is None:
            self.update_or_create(customer_id=customer_id, defaults={"until": None})
        elif not self.filter(pk=customer_id, until=None).exists():
            self.update_or_create(customer_id=customer_id, defaults={"until": until})

    def reopen(self, customer_id: str) -> None:
        """Reopen a customer, unless they were erased."""
        self.filter(pk=customer_id).exclude(until=None).delete()


class Closing(models.Model):
    """A closed customer: until a time, or permanently (None) after their erasure."""

    customer_id = models.CharField(max_length=64, primary_key=True)
    until = models.BigIntegerField(null=True, blank=True)

    objects = ClosingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.customer_id


@prepared.query
def _ends(customer_id: str) -> models.QuerySet[Closing, int | None]:
    """When the customer's closing ends."""
    return Closing.objects.filter(pk=customer_id).values_list("until", flat=True)
