"""Orders as rows, for lists and searches: totals, status and failures, without personal data."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields
from functools import lru_cache
from typing import Any

from django.db import models

from apps.orders.domain import saga_state, states
from apps.orders.domain.totals import Totals
from idl import orders
from thriftshop.database import bulk, prepared

TOTALS = tuple(field.name for field in fields(Totals))
STATUSES = [(status, states.LABELS[status].capitalize()) for status in states.NEXT]
PAYMENT_STATUSES = [
    (value, name.replace("_", " ").capitalize()) for value, name in orders.PaymentStatus._VALUES_TO_NAMES.items()
]


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders, filtered and written."""

    def matching(self, order_filter: orders.OrderFilter) -> OrderQuerySet:
        """The orders that match a filter."""
        rows = self
        if order_filter.customer_id is not None:
            rows = rows.filter(customer_id=order_filter.customer_id)
        if order_filter.statuses:
            rows = rows.filter(status__in=order_filter.statuses)
        if order_filter.placed_from is not None:
            rows = rows.filter(placed_at__gte=order_filter.placed_from)
        if order_filter.placed_until is not None:
            rows = rows.filter(placed_at__lt=order_filter.placed_until)
        return rows

    def put(self, rows: Iterable[Order]) -> None:
        """Insert or update orders."""
        columns = {str(field.column): field.attname for field in Order._meta.concrete_fields}
        bulk.upsert(self, list(columns), [[getattr(row, name) for name in columns.values()] for row in rows], "id")

    def number_is_taken(self, number: str, order_id: str) -> bool:
        """Whether another order has this number. Plain SQL, because it runs for each order placed."""
        return any(row[0] != order_id for row in bulk.read(self, ("id",), "number", [number]))

    def to_retry(self, now: int) -> OrderQuerySet:
        """Orders with a failed step that may be retried now."""
        return self.exclude(retry_at=None).exclude(retry_at__gt=now, retry_at__lte=saga_state.latest_retry(now))

    def overdue(self, recorded_before: int) -> OrderQuerySet:
        """Pending orders that were recorded before a time."""
        return self.filter(status=orders.OrderStatus.PENDING, recorded_at__lt=recorded_before)


class Order(models.Model):
    """One order as of its event number `version`. Amounts in minor units of `currency`, times in milliseconds."""

    id = models.CharField(max_length=36, primary_key=True)
    number = models.CharField(max_length=16, db_index=True)
    customer_id = models.CharField(max_length=64, blank=True, default="")
    cart_id = models.CharField(max_length=64, blank=True, default="")
    provider = models.CharField(max_length=16)
    reason = models.CharField(max_length=500, blank=True, default="")
    placed_at = models.BigIntegerField()
    recorded_at = models.BigIntegerField(help_text="When the order was recorded; imported orders were placed earlier.")
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
    cancelled_amount = models.BigIntegerField(default=0, db_column="unowed")
    authorised = models.BigIntegerField(default=0)
    to_capture = models.BigIntegerField(default=0, db_column="due")
    captured = models.BigIntegerField(default=0)
    requested = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    is_authorised = models.BooleanField(default=False, db_column="promised")
    declined = models.BooleanField(default=False)
    voided = models.BooleanField(default=False)
    failures = models.TextField(default="[]", help_text="Its failed steps, as JSON.")
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

    def totals(self) -> Totals:
        """The row's totals as the domain has them."""
        return Totals(**{name: getattr(self, name) for name in TOTALS})

    def set_totals(self, totals: Totals) -> None:
        """Copy the totals from the domain."""
        for name in TOTALS:
            setattr(self, name, getattr(totals, name))
        self.payment_status = totals.payment_status

    def set_failures(self, failures: tuple[saga_state.Failure, ...]) -> None:
        """Copy the failures from the domain."""
        self.failures = json.dumps(failures)
        self.retry_at = min((failure.retry_at for failure in failures if failure.retry_at is not None), default=None)
        self.stuck = next((failure.step for failure in failures if failure.retry_at is None), "")

    def parsed_failures(self) -> tuple[saga_state.Failure, ...]:
        """The row's failures as the domain has them."""
        stored: list[list[Any]] = json.loads(self.failures)
        return tuple(saga_state.Failure(*failure) for failure in stored)


Listed = tuple[str, int, int, int]
"""A row of a list: the order's id, when it was placed, its version, and when it last changed."""
LISTED = ("id", "placed_at", "version", "updated_at")


@prepared.query
def versions(order_ids: Collection[str]) -> models.QuerySet[Order, tuple[str, int, int]]:
    """Ids, versions and times of the last change of these orders."""
    return Order.objects.filter(pk__in=order_ids).values_list("id", "version", "updated_at")


def newest_of(customer_id: str, limit: int) -> list[Listed]:
    """A customer's newest orders."""
    return _newest(limit)(customer_id=customer_id)


@lru_cache(maxsize=128)
def _newest(limit: int) -> Callable[..., list[Listed]]:
    """The prepared query for a page of this size."""

    def newest(customer_id: str) -> models.QuerySet[Order, Listed]:
        rows = Order.objects.filter(customer_id=customer_id).order_by("-placed_at", "-id")
        return rows.values_list(*LISTED)[:limit]

    return prepared.query(newest)


@prepared.query
def by_id(order_ids: Collection[str]) -> models.QuerySet[Order]:
    """The rows of these orders."""
    return Order.objects.filter(pk__in=order_ids)
