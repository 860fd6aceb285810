"""Operations under variants: added up by visitor, reported once a window, and again under the same key if that fails."""

import pytest

from thriftshop.flags import operations
from thriftshop.flags.operations import Operations
from thriftshop.rpc import Unavailable


class Service:
    """What was written, by key; it can be down."""

    def __init__(self):
        self.written = []
        self.is_down = False

    def __call__(self, key, sums):
        self.written.append((key, list(sums)))
        if self.is_down:
            raise Unavailable("down")


@pytest.fixture
def service():
    return Service()


def test_the_sums_are_those_over_visitors(service):
    added = Operations(service)
    for unit, has_failed, seconds in (("v1", False, 0.001), ("v1", True, 0.002), ("v2", False, 0.004)):
        added.add("button", "green", unit, has_failed, seconds)
    added.add("button", "blue", "v3", False, 0.01)
    added.flush(0)
    ((_, (green, blue)),) = service.written
    assert (green.visitors, green.totals) == (2, (3, 1, 70))
    assert green.products == (2 * 2 + 1, 2 * 1, 2 * 30 + 40, 1, 30, 30 * 30 + 40 * 40)
    assert (blue.variant, blue.visitors, blue.totals) == ("blue", 1, (1, 0, 100))


def test_nothing_is_reported_within_the_window(service):
    added = Operations(service)
    added.add("button", "green", "v1", False, 0.001)
    added.flush()
    assert service.written == []
    added.flush(0)
    added.flush(0)
    assert len(service.written) == 1


def test_what_could_not_be_written_is_written_again_under_the_same_key(service):
    added = Operations(service)
    added.add("button", "green", "v1", False, 0.001)
    service.is_down = True
    with pytest.raises(Unavailable):
        added.flush(0)
    added.add("button", "green", "v1", False, 0.001)
    service.is_down = False
    added.flush(0)
    assert service.written[0] == service.written[1]
    added.flush(0)
    assert service.written[2][0] != service.written[0][0]


def test_more_visitors_than_it_can_hold_are_left_out(service, monkeypatch):
    monkeypatch.setattr(operations, "MAX_VISITORS", 2)
    added = Operations(service)
    for unit in ("v1", "v2", "v3", "v1"):
        added.add("button", "green", unit, False, 0.001)
    added.flush(0)
    ((_, (green,)),) = service.written
    assert (green.visitors, green.totals[0]) == (2, 3)
