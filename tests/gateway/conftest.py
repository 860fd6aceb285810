"""Fixtures for the gateway's tests: a stocked shop, and people."""

import pytest

from tests.gateway import shop
from tests.gateway.following import executions, followed  # noqa: F401 - fixtures
from tests.gateway.listed_codes import only_listed_codes

__all__ = ["only_listed_codes"]


@pytest.fixture
def stocked(db):
    """A small shop with something on its shelves."""
    shop.stock_up()


@pytest.fixture
def ann(stocked):
    """A customer."""
    return shop.someone("ann")


@pytest.fixture
def ben(stocked):
    """Another customer."""
    return shop.someone("ben")


@pytest.fixture
def sue(stocked):
    """A member of staff."""
    return shop.someone("sue", staff=True)
