"""Pictures of products, whose files are in the media storage."""

from django.core.files.storage import default_storage
from django.db import models

from idl import catalog


class Image(models.Model):
    """A picture of a product. A drawing (SVG) is its own thumbnail."""

    id = models.CharField(primary_key=True, max_length=36)
    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="images")
    position = models.IntegerField(help_text="The order of the product's pictures; the lowest is the main one.")
    file = models.CharField(max_length=200, help_text="The picture's name in the media storage.")
    thumbnail = models.CharField(max_length=200, help_text="The thumbnail's name in the media storage.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the picture's bytes.")
    alt = models.CharField(max_length=300)
    width = models.IntegerField()
    height = models.IntegerField()
    renditions = models.JSONField(
        default=list, help_text="Name in the media storage, width and height of each, as WebP."
    )

    class Meta:
        ordering = ["product", "position"]
        constraints = [
            models.UniqueConstraint(fields=["product", "digest"], name="catalog_image_once"),
            models.UniqueConstraint(fields=["product", "position"], name="catalog_image_position"),
        ]

    def __str__(self) -> str:
        return self.alt

    def to_struct(self) -> catalog.Image:
        """The picture as a struct of the contract."""
        return catalog.Image(
            id=self.id,
            url=default_storage.url(self.file),
            thumbnail_url=default_storage.url(self.thumbnail),
            alt=self.alt,
            width=self.width,
            height=self.height,
            renditions=[
                catalog.Rendition(url=default_storage.url(name), width=width, height=height, content_type="image/webp")
                for name, width, height in self.renditions
            ]
            or None,
        )
