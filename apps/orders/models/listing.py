"""Orders as rows, for lists and searches: figures and standing, nothing personal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.db import models

from apps.orders.domain import course, states
from apps.orders.domain.figures import Figures
from idl import orders
from thriftshop.database import bulk

FIGURES = tuple(field.name for field in fields(Figures))
STATUSES = [(status, states.WORDS[status].capitalize()) for status in states.NEXT]
PAYMENT_STATUSES = [
    (value, name.replace("_", " ").capitalize()) for value, name in orders.PaymentStatus._VALUES_TO_NAMES.items()
]


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders by what is asked of them; money and moments as everywhere."""

    def wanted(self, order_filter: orders.OrderFilter) -> OrderQuerySet:
        """Those that a filter leaves."""
        found = self
        if order_filter.customer_id is not None:
            found = found.filter(customer_id=order_filter.customer_id)
        if order_filter.statuses:
            found = found.filter(status__in=order_filter.statuses)
        if order_filter.placed_from is not None:
            found = found.filter(placed_at__gte=order_filter.placed_from)
        if order_filter.placed_until is not None:
            found = found.filter(placed_at__lt=order_filter.placed_until)
        return found

    def put(self, rows: Iterable[Order]) -> None:
        """Writes orders, new ones and changed ones."""
        columns = [field.attname for field in Order._meta.concrete_fields]
        bulk.upsert(self, columns, [[getattr(row, name) for name in columns] for row in rows], "id")

    def number_is_taken(self, number: str, order_id: str) -> bool:
        """Whether another order has this number. Plain SQL, for it is asked at each order placed."""
        return any(row[0] != order_id for row in bulk.read(self, ("id",), "number", [number]))

    def waiting(self, now: int) -> OrderQuerySet:
        """Those with a failed step whose time to be tried again has come."""
        return self.exclude(retry_at=None).exclude(retry_at__gt=now, retry_at__lte=course.latest_retry(now))

    def overdue(self, recorded_before: int) -> OrderQuerySet:
        """Those still pending that were recorded before a moment."""
        return self.filter(status=orders.OrderStatus.PENDING, recorded_at__lt=recorded_before)


class Order(models.Model):
    """One order as of its event number `version`. Amounts in minor units of `currency`, moments in milliseconds."""

    id = models.CharField(max_length=36, primary_key=True)
    number = models.CharField(max_length=16, db_index=True)
    customer_id = models.CharField(max_length=64, blank=True, default="")
    cart_id = models.CharField(max_length=64, blank=True, default="")
    provider = models.CharField(max_length=16)
    reason = models.CharField(max_length=500, blank=True, default="")
    placed_at = models.BigIntegerField()
    recorded_at = models.BigIntegerField(
        help_text="When the shop learnt of it: later than it was placed for what is imported."
    )
    updated_at = models.BigIntegerField()
    version = models.BigIntegerField()
    status = models.SmallIntegerField(choices=STATUSES)
    payment_status = models.SmallIntegerField(choices=PAYMENT_STATUSES, default=orders.PaymentStatus.NONE)
    confirmed = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    goods = models.BigIntegerField(default=0)
    charges = models.BigIntegerField(default=0)
    units = models.BigIntegerField(default=0)
    shipped = models.BigIntegerField(default=0)
    cancelled = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    unowed = models.BigIntegerField(default=0)
    authorised = models.BigIntegerField(default=0)
    due = models.BigIntegerField(default=0)
    captured = models.BigIntegerField(default=0)
    requested = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    promised = models.BooleanField(default=False)
    declined = models.BooleanField(default=False)
    voided = models.BooleanField(default=False)
    failures = models.TextField(default="[]", help_text="What stands in its way, as JSON.")
    retry_at = models.BigIntegerField(null=True, blank=True)
    stuck = models.CharField(max_length=16, blank=True, default="", help_text="The step that waits for staff.")

    objects = OrderQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["customer_id", "-placed_at"], name="order_of_customer"),
            models.Index(fields=["status", "recorded_at"], name="order_status"),
            models.Index(fields=["retry_at"], name="order_retry", condition=models.Q(retry_at__isnull=False)),
            models.Index(fields=["stuck"], name="order_stuck", condition=~models.Q(stuck="")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> int:
        """Goods and charges as ordered, in minor units."""
        return self.goods + self.charges

    def figures(self) -> Figures:
        """The row's figures as the domain counts them."""
        return Figures(**{name: getattr(self, name) for name in FIGURES})

    def take(self, figures: Figures, failures: tuple[course.Failure, ...]) -> None:
        """Puts the domain's figures and failures into the row."""
        for name in FIGURES:
            setattr(self, name, getattr(figures, name))
        self.payment_status = figures.payment_status
        self.failures = json.dumps(failures)
        self.retry_at = min((one.retry_at for one in failures if one.retry_at is not None), default=None)
        self.stuck = next((one.step for one in failures if one.retry_at is None), "")

    def standing_failures(self) -> tuple[course.Failure, ...]:
        """The row's failures as the domain knows them."""
        stored: list[list[Any]] = json.loads(self.failures)
        return tuple(course.Failure(*failure) for failure in stored)
