"""GraphQL over server-sent events: one operation a request."""

import asyncio
import contextlib
import http.client
import json
from urllib.parse import urlencode

import pytest

from tests.live import serving
from tests.live.serving import CART, PRODUCTS
from tests.live.websocket import TIMEOUT_SECONDS

STREAM = "text/event-stream"


class Events:
    """A stream of events, read line by line in a thread."""

    def __init__(self, live, query, *, method="POST", token="", variables=None, **headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=TIMEOUT_SECONDS)
        sent = {"Accept": STREAM} | {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if method == "POST":
            content = {"query": query, "variables": variables or {}} if isinstance(query, str) else query
            body = json.dumps(content)
            self.connection.request("POST", "/graphql", body, {"Content-Type": "application/json", **sent})
        else:
            parameters = urlencode({"query": query, "variables": json.dumps(variables or {})})
            self.connection.request(method, f"/graphql?{parameters}", headers=sent)
        self.response = self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.response.close()
        self.connection.close()

    def raw(self):
        """The fields of the next event, comments left out; None at the end of the stream."""
        fields = {}
        while line := self.response.readline().decode():
            if line == "\n" and fields:
                return fields
            name, _, value = line.rstrip("\n").partition(":")
            if name:
                fields[name] = value.strip()
        return None

    def next(self):
        """The result of the next event."""
        event = self.raw()
        assert event["event"] == "next", event
        return json.loads(event["data"])


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_states_are_sent_as_next_events(live, method):
    lamp = live.stock("LAMP", 1)
    with Events(live, PRODUCTS, method=method, variables={"skus": [lamp]}) as events:
        assert (events.response.status, events.response.getheader("content-type")) == (200, f"{STREAM}; charset=utf-8")
        assert events.response.getheader("cache-control") == "no-store"
        assert events.next()["data"]["products"]["stock"]["available"] == 1
        live.receive(1, lamp)
        assert events.next()["data"]["products"]["stock"]["available"] == 2


def test_production_subscribes_by_get_but_does_not_query(strict):
    lamp = strict.stock("LAMP", 1)
    with Events(strict, PRODUCTS, method="GET", variables={"skus": [lamp]}) as events:
        assert events.next()["data"]["products"]["sku"] == lamp
    with Events(strict, "{ __typename }", method="GET") as events:
        assert events.next()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_queries_and_mutations_end_with_complete(live):
    with Events(live, '{ product(sku: "NOTHING") { name } }') as events:
        assert events.next()["data"] == {"product": None}
        assert events.raw() == {"event": "complete", "data": ""}
        assert events.raw() is None
    with Events(live, "mutation { openCart(input: {}) { __typename } }") as events:
        assert events.next()["data"] == {"openCart": {"__typename": "OpenCartSuccess"}}
        assert events.raw()["event"] == "complete"
    with Events(live, "mutation { openCart(input: {}) { __typename } }", method="GET") as events:
        assert events.next()["errors"][0]["message"] == "Mutations require POST."


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { myCart { id } }", "UNAUTHENTICATED"),
        ("subscription { products(skus: []) { sku } }", "INVALID_INPUT"),
        ("{ products(first: 101) { totalCount } }", "LIMIT_PAGE_SIZE"),
        ({"query": "{ __typename }", "variables": {"many": [0] * 10_001}}, "LIMIT_VALUES"),
        ({"documentId": "sha256:unknown"}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"query": "{ __typename }", "documentId": "sha256:another"}, "PERSISTED_QUERY_HASH_MISMATCH"),
    ],
)
def test_errors_of_the_operation_are_the_one_result_of_the_stream(live, query, code):
    with Events(live, query) as events:
        assert events.response.status == 200
        assert events.next()["errors"][0]["extensions"]["code"] == code
        assert events.raw()["event"] == "complete"
        assert events.raw() is None


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": "made up"}, 401),
        ({"method": "PUT"}, 405),
        ({"Content_Type": "text/plain"}, 415),
        ({"query": ""}, 400),
        ({"query": "# " + "x" * 20_000}, 413),
        ({"Host": "elsewhere.example"}, 400),
    ],
)
def test_errors_of_the_request_are_http_errors(strict, change, status):
    with Events(strict, **({"query": "{ __typename }"} | change)) as events:
        content = json.loads(events.response.read())
        assert (events.response.status, "errors" in content) == (status, True)
        assert events.response.getheader("content-type").startswith("application/json")


