"""What the catalog does: the contract as a table of contents, a module per noun behind it."""

from apps.catalog.service import categories, facets, finding, images, media, pricing, putting, reading, selling
from idl import catalog, common
from idl.legacy import catalog as legacy_catalog


class Service(catalog.CatalogService):
    """idl/catalog.thrift, implemented."""

    def get_products(self, skus: list[str]) -> list[catalog.Product]:
        return reading.get_products(skus)

    def get_products_by_slug(self, slugs: list[str]) -> list[catalog.Product]:
        return reading.get_products_by_slug(slugs)

    def find_products(self, filter: catalog.ProductFilter, sort: int, page: common.Page) -> catalog.ProductPage:
        return finding.find_products(filter, sort, page)

    def get_facets(self, filter: catalog.ProductFilter, codes: list[str]) -> list[catalog.Facet]:
        return facets.get_facets(filter, codes)

    def get_categories(self) -> list[catalog.Category]:
        return categories.get_categories()

    def get_prices(self, skus: list[str], currency: str, at: int | None = None) -> list[catalog.Price]:
        return pricing.get_prices(skus, currency, at)

    def get_price_history(self, sku: str) -> list[catalog.Price]:
        return pricing.get_price_history(sku)

    def get_product_history(self, sku: str) -> list[catalog.ProductChange]:
        return reading.get_product_history(sku)

    def put_products(self, products: list[catalog.ProductInput], dry_run: bool) -> list[catalog.ProductOutcome]:
        return putting.put_products(products, dry_run)

    def publish_products(self, skus: list[str]) -> None:
        selling.publish_products(skus)

    def archive_products(self, skus: list[str]) -> None:
        selling.archive_products(skus)

    def set_prices(self, prices: list[catalog.PriceInput]) -> None:
        pricing.set_prices(prices)

    def put_category(self, id: str | None, category: catalog.CategoryInput) -> catalog.Category:
        return categories.put_category(id, category)

    def remove_category(self, id: str) -> None:
        categories.remove_category(id)

    def add_image(self, sku: str, content: bytes, alt: str) -> catalog.Image:
        return images.add_image(sku, content, alt)

    def get_media(self, name: str) -> catalog.MediaFile:
        return media.get_media(name)

    def remove_image(self, sku: str, image_id: str) -> None:
        images.remove_image(sku, image_id)


class Legacy(legacy_catalog.CatalogService):
    """The contract of 2018, implemented."""

    def getAll(self) -> list[legacy_catalog.Item]:  # noqa: N802 - the name of 2018
        return reading.get_all()
