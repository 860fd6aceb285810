"""The names of products from the catalog's events, so that thousands of orders are placed without calling the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from thriftshop.database import bulk


class ProductNameQuerySet(models.QuerySet["ProductName"]):
    """Names of products, read and written in bulk."""

    def of(self, skus: Iterable[str]) -> dict[str, str]:
        """The known names of these SKUs."""
        return dict(bulk.read(self, ("sku", "name"), "sku", skus))

    def put(self, names: Mapping[str, str]) -> None:
        """Insert or update names."""
        bulk.upsert(self, ("sku", "name"), names.items(), "sku")


class ProductName(models.Model):
    """The name of one product."""

    sku = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)

    objects = ProductNameQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