def test_a_batch_cannot_be_streamed(live):
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=TIMEOUT_SECONDS)
    with contextlib.closing(connection):
        headers = {"Content-Type": "application/json", "Accept": STREAM}
        connection.request("POST", "/graphql", '[{"query": "{ __typename }"}]', headers)
        assert connection.getresponse().status == 400


@pytest.mark.parametrize("accept", ["application/json, text/event-stream", "*/*", "text/event-stream;q=0.5, */*"])
def test_who_accepts_json_as_well_gets_json(live, accept):
    with Events(live, "{ __typename }", Accept=accept) as events:
        assert events.response.getheader("content-type").startswith("application/json")
        assert json.loads(events.response.read())["data"] == {"__typename": "Query"}


async def test_a_stream_resumes_after_the_last_event_id(live):
    ann, lamp = live.shop.person("ann"), live.stock("LAMP", 9)
    version = live.add(ann, lamp)
    with Events(live, CART, token=ann.token) as events:
        event = await asyncio.to_thread(events.raw)
        assert event["id"] == str(json.loads(event["data"])["data"]["myCart"]["version"]) == str(version)
    with Events(live, CART, token=ann.token, Last_Event_ID=str(version)) as events:
        newer = live.add(ann, lamp)
        event = await asyncio.to_thread(events.raw)
        assert event["id"] == str(newer)
    missed = live.add(ann, lamp)
    with Events(live, CART, token=ann.token, Last_Event_ID=str(newer)) as events:
        assert (await asyncio.to_thread(events.raw))["id"] == str(missed)


async def test_a_stream_of_several_orders_begins_with_all_of_them_whatever_the_last_event_id(live):
    """Each order has versions of its own, so that the version of one says nothing about another."""
    ann, lamp = live.shop.person("ann"), live.stock("LAMP", 9)
    seen = live.place(ann, lamp, "seen")
    live.shop.catch_up()
    query = "subscription { myOrders { id version } }"
    with Events(live, query, token=ann.token) as events:
        event = await asyncio.to_thread(events.raw)
        assert "id" not in event
        version = json.loads(event["data"])["data"]["myOrders"]["version"]
    missed = live.place(ann, lamp, "missed")
    with Events(live, query, token=ann.token, Last_Event_ID=str(version + 10)) as events:
        orders = {(await asyncio.to_thread(events.next))["data"]["myOrders"]["id"] for _ in range(2)}
        assert orders == {seen["id"], missed["id"]}


async def test_the_end_of_a_session_ends_its_streams(live):
    ann = live.shop.person("ann")
    with Events(live, CART, token=ann.token) as events:
        assert (await asyncio.to_thread(events.raw))["event"] == "next"
        live.shop.data("mutation { logOut { __typename } }", ann.token)
        assert await asyncio.to_thread(events.raw) is None
    with Events(live, CART, token=ann.token) as events:
        assert events.response.status == 401


async def test_a_client_that_leaves_ends_its_subscription_and_comments_keep_others_open(strict):
    lamp = strict.stock("LAMP", 1)
    with Events(strict, PRODUCTS, variables={"skus": [lamp]}) as events:
        events.next()
        assert strict.metric("thriftshop_live_connections", transport="sse") == 1
        comments = [events.response.readline() for _ in range(6)]
        assert set(comments) == {b":\n", b"\n"}
    await serving.until(lambda: strict.metric("thriftshop_live_connections", transport="sse") == 0)
    assert strict.metric("thriftshop_live_subscriptions", field="products") == 0
