"""Beacons of a real browser: what a page sends as docs/analytics.md shows, also while it is being left."""

import http.server
import threading
import time

import pytest

from apps.analytics.models import Exclusion
from apps.gateway import tracking
from apps.gateway.schema import tracking as schema
from tests.analytics import visitors
from tests.browser import conftest
from thriftshop.graphql import rates

# Chromium without a window says so in its own header, which is that of a bot.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
SEND = """([send, url, consent, kinds]) => {
  const now = new Date().toISOString();
  const events = kinds.map(([kind, properties]) => ({id: crypto.randomUUID(), kind, occurredAt: now, properties}));
  const input = {visitorId: "VISITOR", sessionId: "SESSION", consent, sentAt: now, events};
  const query = "mutation ($input: TrackInput!) { track(input: $input) { __typename } }";
  const body = JSON.stringify({query, variables: {input}});
  const beacon = () => navigator.sendBeacon(url, new Blob([body], {type: "application/json"}));
  if (send === "beacon") return beacon();
  if (send === "leave") return addEventListener("pagehide", beacon);
  return fetch(url, {method: "POST", body, keepalive: true, headers: {"content-type": "application/json"}})
    .then(answer => answer.ok, () => false);
}""".replace("VISITOR", visitors.VISITOR).replace("SESSION", visitors.SESSION)
VIEWED = ["productViewed", '{"sku": "MUG-1"}']
MANY = [VIEWED] * 50


@pytest.fixture(scope="module")
def visitors_browser(browser):
    """A browser that does not look like a bot; a context's own header is not that of beacons of a page that is left."""
    flags = [*conftest.FLAGS, f"--user-agent={BROWSER}"]
    opened = browser.browser_type.launch(executable_path=conftest.CHROMIUM, args=flags)
    yield opened
    opened.close()


@pytest.fixture
def page(visitors_browser, live_server, transactional_db, monkeypatch):
    """A page of the shop."""
    monkeypatch.setattr(tracking, "BUFFER", tracking.Buffer())
    monkeypatch.setattr(schema, "buckets", rates.Buckets())
    context = visitors_browser.new_context(base_url=live_server.url)
    opened = context.new_page()
    opened.goto("/")
    yield opened
    context.close()


def sent(page, how: str, *events, consent: str = "ANALYTICS", url: str = "/graphql"):
    """Send events, wait until the shop has them, and record them."""
    answer = page.evaluate(SEND, [how, url, consent, list(events)])
    if how == "leave":
        page.goto("/accounts/")
    limit = time.monotonic() + 30
    while not len(tracking.BUFFER._waiting) and time.monotonic() < limit:
        page.wait_for_timeout(20)
    tracking.BUFFER.flush()
    return answer


def kinds() -> list[str]:
    return [record.kind for record in visitors.recorded()]


def test_a_beacon_is_recorded(page):
    assert sent(page, "beacon", VIEWED, ["pageViewed", '{"path": "/mugs"}']) is True
    assert kinds() == ["ProductViewed", "PageViewed"]


def test_a_beacon_of_the_largest_batch_is_recorded(page):
    assert sent(page, "beacon", *MANY) is True
    assert len(kinds()) == 50


def test_a_beacon_that_is_sent_while_the_page_is_left_is_recorded(page):
    sent(page, "leave", VIEWED)
    assert kinds() == ["ProductViewed"]


def test_a_beacon_without_consent_is_not_recorded(page):
    sent(page, "beacon", VIEWED, consent="NONE")
    assert kinds() == []
    assert list(Exclusion.objects.values_list("reason", "events")) == [("no consent", 1)]


class Empty(http.server.BaseHTTPRequestHandler):
    """A page without anything."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Another shop</title>")

    def log_message(self, *_):
        """Nothing is logged."""


@pytest.fixture
def elsewhere(page):
    """A page of another origin."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield page
        server.shutdown()


def test_a_page_of_another_origin_that_is_allowed_sends_by_fetch(elsewhere, live_server, settings):
    settings.GRAPHQL_ORIGINS = [elsewhere.evaluate("location.origin")]
    assert sent(elsewhere, "fetch", VIEWED, url=f"{live_server.url}/graphql") is True
    assert kinds() == ["ProductViewed"]


@pytest.mark.parametrize("allowed", [False, True])
def test_neither_a_foreign_page_nor_a_beacon_of_another_origin_is_recorded(elsewhere, live_server, settings, allowed):
    settings.GRAPHQL_ORIGINS = [elsewhere.evaluate("location.origin")] if allowed else []
    with elsewhere.expect_event("requestfailed", lambda request: request.method == "POST"):
        elsewhere.evaluate(
            SEND, ["beacon" if allowed else "fetch", f"{live_server.url}/graphql", "ANALYTICS", [VIEWED]]
        )
    tracking.BUFFER.flush()
    assert kinds() == []
