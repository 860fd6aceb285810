"""The headers of every response: those that Django sets elsewhere, and CORS."""

import orjson
import pytest

from tests.gateway import client
from tests.graphql.test_asgi import request
from thriftshop.graphql import endpoint

HELLO = {"query": '{ hello(name: "Ada") }'}
SHOP, EVIL = "https://shop.example", "https://evil.example"
PREFLIGHT = {
    "method": "OPTIONS",
    "access_control_request_method": "POST",
    "access_control_request_headers": "authorization,content-type",
}
HTTPS = (b"x-forwarded-proto", b"https")
JSON = (b"content-type", b"application/json")
ANSWERS = {
    "an answer": ({"body": HELLO}, 200),
    "a refusal": ({"body": b"{"}, 400),
    "a wrong method": ({"body": b"", "method": "PUT"}, 405),
    "the explorer": ({"body": b"", "method": "GET", "accept": "text/html"}, 200),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_response_has_the_headers_that_django_sets_elsewhere(settings, name):
    settings.GRAPHQL_OPEN = True
    arguments, status = ANSWERS[name]
    response = client.send(**arguments)
    assert response.status == status
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    assert "strict-transport-security" not in response.headers


@pytest.fixture
def production(settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True


def test_production_sends_hsts(production):
    status, headers, _ = request(headers=(JSON, HTTPS))
    assert (status, headers[b"strict-transport-security"]) == (200, b"max-age=31536000; includeSubDomains; preload")


@pytest.mark.parametrize("said", [(), ((b"x-forwarded-proto", b"http"),)], ids=["nothing said", "said to be plain"])
def test_production_refuses_plain_http(production, said):
    status, headers, body = request(headers=(JSON, *said))
    assert (status, orjson.loads(body)["errors"][0]["extensions"]["code"]) == (403, "HTTPS_REQUIRED")
    assert b"strict-transport-security" not in headers


def test_the_django_view_has_the_same_headers(production, client):
    response = client.post("/graphql", HELLO, content_type="application/json", headers={"x-forwarded-proto": "https"})
    assert response.json()["data"] == {"hello": "Hello Ada!"}
    assert response["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert (response["referrer-policy"], response["x-frame-options"]) == ("same-origin", "DENY")


@pytest.mark.parametrize("sent", [{"body": HELLO}, {"body": b"", **PREFLIGHT}], ids=["request", "preflight"])
def test_by_default_no_other_origin_is_allowed(sent):
    headers = client.send(**sent, origin=EVIL).headers
    assert not [name for name in headers if name.startswith("access-control")]


def test_only_the_origins_of_the_setting_are_allowed(settings):
    settings.GRAPHQL_ORIGINS = [SHOP]
    for origin, given in ((SHOP, SHOP), (EVIL, None), ("null", None), ("https://shop.example.evil.example", None)):
        response = client.send(HELLO, origin=origin)
        assert response.headers.get("access-control-allow-origin") == given
        assert response.headers["vary"] == "Accept, Origin"
        assert "access-control-allow-credentials" not in response.headers


def test_preflight_requests_are_answered(settings):
    settings.GRAPHQL_ORIGINS = [SHOP]
    response = client.send(b"", origin=SHOP, **PREFLIGHT)
    assert (response.status, response.body) == (204, b"")
    assert response.headers["access-control-allow-origin"] == SHOP
    assert response.headers["access-control-allow-methods"] == "GET, POST"
    assert "Authorization, Content-Type" in response.headers["access-control-allow-headers"]
    assert "Origin" in response.headers["vary"]
    assert client.send(b"", origin=EVIL, **PREFLIGHT).status == 405


def test_all_origins_can_be_allowed(settings):
    settings.GRAPHQL_ORIGINS = ["*"]
    assert client.send(HELLO, origin=EVIL).headers["access-control-allow-origin"] == "*"
    assert client.send(b"", origin=EVIL, **PREFLIGHT).status == 204


def test_repeated_headers_are_joined(settings, monkeypatch):
    """A proxy may add a header line of its own instead of extending the existing one."""
    settings.PROXIES = 2
    seen = []
    real = endpoint.handle

    async def handle(incoming):
        seen.append(incoming.address)
        return await real(incoming)

    monkeypatch.setattr(endpoint, "handle", handle)
    request(headers=(JSON, (b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-for", b"198.51.100.1")))
    assert seen == ["203.0.113.9"]


def test_an_exception_outside_of_any_field_is_reported_as_an_error(monkeypatch, caplog):
    def broken(*_):
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr("thriftshop.graphql.execution.Engine.prepare", broken)
    response = client.send(HELLO)
    (error,) = orjson.loads(response.body)["errors"]
    assert (response.status, error["extensions"]["code"]) == (500, "INTERNAL")
    assert len(error["extensions"]["traceId"]) == 32
    assert "secret" not in str(error)
    assert "secret of the house" in caplog.text
