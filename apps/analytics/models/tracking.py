"""Tables of tracking: links of visitors to accounts, events that were set apart, and counts of events not recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models, transaction

from thriftshop.database import bulk


class VisitorLinkQuerySet(models.QuerySet["VisitorLink"]):
    """Links of visitors to accounts."""

    def put(self, links: Mapping[str, str], linked_at: int) -> None:
        """Link visitors to accounts, in a fixed order so that concurrent writers do not deadlock."""
        erased = set(ErasedAccount.objects.filter(customer_id__in=set(links.values())).values_list("pk", flat=True))
        rows = [(visitor, links[visitor], linked_at) for visitor in sorted(links) if links[visitor] not in erased]
        bulk.upsert(self, ("visitor_id", "customer_id", "linked_at"), rows, "visitor_id")

    def remove(self, visitors: Iterable[str]) -> None:
        """Unlink visitors."""
        self.filter(visitor_id__in=sorted(visitors)).delete()

    def forget(self, customer_id: str) -> None:
        """Unlink all visitors of an account that was erased, and link none with it again."""
        with transaction.atomic():
            ErasedAccount.objects.get_or_create(customer_id=customer_id)
            self.filter(customer_id=customer_id).delete()


class VisitorLink(models.Model):
    """The account of a visitor who consented to the link. It is stored here only, never in an event."""

    visitor_id = models.CharField(max_length=64, primary_key=True)
    customer_id = models.CharField(max_length=64, db_index=True)
    linked_at = models.BigIntegerField()

    objects = VisitorLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return self.visitor_id


class ErasedAccount(models.Model):
    """An account that was erased: events that were sent before and arrive later are not linked with it."""

    customer_id = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.customer_id


class SetApartEventQuerySet(models.QuerySet["SetApartEvent"]):
    """Events that were set apart."""

    def add(self, events: Iterable[SetApartEvent]) -> None:
        """Store events; one that was sent again is stored once."""
        columns = [field.attname for field in SetApartEvent._meta.concrete_fields if field.attname != "id"]
        rows = [[getattr(event, name) for name in columns] for event in events]
        bulk.insert(self, columns, rows, " ON CONFLICT (visitor_id, event_id) DO NOTHING")


class SetApartEvent(models.Model):
    """An invalid event as it was sent, which staff can validate again."""

    visitor_id = models.CharField(max_length=64)
    session_id = models.CharField(max_length=64)
    event_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    reason = models.CharField(max_length=20, db_index=True)
    problem = models.CharField(max_length=300)
    properties = models.TextField()
    occurred_at = models.BigIntegerField(help_text="By the client's clock.")
    sent_at = models.BigIntegerField(help_text="By the client's clock.")
    received_at = models.BigIntegerField(db_index=True)
    recorded = models.BooleanField(default=False, help_text="Whether it was valid when it was validated again.")

    objects = SetApartEventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visitor_id", "event_id"], name="set_apart_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """Counts of events that were not recorded."""

    def add(self, day: str, counts: Mapping[str, int]) -> None:
        """Add to the counts of a day, by reason."""
        rows = [(f"{day} {reason}", day, reason, counts[reason]) for reason in sorted(counts)]
        ending = " ON CONFLICT (key) DO UPDATE SET events = analytics_exclusion.events + excluded.events"
        bulk.insert(self, ("key", "day", "reason", "events"), rows, ending)


class Exclusion(models.Model):
    """How many events were not recorded on a day, for a reason."""

    key = models.CharField(max_length=40, primary_key=True)
    day = models.DateField(db_index=True)
    reason = models.CharField(max_length=20)
    events = models.BigIntegerField()

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = "count of events not recorded"
        verbose_name_plural = "events not recorded"

    def __str__(self) -> str:
        return f"{self.day} {self.reason}: {self.events}"
