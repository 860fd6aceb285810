"""Names of products and categories, for reading figures."""

from django.db import models


class ProductName(models.Model):
    """A product's name and category."""

    sku = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    category_id = models.CharField(max_length=64, blank=True, db_index=True)
    version = models.BigIntegerField(help_text="Of the last event that is accounted for.")

    def __str__(self) -> str:
        return self.name


class CategoryName(models.Model):
    """A category's name."""

    category_id = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name
