"""Fixtures: a browser, a server, a filled shop, and a member of staff."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from playwright import sync_api

from tests.browser import shop

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
EMAIL, PASSWORD = "boss@shop.example", "a long walk to the shop"
TIMEOUT_SECONDS = 60_000  # milliseconds, for a machine that is busy with other things

# The staff's core journeys run once per transport; how pages look and what forms refuse is the same over each.
over_every_transport = pytest.mark.usefixtures("transport")


def pytest_collection_modifyitems(items):
    """Every test of this folder drives the browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser():
    """One browser for all of these tests, closed after the last of them."""
    if not os.access(CHROMIUM, os.X_OK):
        problem = f"There is no browser at {CHROMIUM}: apt-get install chromium."
        if os.environ.get("CI") == "true":
            pytest.fail(problem)
        pytest.skip(problem)
    with pytest.MonkeyPatch.context() as patch, sync_api.sync_playwright() as playwright:
        # The driver keeps an event loop in this thread; Django would take our queries for ones made within it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        sync_api.expect.set_options(timeout=TIMEOUT_SECONDS)
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=TIMEOUT_SECONDS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser, live_server):
    """A page in a new browser context. Errors of scripts and violations of the policy fail the test."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(TIMEOUT_SECONDS)
    opened = context.new_page()
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on(
        "console", lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None
    )
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def staff(transactional_db, request):
    """A superuser's page; in an open shop, if the test has one."""
    if "goods" in request.fixturenames:
        request.getfixturevalue("goods")
    return get_user_model().objects.create_superuser(email=EMAIL, password=PASSWORD, name="Bea Boss")


@pytest.fixture
def desk(page, staff, client, live_server):
    """A page on which they are logged in."""
    client.force_login(staff)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return page


@pytest.fixture(scope="package")
def snapshot():
    """The saved database of the filled shop; empty before the first test."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as database:
        yield database


@pytest.fixture
def goods(transactional_db, snapshot):
    """A shop with something of everything: products, stock, customers, carts, orders in every state."""
    connection.ensure_connection()
    if snapshot.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        snapshot.backup(connection.connection)
        ContentType.objects.clear_cache()
        return
    shop.fill()
    connection.connection.backup(snapshot)
