"""The ASGI application: GraphQL ahead of Django, Django for everything else, event processing from startup to shutdown."""

import threading

import orjson
import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator

from thriftshop import asgi
from thriftshop.graphql import endpoint
from thriftshop.processes import serving

BODY = orjson.dumps({"query": '{ hello(name: "Ada") }'})


def request(path="/graphql", parts=(BODY,), method="POST", headers=((b"content-type", b"application/json"),)):
    """Send one request in so many parts, to this machine unless its headers say otherwise; give the status, the headers
    and the body."""
    if not any(name == b"host" for name, _ in headers):
        headers = (*headers, (b"host", b"localhost"))

    async def send():
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": list(headers),
            "client": ("192.0.2.7", 1),
        }
        server = ApplicationCommunicator(asgi.application, scope)
        for index, part in enumerate(parts):
            await server.send_input({"type": "http.request", "body": part, "more_body": index < len(parts) - 1})
        start = await server.receive_output(60)
        body, more = b"", True
        while more:
            message = await server.receive_output(60)
            body += message.get("body", b"")
            more = message.get("more_body", False)
        await server.wait()
        return start["status"], dict(start["headers"]), body

    return async_to_sync(send)()


def test_graphql_is_answered_ahead_of_django(monkeypatch):
    monkeypatch.setattr(asgi, "django", None)
    status, headers, body = request()
    assert (status, orjson.loads(body)["data"]) == (200, {"hello": "Hello Ada!"})
    assert headers[b"content-length"] == str(len(body)).encode()


def test_a_body_may_arrive_in_parts():
    assert request(parts=(BODY[:5], b"", BODY[5:]))[0] == 200


def test_a_body_that_is_too_large_is_refused_without_buffering_it(settings):
    settings.GRAPHQL_MAX_BODY = 1_000
    status, _, body = request(parts=(b" " * 900,) * 50)
    assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (413, "LIMIT_BODY")


def test_a_body_that_does_not_arrive_times_out(monkeypatch):
    monkeypatch.setattr(endpoint, "BODY_SECONDS", 0.01)

    async def send():
        scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": [(b"host", b"localhost")]}
        server = ApplicationCommunicator(asgi.application, scope)
        await server.send_input({"type": "http.request", "body": b"{", "more_body": True})
        return (await server.receive_output(60))["status"]

    assert async_to_sync(send)() == 408


def test_everything_else_is_answered_by_django():
    status, headers, body = request("/no/such/page", parts=(b"",), method="GET", headers=((b"host", b"localhost"),))
    assert (status, headers[b"X-Frame-Options"]) == (404, b"DENY")
    assert b">Home<" in body


def test_without_a_gateway_there_is_no_graphql(settings):
    settings.GRAPHQL_GATEWAY = ""
    assert request(headers=((b"host", b"localhost"),))[0] == 404


def test_the_same_endpoint_answers_as_a_django_view(client):
    response = client.post("/graphql", BODY, content_type="application/json", headers={"accept": "application/json"})
    assert (response.status_code, response.json()["data"]) == (200, {"hello": "Hello Ada!"})
    assert response["cache-control"] == "no-store"


def test_a_websocket_is_closed_politely():
    async def knock():
        server = ApplicationCommunicator(asgi.application, {"type": "websocket", "path": "/graphql"})
        await server.send_input({"type": "websocket.connect"})
        return await server.receive_output(60)

    assert async_to_sync(knock)()["type"] == "websocket.close"


def test_events_are_processed_from_startup_to_shutdown(monkeypatch):
    """With a supervisor that processes nothing: tests own the database."""
    monkeypatch.setattr(serving.workers.Supervisor, "run", lambda runner: runner._stopping.wait())
    monkeypatch.setattr(serving.workers.leases, "release", lambda: None)

    async def live():
        server = ApplicationCommunicator(asgi.application, {"type": "lifespan"})
        await server.send_input({"type": "lifespan.startup"})
        started = await server.receive_output(60)
        running = [thread.name for thread in threading.enumerate()]
        await server.send_input({"type": "lifespan.shutdown"})
        ended = await server.receive_output(60)
        return started["type"], "events" in running, ended["type"]

    assert async_to_sync(live)() == ("lifespan.startup.complete", True, "lifespan.shutdown.complete")
    assert "events" not in [thread.name for thread in threading.enumerate()]


def test_a_failed_startup_is_reported_to_the_server(monkeypatch, settings):
    settings.GRAPHQL_GATEWAY = "tests.graphql.nowhere.GATEWAY"
    endpoint.gateway.cache_clear()

    async def live():
        server = ApplicationCommunicator(asgi.application, {"type": "lifespan"})
        await server.send_input({"type": "lifespan.startup"})
        return await server.receive_output(60)

    event = async_to_sync(live)()
    assert event["type"] == "lifespan.startup.failed"
    assert "nowhere" in event["message"]


@pytest.mark.parametrize("path", ["/GraphQL", "/graphql/x", "/graphql//"])
def test_only_the_one_path_is_graphql(path):
    assert request(path, headers=((b"host", b"localhost"),))[0] == 404


def test_a_trailing_slash_makes_no_difference(client):
    status, _, body = request("/graphql/")
    assert (status, orjson.loads(body)["data"]) == (200, {"hello": "Hello Ada!"})
    response = client.post("/graphql/", BODY, content_type="application/json")
    assert (response.status_code, response.json()["data"]) == (200, {"hello": "Hello Ada!"})


JSON = (b"content-type", b"application/json")


@pytest.mark.parametrize(
    "host",
    [b"evil.example", b"localhost.evil.example", b"", b"localhost/x", b"localhost, evil.example", b"a b", b"\xff"],
)
def test_a_host_that_is_not_allowed_is_refused(host):
    status, _, body = request(headers=(JSON, (b"host", host)))
    (error,) = orjson.loads(body)["errors"]
    assert (status, error["extensions"]["code"]) == (400, "BAD_REQUEST")
    assert error["message"].startswith("Invalid Host header ")


def test_allowed_hosts_may_have_a_port_and_subdomains(settings):
    settings.ALLOWED_HOSTS = [".shop.example"]
    for host, expected in ((b"shop.example", 200), (b"www.shop.example:8443", 200), (b"localhost", 400)):
        assert request(headers=(JSON, (b"host", host)))[0] == expected


def test_the_forwarded_host_is_used_if_the_setting_allows_it(settings):
    forwarded = (JSON, (b"host", b"localhost"), (b"x-forwarded-host", b"evil.example"))
    assert request(headers=forwarded)[0] == 200
    settings.USE_X_FORWARDED_HOST = True
    assert request(headers=forwarded)[0] == 400


@pytest.mark.parametrize("path", ["/graphql", "/thrift"])
def test_a_body_that_is_too_large_closes_its_connection(path):
    """What is left of it would be read as the next request."""
    status, headers, _ = request(path, parts=(b" " * 17_000_000, b" "))
    assert (status, headers[b"connection"]) == (413, b"close")


def test_a_far_too_large_content_length_is_refused_at_once():
    length = (b"content-length", b"1000000000")
    status, headers, body = request(parts=(b"",), headers=(JSON, length))
    assert (status, headers[b"connection"]) == (413, b"close")
    assert orjson.loads(body)["errors"][0]["extensions"]["code"] == "LIMIT_BODY"


def test_other_answers_leave_the_connection_open():
    assert b"connection" not in request()[1]
    assert b"connection" not in request(parts=(b"{",))[1]
