"""Fixtures of the recommender's tests: the memory is refreshed by every call."""

import pytest

from apps.recommender.service import memory, products


@pytest.fixture(autouse=True)
def refresh_at_every_call(monkeypatch):
    monkeypatch.setattr(memory, "REFRESH_SECONDS", 0.0)
    monkeypatch.setattr(products, "REFRESH_SECONDS", 0.0)
    monkeypatch.setattr(products, "SORT_SECONDS", 0.0)
