"""Fixtures for the users' tests."""

import pytest

from tests.users import people


@pytest.fixture
def hashing(settings):
    """Count hashes: `hashing()` returns their number since its last call."""
    settings.PASSWORD_HASHERS = ["tests.users.people.CountingHasher"]
    people.CountingHasher.calls.clear()

    def since_last_call():
        count = people.CountingHasher.calls["hash"]
        people.CountingHasher.calls.clear()
        return count

    return since_last_call


@pytest.fixture
def move_on(monkeypatch):
    """A stopped clock: `move_on(ms)` advances it."""
    return people.stop_clock(monkeypatch)
