"""Pictures as the gateway serves them, and their addresses."""

import pytest

from idl import catalog
from tests import acting
from tests.catalog.test_images import SVG, picture
from tests.gateway import client as api
from tests.gateway import shop
from thriftshop import media, rpc


@pytest.fixture
def images(stocked):
    """A picture and a drawing of the first product, as the contract has them."""
    with acting.as_service("demo"):
        service = rpc.connect(catalog.CatalogService)
        return [service.add_image(shop.sku(0), content, "A lamp") for content in (picture(), SVG)]


def fetch_product():
    return api.data('{ product(sku: "TS-000") { images { url thumbnailUrl renditions { url contentType } } } }')


def test_image_urls_are_absolute(images, settings):
    settings.PUBLIC_ORIGIN = ""
    for origin in (settings.PUBLIC_URL, "https://shop.example"):
        first, second = fetch_product()["product"]["images"]
        assert [first["url"], first["thumbnailUrl"]] == [origin + images[0].url, origin + images[0].thumbnail_url]
        renditions = [
            {"url": origin + rendition.url, "contentType": "image/webp"} for rendition in images[0].renditions
        ]
        assert (first["renditions"], second["renditions"]) == (renditions, [])
        settings.PUBLIC_ORIGIN = "https://shop.example"


def test_an_absolute_media_url_is_not_changed(stocked, settings):
    settings.MEDIA_URL = "https://cdn.example/media/"
    with acting.as_service("demo"):
        rpc.connect(catalog.CatalogService).add_image(shop.sku(0), SVG, "A lamp")
    (image,) = fetch_product()["product"]["images"]
    assert image["url"].startswith("https://cdn.example/media/catalog/")


def test_an_image_is_served_with_cache_headers(images, client):
    answer = client.get(images[0].url)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, picture(), "image/png")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = client.get(images[0].url, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    changed = client.get(images[0].url, headers={"If-None-Match": '"other"'})
    assert changed.status_code == 200
    head = client.head(images[0].url)
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(picture())))
    drawing = client.get(images[1].url)
    assert drawing["Content-Type"] == "image/svg+xml"
    assert drawing["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "path", ["/media/", "/media/catalog/ab/none.png", "/media/../manage.py", "/media/%2e%2e/x.png"]
)
def test_a_missing_file_is_not_found(db, client, path):
    assert client.get(path).status_code == 404


def test_only_reading_is_allowed(db, client):
    assert client.post("/media/catalog/ab/none.png").status_code == 405


def test_the_cache_fetches_each_image_once_within_its_size():
    asked_for = []

    def fetch(name):
        asked_for.append(name)
        return catalog.MediaFile(content=bytes(40), content_type="image/png", digest=name)

    cache = media.Cache(fetch, max_bytes=100)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert cache.get(name).digest == name
    assert asked_for == ["a", "b", "c", "b"]
