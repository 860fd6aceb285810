"""The recommender's fixtures: what was learnt is looked at afresh with every question."""

import pytest

from apps.recommender.service import memory


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(memory, "REFRESH_SECONDS", 0.0)
