"""Metrics of password hashing, whose concurrency is limited."""

from django.conf import settings

from thriftshop.identity import hashers
from thriftshop.telemetry import metrics

NAME = "password_hashing"


def sample() -> None:
    """Set the gauges."""
    metrics.POOL_LIMIT.labels(NAME).set(settings.PASSWORD_HASH_SLOTS)
    metrics.POOL_BUSY.labels(NAME).set(hashers.busy())
