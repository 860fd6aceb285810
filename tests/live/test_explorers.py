"""GraphiQL follows a subscription in a browser, within its page's strict policy."""

import contextlib
import os

import pytest
from playwright import sync_api

from tests.browser.conftest import CHROMIUM, FLAGS, TIMEOUT_SECONDS

QUERY = "subscription Follow { products(skus: [%s]) { sku stock { available } } }"


@pytest.fixture
def page(live):
    """A page; errors of scripts and violations of the policy fail the test."""
    if not os.access(CHROMIUM, os.X_OK):
        problem = f"There is no browser at {CHROMIUM}: apt-get install chromium."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(problem)
    problems = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=TIMEOUT_SECONDS)
        opened = browser.new_page()
        opened.set_default_timeout(TIMEOUT_SECONDS)
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on("console", lambda message: problems.append(message.text) if "Policy" in message.text else None)
        yield opened
        browser.close()
    assert problems == []


def execute_until(page, result, text, attempts=10):
    """Execute the document until the result has a text: GraphiQL notices only after a moment that it is a subscription."""
    for _ in range(attempts):
        page.get_by_role("button", name="Execute query").click()
        with contextlib.suppress(AssertionError):
            sync_api.expect(result).to_contain_text(text, timeout=TIMEOUT_SECONDS / attempts)
            return


def test_graphiql_follows_a_subscription_over_a_websocket(live, page):
    lamp = live.stock("LAMP", 1)
    page.goto(f"http://127.0.0.1:{live.port}/graphql")
    document = QUERY % f'"{lamp}"'
    editor = page.locator(".graphiql-query-editor .CodeMirror")
    editor.evaluate("(editor, text) => editor.CodeMirror.setValue(text)", document)
    result = page.get_by_label("Result Window").first
    execute_until(page, result, "available")
    sync_api.expect(result).to_contain_text('"available": 1', timeout=TIMEOUT_SECONDS)
    assert live.metric("thriftshop_live_connections", transport="websocket") >= 1
    live.receive(6, lamp)
    sync_api.expect(result).to_contain_text('"available": 7', timeout=TIMEOUT_SECONDS)
