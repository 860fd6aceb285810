"""Garbage collection in a server: what is loaded is left out, and collections are rare."""

import gc

import pytest

from thriftshop.processes import serving


@pytest.fixture
def collecting():
    """Garbage collection as it was before the test, afterwards."""
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.mark.usefixtures("collecting")
def test_what_is_loaded_is_not_scanned_again():
    loaded = [[] for _ in range(1_000)]
    serving.freeze_loaded()
    tracked = {id(item) for item in gc.get_objects()}
    assert not tracked & {id(item) for item in loaded}


@pytest.mark.usefixtures("collecting")
def test_a_server_collects_less_often_than_python_by_default():
    serving.freeze_loaded()
    assert gc.get_threshold() == serving.GC_THRESHOLDS
    collections = gc.get_stats()[0]["collections"]
    kept = [[] for _ in range(10_000)]
    assert gc.get_stats()[0]["collections"] == collections
    assert len(kept) == 10_000
