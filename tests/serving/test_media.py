"""Pictures from real servers in production settings: by every replica of the catalog, and by the gateway beside them."""

import http.client
import json

import pytest

from tests import split
from tests.catalog.test_images import picture

pytestmark = pytest.mark.slow
PROXIED = {"X-Forwarded-Proto": "https"}  # else production sends a client on to https
UPLOAD = """
import sys
from idl import catalog, common
from thriftshop import call_context, rpc
content = open({path!r}, "rb").read()
with call_context.using(caller="demo"):
    shop = rpc.connect(catalog.CatalogService)
    price = common.Money(amount=1000, currency="GBP")
    shop.put_products([catalog.ProductInput(sku="LAMP", name="Lamp", prices=[price], status=2)], False)
    print(shop.add_image("LAMP", content, "A lamp").url)
"""


def ask(process, path, method="GET", body=None, **headers):
    """Status, headers by lower-case names, and body."""
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=60)
    try:
        connection.request(method, path, body, {**PROXIED, **headers})
        found = connection.getresponse()
        return found.status, {name.lower(): value for name, value in found.getheaders()}, found.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Two replicas of the catalog on one database, and a gateway; with a picture that was uploaded to the first."""
    folder = tmp_path_factory.mktemp("media")
    keys = {"SECRET_KEY": "s" * 60, "VIEWER_KEYS": "v" * 60, "SERVICE_KEYS": "k" * 60}
    production = {"DJANGO_SETTINGS_MODULE": "settings.production", "ALLOWED_HOSTS": "*", "MEDIA_ROOT": "", **keys}
    first = split.Process("catalog", folder, {**production, "MEDIA_ROOT": str(folder / "one")}, name="catalog-1")
    first.start()
    first.wait()
    second = split.Process("catalog", folder, {**production, "MEDIA_ROOT": str(folder / "two")}, name="catalog-2")
    services = f"catalog={first.address}|{second.address}"
    gateway = split.Process("gateway", folder, {**production, "MEDIA_ROOT": str(folder), "SERVICES": services})
    for process in (second, gateway):
        process.start()
        process.wait()
    file = folder / "lamp.png"
    file.write_bytes(picture())
    result = first.manage("shell", "-v", "0", "-c", UPLOAD.format(path=str(file)))
    assert result.returncode == 0, result.stderr
    yield first, second, gateway, result.stdout.strip().splitlines()[-1]
    for process in (first, second, gateway):
        process.stop()


def test_every_process_serves_an_image_uploaded_to_one_replica(shop):
    *processes, address = shop
    for process in processes:
        status, headers, body = ask(process, address)
        assert (status, body) == (200, picture()), process.name
        assert headers["content-type"] == "image/png"
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        assert headers["x-content-type-options"] == "nosniff"
        assert ask(process, address, **{"If-None-Match": headers["etag"]})[0] == 304
        status, head, body = ask(process, address, "HEAD")
        assert (status, head["content-length"], body) == (200, str(len(picture())), b"")
        assert ask(process, address.replace(".png", "x.png"))[0] == 404


def test_image_urls_in_graphql_lead_to_the_gateway(shop):
    *_, gateway, address = shop
    query = json.dumps({"query": '{ product(sku: "lamp") { images { url renditions { url width } } } }'}).encode()
    status, _, body = ask(gateway, "/graphql", "POST", query, **{"Content-Type": "application/json"})
    assert status == 200, body
    (image,) = json.loads(body)["data"]["product"]["images"]
    origin = f"https://127.0.0.1:{gateway.port}"
    assert image["url"] == origin + address
    for one in image["renditions"]:
        status, headers, _ = ask(gateway, one["url"].removeprefix(origin))
        assert (status, headers.get("content-type")) == (200, "image/webp"), gateway.tail()
