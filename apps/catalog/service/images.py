"""The pictures of products: validated and stored with smaller renditions, or removed."""

import hashlib
import io
import uuid
import warnings
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from PIL import Image as Pillow
from PIL import ImageOps

from apps.catalog.domain import pictures
from apps.catalog.domain import products as rules
from apps.catalog.models import Image, Product
from apps.catalog.service import bulk_writes, writing
from idl import catalog, common
from thriftshop import identity

FORMATS = ("PNG", "JPEG", "WEBP")
# File suffixes by format. Many cameras write MPO, a JPEG followed by further pictures.
SUFFIXES = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp"}
MAX_IMAGES = 20


def add_image(sku: str, content: bytes, alt: str) -> catalog.Image:
    """Add a picture to a product. See the contract."""
    identity.require_staff()
    alt = rules.line(alt, "alt", 300)
    suffix, renditions, size = _inspect(pictures.check_size(content))
    digest = hashlib.sha256(content).hexdigest()
    stored: list[str] = []
    try:
        with writing.transaction() as moment:
            product = writing.require_products([sku])[0]
            existing = Image.objects.filter(product=product, digest=digest).first()
            if existing is not None:
                return existing.to_struct()
            image = _new_image(product, digest, alt, size)
            _store(image, content, suffix, renditions, stored)
            image.save()
            _record_change(product, rules.difference("images", "", alt), moment)
            return image.to_struct()
    except BaseException:
        # The transaction does not include the files.
        _delete(stored)
        raise


def _new_image(product: Product, digest: str, alt: str, size: tuple[int, int]) -> Image:
    image = Image(id=str(uuid.uuid4()), product=product, digest=digest, alt=alt, width=size[0], height=size[1])
    image.position = _next_position(product)
    return image


def _next_position(product: Product) -> int:
    images = Image.objects.filter(product=product)
    if images.count() >= MAX_IMAGES:
        raise common.InvalidInput(
            message=f"A product has up to {MAX_IMAGES} pictures; remove one first.", field="content"
        )
    last: int | None = images.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


class Rendition(NamedTuple):
    """A picture in another size, as WebP."""

    content: bytes
    width: int
    height: int


def _store(image: Image, content: bytes, suffix: str, renditions: Sequence[Rendition], stored: list[str]) -> None:
    """Store the files under names that are unique to their content."""
    base = f"catalog/{image.id[:2]}/{image.id}-{image.digest[:16]}"
    image.file = _save(f"{base}.{suffix}", content, stored)
    image.renditions = [
        [_save(f"{base}-{rendition.width}.webp", rendition.content, stored), rendition.width, rendition.height]
        for rendition in renditions
    ]
    image.thumbnail = image.renditions[0][0] if renditions else image.file


def _save(name: str, content: bytes, stored: list[str]) -> str:
    stored.append(default_storage.save(name, ContentFile(content)))
    return stored[-1]


def _record_change(product: Product, difference: str, moment: writing.Moment) -> None:
    """Record the change of the product's pictures."""
    change = writing.changes_of([product])[0]
    change.add_written_event([difference])
    bulk_writes.write([change], moment)


def _inspect(content: bytes) -> tuple[str, list[Rendition], tuple[int, int]]:
    """A picture's suffix, renditions (none of an SVG) and size. Raises common.InvalidInput if it is not a picture."""
    if pictures.looks_like_svg(content):
        return "svg", [], pictures.svg_size(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(io.BytesIO(content), formats=FORMATS) as picture:
                return SUFFIXES[picture.format or ""], _renditions(picture), _upright_size(picture)
    except (OSError, ValueError, SyntaxError, Warning, Pillow.DecompressionBombError) as error:
        raise common.InvalidInput(
            message="The file is not a picture in a supported format; send a PNG, JPEG, WebP or SVG.", field="content"
        ) from error


def _renditions(picture: Pillow.Image) -> list[Rendition]:
    """The upright picture as WebP in each width up to its own, without metadata."""
    if picture.width * picture.height > pictures.MAX_PIXELS:
        raise common.InvalidInput(
            message=f"A picture has up to {pictures.MAX_PIXELS // 1_000_000} million pixels.", field="content"
        )
    upright = ImageOps.exif_transpose(picture)
    upright = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    first, *others = pictures.WIDTHS
    widths = [first, *(width for width in others if width < upright.width)]
    # The largest first, because each is made from the previous one.
    return [_rendition(upright, width) for width in reversed(widths)][::-1]


def _rendition(upright: Pillow.Image, width: int) -> Rendition:
    """Shrink the picture in place to a width, and at most twice that in height, and encode it as WebP."""
    upright.thumbnail((width, width * 2))
    buffer = io.BytesIO()
    upright.save(buffer, "WEBP", quality=80)
    return Rendition(buffer.getvalue(), upright.width, upright.height)


def _upright_size(picture: Pillow.Image) -> tuple[int, int]:
    is_rotated = picture.getexif().get(0x0112, 1) >= 5  # EXIF orientations 5 to 8 are rotated by 90 degrees
    return (picture.height, picture.width) if is_rotated else (picture.width, picture.height)


def _delete(files: Iterable[str]) -> None:
    for name in files:
        default_storage.delete(name)


def remove_image(sku: str, image_id: str) -> None:
    """Remove a picture from a product. See the contract."""
    identity.require_staff()
    with writing.transaction() as moment:
        product = writing.require_products([sku])[0]
        image = Image.objects.filter(product=product, id=image_id).first()
        if image is None:
            raise common.NotFound(message="The product has no such picture.", kind="image", id=image_id[:64])
        files = {image.file, image.thumbnail, *(name for name, _, _ in image.renditions)}
        image.delete()
        _record_change(product, rules.difference("images", image.alt, ""), moment)
        transaction.on_commit(lambda: _delete(files))
