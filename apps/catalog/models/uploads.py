"""Files uploaded for import and not applied yet, stored in the database so that any process can apply them."""

import uuid

from django.db import models

from thriftshop import clock

LIFETIME_MS = 24 * 3_600_000


class UploadQuerySet(models.QuerySet["Upload"]):
    """Queries on uploads."""

    def store(self, name: str, content: bytes, by: str) -> "Upload":
        """Store a file for a day, and delete older ones."""
        self.filter(created_at__lt=clock.now() - LIFETIME_MS).delete()
        return self.create(id=uuid.uuid4().hex, name=name[:200], content=content, created_at=clock.now(), by=by)


class Upload(models.Model):
    """A file that was previewed, to be applied by the same member of staff."""

    id = models.CharField(primary_key=True, max_length=32)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    created_at = models.BigIntegerField()
    by = models.CharField(max_length=64, help_text="The member of staff who uploaded it.")

    objects = UploadQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
