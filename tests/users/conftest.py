"""Fixtures for the users' tests."""

import pytest

from tests.users import people


@pytest.fixture
def hashing(settings):
    """Counts how often a password is hashed: `hashing()` gives how often since it was asked last."""
    settings.PASSWORD_HASHERS = ["tests.users.people.CountingHasher"]
    people.CountingHasher.calls.clear()

    def since_last_asked():
        count = people.CountingHasher.calls["hash"]
        people.CountingHasher.calls.clear()
        return count

    return since_last_asked


@pytest.fixture
def move_on(monkeypatch):
    """A stopped clock: `move_on(ms)` moves it."""
    return people.hold_time(monkeypatch)
