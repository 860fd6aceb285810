"""Storage of pictures, chosen by the variable MEDIA_STORAGE."""

from typing import Any

from settings import variables

BACKENDS = {
    "database": "apps.catalog.models.files.DatabaseStorage",
    "folder": "django.core.files.storage.FileSystemStorage",
    "s3": "storages.backends.s3.S3Storage",
}


def media(kind: str) -> dict[str, Any]:
    """Django's setting for a kind of media storage; an unknown kind is left to the checks."""
    found: dict[str, Any] = {"BACKEND": BACKENDS.get(kind, BACKENDS["database"])}
    if kind == "s3":
        found["OPTIONS"] = _object_storage()
    return found


def _object_storage() -> dict[str, Any]:
    """django-storages' options. Keys come from the variables and roles that boto3 knows; addresses are public and unsigned."""
    return {
        "bucket_name": variables.text("MEDIA_BUCKET"),
        "endpoint_url": variables.text("MEDIA_ENDPOINT") or None,
        "region_name": variables.text("MEDIA_REGION") or None,
        "custom_domain": variables.text("MEDIA_DOMAIN") or None,
        "querystring_auth": False,
        "file_overwrite": False,
        "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
    }
