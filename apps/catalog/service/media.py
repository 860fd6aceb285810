"""Serving pictures from the media storage."""

import hashlib
import re

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage

from idl import catalog, common

CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "svg": "image/svg+xml"}
_NAME = re.compile(r"catalog/[0-9a-f]{2}/[A-Za-z0-9_-]{1,100}\.(png|jpg|webp|svg)")


def get_media(name: str) -> catalog.MediaFile:
    """A file of the media storage. See the contract."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise _missing(name)
    try:
        with default_storage.open(name) as file:
            content = file.read()
    except (FileNotFoundError, SuspiciousFileOperation) as error:
        raise _missing(name) from error
    digest = hashlib.sha256(content).hexdigest()[:32]
    return catalog.MediaFile(content=content, content_type=CONTENT_TYPES[match[1]], digest=digest)


def _missing(name: str) -> common.NotFound:
    return common.NotFound(message="There is no such picture.", kind="image", id=name[:64])
