"""The catalog's models, and their conversion to structs of the contract."""

from apps.catalog.models.categories import Category
from apps.catalog.models.files import StoredFile
from apps.catalog.models.images import Image
from apps.catalog.models.members import Members
from apps.catalog.models.prices import Price, PriceEntry
from apps.catalog.models.products import Product, Trait
from apps.catalog.models.uploads import Upload
from apps.catalog.models.words import Word, WordForm

__all__ = [
    "Category",
    "Image",
    "Members",
    "Price",
    "PriceEntry",
    "Product",
    "StoredFile",
    "Trait",
    "Upload",
    "Word",
    "WordForm",
]
