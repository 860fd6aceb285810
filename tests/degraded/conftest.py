"""Fixtures: the shop as separate processes, each behind a proxy, and functions that make one of them unavailable."""

import signal
import time
from contextlib import contextmanager

import pytest

from tests import split
from tests.degraded import checks, proxies, world
from tests.journeys import conftest as journeys
from tests.journeys import shop as shops

SLOW_SECONDS = 0.5
# For a machine that is busy: calls get so many times the time that their contracts allow, in these tests.
TIMEOUT_SECONDS = 4
BACK_SECONDS = 90


class Proxied(split.Split):
    """Separate processes that reach each other through proxies."""

    def __init__(self, folder):
        self.proxies = {}
        super().__init__(folder, DEADLINE_FACTOR=str(TIMEOUT_SECONDS))

    def services(self):
        """Where each context's proxy is."""
        for process in self.processes:
            self.proxies.setdefault(process.contexts, proxies.Proxy(process.port))
        return {context: [proxy.address] for context, proxy in self.proxies.items()}

    def start(self):
        """Start the proxies and the processes."""
        for proxy in self.proxies.values():
            proxy.open()
        super().start()

    def stop(self):
        """Stop all processes."""
        super().stop()
        for proxy in self.proxies.values():
            proxy.end()


@pytest.fixture(scope="package")
def proxied(tmp_path_factory):
    """The shop as separate processes behind proxies, for as long as the tests of this worker run."""
    running = Proxied(tmp_path_factory.mktemp("degraded"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture
def abroad(proxied, settings, db):
    """The shop in those processes, with something in it; this process hosts nothing."""
    journeys.go_abroad(settings, proxied)
    return world.stocked(shops.Shop(shops.Separate(proxied.of("gateway")[0].port, proxied.mails)))


@contextmanager
def stopped(shop, service):
    """The process is killed, and its port refuses; later it is started again."""
    (process,) = shop.of(service)
    process.stop(signal.SIGKILL)
    shop.proxies[service].close()
    try:
        yield
    finally:
        shop.proxies[service].open()
        process.start()
        process.wait()


@contextmanager
def frozen(shop, service):
    """The process is frozen: connections are open, and no response arrives."""
    (process,) = shop.of(service)
    process.send(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send(signal.SIGCONT)


@contextmanager
def slow(shop, service):
    """All responses of the process are half a second late."""
    shop.proxies[service].delay = SLOW_SECONDS
    try:
        yield
    finally:
        shop.proxies[service].delay = 0.0


def wait_until_whole(here):
    """Wait until everything is answered again: breakers close, followers catch up."""
    until = time.monotonic() + BACK_SECONDS
    while problem := checks.missing(here):
        assert time.monotonic() < until, f"It is back, and still: {problem}"
        time.sleep(0.2)
    here.shop.catch_up()
