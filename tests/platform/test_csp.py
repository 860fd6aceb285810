"""The Content-Security-Policy: on every answer, without anything unsafe, and nothing inline on any page."""

import gzip
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.views.generic import View

from tests.wire import posting
from thriftshop.processes import draining
from thriftshop.rpc import hosting
from thriftshop.web import csp

pytestmark = pytest.mark.django_db

INLINE = re.compile(
    rb"<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)


class Broken(View):
    def get(self, _):
        raise RuntimeError("broken on purpose")


class Own(View):
    def get(self, _):
        return HttpResponse("", headers={csp.HEADER: "default-src 'none'"})


urlpatterns = [path("broken", Broken.as_view()), path("own", Own.as_view()), path("", include("thriftshop.urls"))]


def policy(response):
    return response.headers[csp.HEADER]


def assert_safe(found):
    assert found.startswith("default-src 'none'")
    assert "unsafe" not in found
    assert "frame-ancestors 'none'" in found
    assert "base-uri 'none'" in found
    assert "*" not in found


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/admin/login/", 200),
        ("/admin/", 302),
        ("/admin", 301),
        ("/admin/orders/order/", 302),
        ("/registry", 302),
        ("/favicon.ico", 302),
        ("/account/verify-email", 200),
        ("/account/reset-password", 200),
        ("/no/such/page", 404),
        ("/livez", 200),
        ("/metrics", 200),
        ("/broken", 500),
    ],
)
def test_every_response_has_a_policy_without_unsafe_sources(address, status, settings):
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    response = client.get(address)
    assert response.status_code == status
    assert_safe(policy(response))
    if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
        assert not INLINE.search(response.content)


def test_responses_of_middleware_have_the_policy(settings):
    refused = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    assert refused.status_code == 403
    assert_safe(policy(refused))
    stranger = Client().get("/", headers={"host": "evil.example"})
    assert stranger.status_code == 400
    assert_safe(policy(stranger))
    settings.SECURE_SSL_REDIRECT = True
    redirected = Client().get("/")
    assert redirected.status_code == 301
    assert_safe(policy(redirected))


@pytest.mark.parametrize(("address", "status"), [("/no/such/page", 404), ("/broken", 500)])
def test_debug_pages_have_a_policy_without_unsafe_sources(address, status, settings):
    settings.DEBUG = True
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    plain, compressed = client.get(address), client.get(address, headers={"accept-encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    for response, body in ((plain, plain.content), (compressed, gzip.decompress(compressed.content))):
        assert response.status_code == status
        assert_safe(policy(response))
        inline = csp.INLINE.findall(body.decode())
        assert inline
        for tag, content in inline:
            assert csp.digest(content) in policy(response), tag


def test_a_policy_set_by_a_view_is_kept(settings):
    settings.ROOT_URLCONF = __name__
    assert policy(Client().get("/own")) == "default-src 'none'"


def test_images_are_allowed_from_the_media_origin(settings):
    settings.MEDIA_URL = "https://pictures.example/shop/"
    assert "img-src 'self' https://pictures.example;" in csp.pages()


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/livez", {}),
        ("GET", "/readyz", {}),
        ("GET", "/thrift", {}),
        ("GET", "/graphql", {"accept": "text/html", "host": "localhost"}),
        ("GET", "/graphql", {"accept": "application/json", "host": "localhost"}),
        ("POST", "/graphql", {"content-type": "application/json", "host": "localhost"}),
    ],
)
def test_responses_outside_of_django_have_the_policy(method, path, headers, settings):
    settings.GRAPHQL_OPEN = True
    answer = posting.post(path, b"{}", headers, method)
    assert_safe(answer.headers["content-security-policy"])
    assert not INLINE.search(answer.body)


def test_refusals_during_shutdown_have_the_policy(monkeypatch):
    monkeypatch.setattr(hosting, "_draining", True)
    assert draining.is_refusing()
    answer = posting.post("/", b"", {"host": "localhost"}, "GET")
    assert answer.status == 503
    assert_safe(answer.headers["content-security-policy"])
