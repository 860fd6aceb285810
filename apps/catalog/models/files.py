"""Pictures in the catalog's own database, available to every replica as soon as they are stored."""

from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage
from django.core.files.utils import validate_file_name
from django.db import models
from django.utils.encoding import filepath_to_uri
from django.utils.functional import cached_property


class StoredFile(models.Model):
    """A file of the media storage, by name; never changed."""

    name = models.CharField(primary_key=True, max_length=200)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class DatabaseStorage(Storage):
    """A media storage in the database. Files stored earlier in the folder MEDIA_ROOT are still read from there."""

    @cached_property
    def _folder(self) -> FileSystemStorage:
        return FileSystemStorage()

    @property
    def base_url(self) -> str:
        """The prefix of the addresses of files."""
        return settings.MEDIA_URL

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        content = StoredFile.objects.filter(name=name).values_list("content", flat=True).first()
        if content is None:
            return self._folder.open(name, mode)
        return ContentFile(bytes(content), name=name)

    def _save(self, name: str, content: File[Any]) -> str:
        StoredFile.objects.create(name=str(validate_file_name(name, allow_relative_path=True)), content=content.read())
        return name

    def exists(self, name: str) -> bool:
        """Whether there is a file with this name."""
        return StoredFile.objects.filter(name=name).exists() or self._folder.exists(name)

    def delete(self, name: str) -> None:
        """Delete a file, if it exists."""
        StoredFile.objects.filter(name=name).delete()
        self._folder.delete(name)

    def url(self, name: str | None) -> str:
        """The address of a file, served by thriftshop/media.py."""
        return settings.MEDIA_URL + filepath_to_uri(name or "")
