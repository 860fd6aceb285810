"""Fixtures of the recommender's tests: the model is refreshed by every call."""

import pytest

from apps.recommender.service import memory


@pytest.fixture(autouse=True)
def refresh_at_every_call(monkeypatch):
    monkeypatch.setattr(memory, "REFRESH_SECONDS", 0.0)
