"""Pictures of products."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from apps.catalog.models import StoredFile
from idl import common
from tests import acting
from tests.catalog import factories

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600"><rect width="9" height="9"/></svg>'


def picture(kind="PNG", size=(800, 400), mode="RGB", **options):
    buffer = io.BytesIO()
    Image.new(mode, size, 120).save(buffer, kind, **options)
    return buffer.getvalue()


def add(sku, content, alt="A chest"):
    with acting.as_staff("catalog"):
        return factories.service().add_image(sku, content, alt)


def stored_content(url):
    with default_storage.open(url.removeprefix(default_storage.base_url)) as file:
        return file.read()


def files():
    return list(StoredFile.objects.order_by("name").values_list("name", flat=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_stored_with_a_thumbnail(transport, kind):
    sku = factories.product()
    content = picture(kind)
    image = add(sku, content)
    assert (image.alt, image.width, image.height) == ("A chest", 800, 400)
    assert stored_content(image.url) == content
    with Image.open(io.BytesIO(stored_content(image.thumbnail_url))) as small:
        assert (small.format, small.size) == ("WEBP", (320, 160))
    assert factories.read(sku).images == [image]


def test_a_large_picture_is_stored_in_several_sizes(transport):
    image = add(factories.product(), picture("JPEG", (2000, 1000)))
    assert [(rendition.width, rendition.height) for rendition in image.renditions] == [
        (320, 160),
        (640, 320),
        (1280, 640),
    ]
    for one in image.renditions:
        with Image.open(io.BytesIO(stored_content(one.url))) as small:
            assert (small.format, small.size, one.content_type) == ("WEBP", (one.width, one.height), "image/webp")
    assert image.thumbnail_url == image.renditions[0].url
    assert add(factories.product(), SVG).renditions is None


def test_the_served_file_is_the_stored_one(transport):
    content = picture()
    image = add(factories.product(), content)
    with acting.as_service("gateway"):
        file = factories.service().get_media(image.url.removeprefix("/media/"))
        thumbnail = factories.service().get_media(image.thumbnail_url.removeprefix("/media/"))
    assert (file.content, file.content_type, thumbnail.content_type) == (content, "image/png", "image/webp")
    assert file.digest != thumbnail.digest


def test_a_picture_stored_in_the_media_folder_is_served(settings):
    name = "catalog/ab/abcdef.svg"
    file = settings.MEDIA_ROOT / name
    file.parent.mkdir(parents=True)
    file.write_bytes(SVG)
    with acting.as_service("gateway"):
        assert factories.service().get_media(name).content == SVG


@pytest.mark.parametrize(
    "name",
    ["", "catalog/ab/none.png", "../settings/base.py", "catalog/ab/../../x.png", "/etc/passwd", "catalog/ab/x.py"],
)
def test_other_files_are_not_served(transport, name):
    with acting.as_service("gateway"), pytest.raises(common.NotFound):
        factories.service().get_media(name)


def test_an_svg_is_stored_unchanged(transport):
    image = add(factories.product(), SVG)
    assert (image.width, image.height) == (600, 600)
    assert image.thumbnail_url == image.url
    assert stored_content(image.url) == SVG


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_pictures_of_every_mode_get_a_thumbnail(mode):
    image = add(factories.product(), picture("PNG", (40, 30), mode))
    assert image.thumbnail_url.endswith(".webp")


def test_an_mpo_picture_is_stored_as_a_jpeg(transport):
    buffer = io.BytesIO()
    Image.new("RGB", (80, 40)).save(buffer, "MPO", save_all=True, append_images=[Image.new("RGB", (80, 40))])
    image = add(factories.product(), buffer.getvalue())
    assert (image.url.rpartition(".")[2], image.width, image.height) == ("jpg", 80, 40)
    assert stored_content(image.url) == buffer.getvalue()


def test_a_rotated_picture_has_its_upright_size_and_a_thumbnail_without_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    image = add(factories.product(), picture("JPEG", (800, 400), exif=exif))
    assert (image.width, image.height) == (400, 800)
    with Image.open(io.BytesIO(stored_content(image.thumbnail_url))) as small:
        assert small.width < small.height
        assert not small.getexif()


def test_adding_the_same_picture_again_changes_nothing(transport):
    sku = factories.product()
    image = add(sku, picture())
    before = factories.stored_rows(), files()
    assert add(sku, picture(), "Something else") == image
    assert (factories.stored_rows(), files()) == before


def test_the_first_picture_is_the_main_one_until_it_is_removed(transport, django_capture_on_commit_callbacks):
    sku = factories.product()
    first, second = add(sku, picture(size=(10, 10))), add(sku, picture(size=(20, 20)))
    assert factories.read(sku).images == [first, second]
    with acting.as_staff("catalog"), django_capture_on_commit_callbacks(execute=True):
        factories.service().remove_image(sku, first.id)
    assert factories.read(sku).images == [second]
    assert len(files()) == 2
    with acting.as_staff("catalog"):
        history = factories.service().get_product_history(sku)
    assert history[0].differences == ["images: A chest -> nothing"]
    third = add(sku, picture(size=(30, 30)))
    assert factories.read(sku).images == [second, third]


@pytest.mark.parametrize(
    ("content", "alt"),
    [
        (b"", "A chest"),
        (b"GIF89a" + b"\x00" * 50, "A chest"),
        (b"not a picture", "A chest"),
        (picture()[:60], "A chest"),
        (picture("BMP"), "A chest"),
        (b"\x89PNG" + b"\x00" * 5_300_000, "A chest"),
        (SVG.replace(b"<rect", b'<rect onclick="x()"'), "A chest"),
        (b"<html></html>", "A chest"),
        (SVG, ""),
        (SVG, "x" * 301),
    ],
    ids=["empty", "gif", "text", "cut off", "bmp", "too large", "script", "html", "no words", "long words"],
)
def test_an_invalid_picture_is_refused_and_changes_nothing(transport, content, alt):
    sku = factories.product()
    before = factories.stored_rows()
    with pytest.raises(common.InvalidInput) as refusal:
        add(sku, content, alt)
    assert len(refusal.value.message) > 20
    assert (factories.stored_rows(), files()) == (before, [])


def test_a_picture_with_too_many_pixels_is_refused():
    with pytest.raises(common.InvalidInput):
        add(factories.product(), picture("PNG", (9000, 9000), "1"))


def test_an_unknown_product_or_picture_is_not_found(transport):
    sku, other = factories.product(), factories.product()
    image = add(other, SVG)
    with pytest.raises(common.NotFound):
        add("NOWHERE", SVG)
    with acting.as_staff("catalog"), pytest.raises(common.NotFound):
        factories.service().remove_image(sku, image.id)
    assert factories.read(other).images == [image]


def test_files_are_deleted_if_the_product_cannot_be_saved(monkeypatch):
    from apps.catalog.service import bulk_writes
    from thriftshop import rpc

    sku = factories.product()

    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(bulk_writes, "write", broken)
    with pytest.raises(rpc.Fault):
        add(sku, picture())
    assert files() == []
    assert factories.read(sku).images == []
