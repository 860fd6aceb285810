"""Compressed responses, for clients that accept them and bodies that are large enough."""

import gzip

import orjson
import pytest

from tests.graphql.test_asgi import JSON, request

LARGE = orjson.dumps({"query": "{ levels(first: 100) { nodes { id sku onHand available } } }"})
SMALL = orjson.dumps({"query": '{ hello(name: "Ada") }'})


def ask(body, accept=None):
    headers = (JSON,) if accept is None else (JSON, (b"accept-encoding", accept.encode()))
    status, headers, content = request(parts=(body,), headers=headers)
    assert status == 200
    assert headers[b"content-length"] == str(len(content)).encode()
    assert b"Accept-Encoding" in headers[b"vary"]
    return headers.get(b"content-encoding"), content


@pytest.mark.parametrize("accept", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "*", "GZIP", "gzip;q=0.001"])
def test_a_large_response_is_compressed_if_the_client_accepts_it(accept):
    encoding, content = ask(LARGE, accept)
    _, plain = ask(LARGE)
    assert encoding == b"gzip"
    assert gzip.decompress(content) == plain
    assert len(content) < len(plain) / 2


@pytest.mark.parametrize("accept", [None, "", "identity", "br", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "x-gzip;q"])
def test_a_response_is_not_compressed_if_the_client_does_not_accept_it(accept):
    encoding, content = ask(LARGE, accept)
    assert encoding is None
    assert len(orjson.loads(content)["data"]["levels"]["nodes"]) == 100


def test_a_response_that_fits_in_one_packet_is_not_compressed():
    assert ask(SMALL, "gzip")[0] is None


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/admin/login/", "/registry"])
def test_djangos_pages_are_compressed_as_well(client, path):
    response = client.get(path, headers={"accept-encoding": "gzip"}, follow=True)
    assert (response.status_code, response["content-encoding"]) == (200, "gzip")
    assert "Accept-Encoding" in response["vary"]
    assert b"<html" in gzip.decompress(response.content)


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
def test_a_large_response_of_the_django_view_is_compressed_in_either_media_type(client, accept):
    headers = {"accept-encoding": "gzip", "accept": accept}
    response = client.post("/graphql", LARGE, content_type="application/json", headers=headers)
    assert (response.status_code, response["content-encoding"]) == (200, "gzip")
    assert len(orjson.loads(gzip.decompress(response.content))["data"]["levels"]["nodes"]) == 100


def test_a_thrift_message_is_not_compressed(client):
    response = client.post(
        "/thrift", b"x" * 5_000, content_type="application/x-thrift", headers={"accept-encoding": "gzip"}
    )
    assert "content-encoding" not in response
