"""Fixtures for journeys: a shop in one process, over real bytes, and as separate processes; those start once for all journeys."""

import pytest

from tests import conftest, split
from tests.journeys import shop as shops
from thriftshop.rpc.http import sync_connections


@pytest.fixture(scope="package")
def processes(tmp_path_factory):
    """The shop as separate processes, for as long as the tests of this worker run."""
    running = split.Split(tmp_path_factory.mktemp("split"))
    try:
        running.start()
        yield running
    finally:
        sync_connections.close()
        running.stop()


@pytest.fixture(params=["local", "loopback", "http"])
def transport(request, settings):
    """Every journey runs once per transport; with `http` this process hosts nothing and asks those that do."""
    if request.param == "http":
        go_abroad(settings, request.getfixturevalue("processes"))
    else:
        settings.RPC_TRANSPORT = request.param
    return request.param


def go_abroad(settings, processes):
    """From now on this process hosts nothing."""
    settings.CONTEXTS = []
    settings.SERVICES = processes.services()
    conftest.forget()


@pytest.fixture
def shop(request, transport, db):
    """A shop to go through."""
    if transport != "http":
        return shops.Shop(shops.OneProcess())
    return shops.Shop(door(request.getfixturevalue("processes")))


@pytest.fixture
def apart(processes, settings, db):
    """The shop as separate processes, for tests that need them."""
    go_abroad(settings, processes)
    return shops.Shop(door(processes))


def door(processes):
    """The way into the separate processes."""
    return shops.Separate(processes.of("gateway")[0].port, processes.mails)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Add the processes' logs to the report of a failure."""
    report = yield
    running = getattr(item, "funcargs", {}).get("processes")
    if report.failed and running is not None:
        report.sections.append(("the processes", running.logs()))
    return report
