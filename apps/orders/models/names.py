"""What products are called, as the catalog last said: orders keep the name, and those placed by the thousand look here first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from thriftshop.database import bulk


class ProductNameQuerySet(models.QuerySet["ProductName"]):
    """Names of products, read and written many at a time."""

    def of(self, skus: Iterable[str]) -> dict[str, str]:
        """The names of these SKUs that are known here."""
        return dict(bulk.read(self, ("sku", "name"), "sku", skus))

    def put(self, names: Mapping[str, str]) -> None:
        """Writes names, new ones and changed ones."""
        bulk.upsert(self, ("sku", "name"), names.items(), "sku")


class ProductName(models.Model):
    """The name of one product."""

    sku = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)

    objects = ProductNameQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
