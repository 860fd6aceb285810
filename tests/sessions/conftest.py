"""Fixtures for the sessions' tests."""

import pytest

from tests.users import people
from tests.users.conftest import hashing, move_on
from thriftshop.identity import hashers

__all__ = ["hashing", "move_on"]


@pytest.fixture(autouse=True)
def light_hashing(monkeypatch):
    """The shop's own hasher with less memory: what matters here is how often it works, not how long."""
    monkeypatch.setattr(hashers.Argon2idHasher, "memory_cost", 64)


@pytest.fixture
def user():
    """A user who can log in."""
    return people.a_user(password=people.PASSWORD)
