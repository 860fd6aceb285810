"""Fixtures for the tests of subscriptions, whose functions may be coroutines."""

import asyncio
import inspect

import pytest

from tests.live import serving, websocket


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a test that is a coroutine function on an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(websocket.closing(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})))
    return True


@pytest.fixture(scope="package")
def process(tmp_path_factory):
    """A shop in one process."""
    with serving.running(serving.monolith(tmp_path_factory.mktemp("live"), "shop")) as running:
        yield running


@pytest.fixture
def live(process, settings):
    """The shop in one process."""
    return serving.connected(settings, process)


@pytest.fixture(scope="package")
def strict_process(tmp_path_factory):
    """A shop with tight limits, as in production."""
    variables = {
        "DJANGO_SETTINGS_MODULE": "settings.production",
        "SECURE_SSL_REDIRECT": "no",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "GRAPHQL_SOCKET_INIT_SECONDS": "1",
        "GRAPHQL_SOCKET_PING_SECONDS": "1",
        "GRAPHQL_SOCKET_QUEUE": "30",
        "GRAPHQL_MAX_CONNECTIONS": "4",
        "GRAPHQL_MAX_BODY": "20000",
        "GRAPHQL_ORIGINS": "https://shop.example",
    }
    with serving.running(serving.monolith(tmp_path_factory.mktemp("live"), "strict", **variables)) as running:
        yield running


@pytest.fixture
def strict(strict_process, settings):
    """The shop with tight limits."""
    return serving.connected(settings, strict_process)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Add the servers' logs to the report of a failure."""
    report = yield
    if report.failed:
        for name in ("process", "strict_process", "processes"):
            if running := getattr(item, "funcargs", {}).get(name):
                report.sections.append((name, running.logs() if hasattr(running, "logs") else running.tail(40)))
    return report
