"""Pictures in object storage: stored in a bucket, served from its address, deleted with the picture."""

import json
import uuid

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from settings import storages
from tests import acting
from tests.catalog import factories
from tests.catalog.test_images import SVG, add, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(monkeypatch, settings):
    """An empty public bucket on a local server, configured as the shop's media storage."""
    name = f"pictures-{uuid.uuid4()}"
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for variable, value in (
        ("AWS_ACCESS_KEY_ID", "shop"),
        ("AWS_SECRET_ACCESS_KEY", "no secret"),
        ("MEDIA_BUCKET", name),
        ("MEDIA_ENDPOINT", f"http://{host}:{port}"),
        ("MEDIA_REGION", "eu-west-2"),
    ):
        monkeypatch.setenv(variable, value)
    bucket = boto3.resource("s3", endpoint_url=f"http://{host}:{port}", region_name="eu-west-2").Bucket(name)
    bucket.create(CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    bucket.Policy().put(Policy=json.dumps({"Version": "2012-10-17", "Statement": [everybody]}))
    settings.STORAGES = settings.STORAGES | {"default": storages.media("s3")}
    yield bucket
    server.stop()


def test_a_picture_is_served_from_the_bucketand_cached_forever(bucket):
    content = picture(size=(800, 400))
    image = add(factories.product(), content)
    assert len(list(bucket.objects.all())) == 1 + len(image.renditions)
    response = httpx.get(image.url)
    assert (response.content, response.headers["content-type"]) == (content, "image/png")
    assert "immutable" in response.headers["cache-control"]
    assert httpx.get(image.thumbnail_url).headers["content-type"] == "image/webp"
    assert httpx.get(add(factories.product(), SVG).url).content == SVG


def test_removing_a_picture_deletes_its_files_from_the_bucket(bucket, django_capture_on_commit_callbacks):
    sku = factories.product()
    image = add(sku, picture())
    with django_capture_on_commit_callbacks(execute=True), acting.as_staff("catalog"):
        factories.service().remove_image(sku, image.id)
    assert list(bucket.objects.all()) == []
    assert httpx.get(image.url).status_code == 404
