"""The catalog's contracts, today's and that of 2018, and the functions that implement them."""

from apps.catalog.service import bulk_writes, categories, facets, images, listing, media, pricing, publishing, reading
from idl import catalog
from idl.legacy import catalog as legacy_catalog


class Service(catalog.CatalogService):
    """idl/catalog.thrift, implemented."""

    get_products = staticmethod(reading.get_products)
    get_products_by_slug = staticmethod(reading.get_products_by_slug)
    find_products = staticmethod(listing.find_products)
    get_facets = staticmethod(facets.get_facets)
    get_categories = staticmethod(categories.get_categories)
    get_prices = staticmethod(pricing.get_prices)
    get_price_history = staticmethod(pricing.get_price_history)
    get_product_history = staticmethod(reading.get_product_history)
    put_products = staticmethod(bulk_writes.put_products)
    publish_products = staticmethod(publishing.publish_products)
    archive_products = staticmethod(publishing.archive_products)
    set_prices = staticmethod(pricing.set_prices)
    put_category = staticmethod(categories.put_category)
    remove_category = staticmethod(categories.remove_category)
    add_image = staticmethod(images.add_image)
    get_media = staticmethod(media.get_media)
    remove_image = staticmethod(images.remove_image)


class Legacy(legacy_catalog.CatalogService):
    """idl/legacy/catalog.thrift, implemented."""

    getAll = staticmethod(reading.get_all)  # noqa: N815 - as declared in 2018
