"""Fixtures of the tests of events: each runs once per event store, and those that follow events on Kafka too."""

import pytest

from tests import stores

FOLLOWING = ("tests.events.test_feed", "tests.events.test_processor")


@pytest.fixture(params=stores.ALL)
def event_store(request):
    """Every test that asks for it runs once per event store, also on Cassandra."""
    return stores.use(request)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc):
    """Adds Kafka to the parameters of the fixture `event_store`."""
    if "event_store" in metafunc.fixturenames and metafunc.module.__name__ in FOLLOWING:
        every = [*stores.ALL, *stores.KAFKA_CLIENTS]
        metafunc.definition.add_marker(pytest.mark.parametrize("event_store", every, indirect=True))


def pytest_collection_modifyitems(items):
    """Leaves out, on Kafka, the transport that a feed of this process does not use, and the local one to others."""
    items[:] = [item for item in items if not is_repeated(getattr(item, "callspec", None))]


def is_repeated(callspec):
    """Whether a test on Kafka is the same over again."""
    if callspec is None or callspec.params.get("event_store") not in stores.KAFKA_CLIENTS:
        return False
    source, transport = callspec.params.get("source"), callspec.params.get("transport")
    return (source, transport) in (("embedded", "loopback"), ("remote", "local"))
