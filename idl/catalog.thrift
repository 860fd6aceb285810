/** The catalog: products, categories, images and prices. */
namespace py catalog
namespace js catalog
namespace java catalog
namespace go catalog

include "common.thrift"

/** The status of a product. */
enum ProductStatus {
  /** A draft; visible to staff only. */
  DRAFT = 1,
  /** On sale. */
  PUBLISHED = 2,
  /** No longer on sale; existing orders still refer to it. */
  ARCHIVED = 3
}

/** An attribute of a product. */
struct Attribute {
  /** The code, lower case: "colour". */
  1: required string code,
  /** The name: "Colour". */
  2: required string name,
  /** The value: "Bottle green". */
  3: required string value
}

/** An image in another size or format, created when the image was added. */
struct Rendition {
  /** The URL. */
  1: required string url,
  /** Width in pixels. */
  2: required i32 width,
  /** Height in pixels. */
  3: required i32 height,
  /** The media type: "image/webp". */
  4: required string content_type
}

/** An image of a product. Its URLs are absolute, or relative to the root of the server. */
struct Image {
  /** The image's id. */
  1: required string id,
  /** The URL. */
  2: required string url,
  /** The URL of a small rendition, at most 320 pixels wide. */
  3: required string thumbnail_url,
  /** The alternative text. */
  4: required string alt,
  /** Width in pixels. */
  5: required i32 width,
  /** Height in pixels. */
  6: required i32 height,
  /** The renditions, the smallest first; none for SVG. */
  7: optional list<Rendition> renditions
}

/** The content of an image. */
struct MediaFile {
  /** The content. */
  1: required binary content,
  /** The media type: "image/webp". */
  2: required string content_type,
  /** A digest of the content, for an entity tag. */
  3: required string digest
}

/** A category of the category tree. */
struct Category {
  /** The category's id. */
  1: required string id,
  /** The unique name for URLs: "mens-coats". */
  2: required string slug,
  /** The name. */
  3: required string name,
  /** The description. */
  4: optional string description,
  /** The parent's id; absent for a root. */
  5: optional string parent_id,
  /** The ids from the root to this category, inclusive. */
  6: required list<string> path,
  /** The number of published products in it and its subcategories. */
  7: required i32 product_count
}

/** A current temporary price, with the regular price that it replaces. */
struct Sale {
  /** The temporary price. */
  1: required common.Money money,
  /** The current regular price; absent if there is none yet. */
  2: optional common.Money regular,
  /** When the temporary price ends. */
  3: required common.Moment ends_at
}

/** A product that the shop sells. */
struct Product {
  /** The stock keeping unit. */
  1: required common.Sku sku,
  /** The unique name for URLs. */
  2: required string slug,
  /** The name. */
  3: required string name,
  /** The description. */
  4: required string description,
  /** Draft, published or archived. */
  5: required ProductStatus status,
  /** The category it is in, if any. */
  6: optional string category_id,
  /** The attributes, sorted by name. */
  7: required list<Attribute> attributes,
  /** The images, the main one first. */
  8: required list<Image> images,
  /** The current prices, one per currency. */
  9: required list<common.Money> prices,
  /** The number of changes so far. */
  10: required i64 version,
  /** When it was created. */
  11: required common.Moment created_at,
  /** When it was last changed. */
  12: required common.Moment updated_at,
  /** When it was last published. */
  13: optional common.Moment published_at,
  /** The current prices that are temporary, with the regular prices. */
  14: optional list<Sale> sales,
  /** When this representation expires, because a scheduled price starts or a temporary one ends; for caches. */
  15: optional common.Moment valid_until
}

/** A price and the period in which it applies. */
struct Price {
  /** The product's SKU. */
  1: required common.Sku sku,
  /** The price. */
  2: required common.Money money,
  /** When it starts; in the future for a scheduled price. */
  3: required common.Moment valid_from,
  /** When it ends; absent if no other price follows. Customers see only the end of temporary prices, not scheduled changes. */
  4: optional common.Moment valid_until,
  /** The reason it was set. */
  5: optional string reason,
  /** The actor who set it. */
  6: optional string actor,
  /** When a temporary price ends; absent for a regular one. A price that ends when it starts was withdrawn. */
  7: optional common.Moment ends_at,
  /** For a temporary price, the regular price of the same period; absent if there is none yet. */
  8: optional common.Money regular
}

/** A temporary price to set. */
struct SaleInput {
  /** The temporary price. */
  1: required common.Money money,
  /** When it starts; immediately if absent. */
  2: optional common.Moment valid_from,
  /** When it ends. */
  3: required common.Moment valid_until
}

/** The new values of a product. Absent fields are not changed; an empty text or list clears the field. */
struct ProductInput {
  /** The stock keeping unit. */
  1: required common.Sku sku,
  /** The name, 1 to 200 characters. */
  2: required string name,
  /** The name for URLs; derived from the name if absent. */
  3: optional string slug,
  /** The description, up to 10,000 characters. */
  4: optional string description,
  /** The category. */
  5: optional string category_id,
  /** The attributes, at most 50; an attribute may have several values. */
  6: optional list<Attribute> attributes,
  /** The regular prices from now on, one per currency; other currencies are not changed. */
  7: optional list<common.Money> prices,
  /** The status; a new product is a draft by default. A published product can be archived, but not made a draft again. */
  8: optional ProductStatus status,
  /** The expected version; refused if the product has changed since, not checked if absent. */
  9: optional i64 version,
  /** Temporary prices to set, one per currency, as by `set_prices`. */
  10: optional list<SaleInput> sales
}

/** A price to set. */
struct PriceInput {
  /** The product's SKU. */
  1: required common.Sku sku,
  /** The new price. */
  2: required common.Money money,
  /** When it starts; immediately if absent. */
  3: optional common.Moment valid_from,
  /** The reason. */
  4: optional string reason,
  /** When a temporary price ends; then the regular price of that time applies. Of overlapping temporary prices, the one that started last applies. Setting a temporary price again with the same start changes its end, also while it applies; an end equal to the start withdraws it. */
  5: optional common.Moment valid_until
}

/** A category to write. */
struct CategoryInput {
  /** The name, 1 to 100 characters. */
  1: required string name,
  /** The name for URLs; derived from the name if absent, and from the parent's name if it is taken. */
  2: optional string slug,
  /** The description, up to 1,000 characters. */
  3: optional string description,
  /** The parent category; a root if absent. */
  4: optional string parent_id
}

/** The actual or simulated outcome for one product. */
struct ProductOutcome {
  /** The product's SKU. */
  1: required common.Sku sku,
  /** `created`, `changed`, `unchanged` or `refused`. */
  2: required string outcome,
  /** The changed fields, as `field: before -> after`. */
  3: required list<string> differences,
  /** The reason for a refusal. */
  4: optional string problem
}

/** Selects products. All given conditions must match. */
struct ProductFilter {
  /** Words to search for: ranked, by prefix, and tolerant of typing errors. */
  1: optional string query,
  /** Any of these categories or their subcategories. */
  2: optional list<string> category_ids,
  /** For each attribute's code, any of these values. */
  3: optional map<string, list<string>> attributes,
  /** The minimum price. */
  4: optional common.Money price_min,
  /** The maximum price. */
  5: optional common.Money price_max,
  /** Any of these statuses; only published for viewers who are not staff. */
  6: optional list<ProductStatus> statuses
}

/** The sort order of a list of products. */
enum ProductSort {
  /** The best match first; without a search, the newest first. */
  RELEVANCE = 1,
  /** By name, A to Z. */
  NAME = 2,
  /** The cheapest first. */
  PRICE_LOW = 3,
  /** The most expensive first. */
  PRICE_HIGH = 4,
  /** The most recently published first. */
  NEWEST = 5
}

/** A page of products. */
struct ProductPage {
  /** The products. */
  1: required list<Product> products,
  /** The position of this page. */
  2: required common.PageInfo page_info,
  /** When this page expires, because a scheduled price starts or a temporary one ends; for caches. */
  3: optional common.Moment valid_until
}

/** A value of a facet, with the number of matching products. */
struct FacetValue {
  /** The value: an attribute's value, a category's id, or the bounds of a price range in minor units: `1000-2499`. */
  1: required string value,
  /** The name. */
  2: required string name,
  /** The number of matching products. */
  3: required i32 count,
  /** Whether the filter already has it. */
  4: required bool selected
}

/** A facet of a list; its counts ignore the filter's own values of this facet. */
struct Facet {
  /** `category`, `price` or an attribute's code. */
  1: required string code,
  /** The name. */
  2: required string name,
  /** The values, the most common first, at most 100; price ranges from the lowest. */
  3: required list<FacetValue> values,
  /** Until when the counts are valid, if the catalog does not change before: when a scheduled price applies. */
  4: optional common.Moment valid_until
}

/** A change to a product, for its history. */
struct ProductChange {
  /** The product's version after the change. */
  1: required i64 version,
  /** The kind of change: ProductWritten, ProductPublished, ProductArchived, PriceChanged. */
  2: required string kind,
  /** The time at which it happened. */
  3: required common.Moment occurred_at,
  /** The actor: a user's id, or the name of a service. */
  4: required string actor,
  /** The changed fields, as `field: before -> after`. */
  5: required list<string> differences
}

/** A product was created or changed; contains the whole product. */
struct ProductWritten {
  /** The product after the change. */
  1: required Product product,
  /** The changed fields, as `field: before -> after`. */
  2: required list<string> differences
}

/** A product was published. */
struct ProductPublished {
  /** The product after the change. */
  1: required Product product
}

/** A product was archived. */
struct ProductArchived {
  /** The SKU. */
  1: required common.Sku sku
}

/** A regular or temporary price was set, for now or for later; a temporary one has `ends_at`. */
struct PriceChanged {
  /** The price and its period. */
  1: required Price price,
  /** The preceding price, if any: for a regular price, the preceding regular one. */
  2: optional common.Money before
}

/** A category was created, moved or renamed. */
struct CategoryWritten {
  /** The category after the change. */
  1: required Category category
}

/** A category was removed; its products have no category. */
struct CategoryRemoved {
  /** The category's id. */
  1: required string id
}

/** The events of the catalog. Streams: a SKU; `category-<id>`. */
union CatalogEvent {
  /** A product was created or changed. */
  1: ProductWritten product_written (readers = "analytics cart gateway orders recommender"),
  /** A product was published. */
  2: ProductPublished product_published (readers = "cart gateway recommender"),
  /** A product was archived. */
  3: ProductArchived product_archived (readers = "cart gateway recommender"),
  /** A price was set. */
  4: PriceChanged price_changed (readers = "cart gateway"),
  /** A category was created or changed. */
  5: CategoryWritten category_written (readers = "analytics gateway recommender"),
  /** A category was removed. */
  6: CategoryRemoved category_removed (readers = "analytics gateway recommender")
} (partitions = "6")

/** The catalog service. */
service CatalogService {
  /** The products with these SKUs, in the given order; unknown ones are left out, and unpublished ones unless the viewer is staff or a service. */
  list<Product> get_products(1: list<common.Sku> skus) (callers = "gateway cart orders trade", idempotent = "true", deadline_ms = "200")
  /** The products with these slugs, as `get_products`. */
  list<Product> get_products_by_slug(1: list<string> slugs) (callers = "gateway", idempotent = "true", deadline_ms = "200")
  /** A page of the products that match a filter. */
  ProductPage find_products(1: ProductFilter filter, 2: ProductSort sort, 3: common.Page page) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** The facets of the products that match a filter: categories, prices and the attributes with these codes, or the ten most common ones if none are given. */
  list<Facet> get_facets(1: ProductFilter filter, 2: list<string> codes) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** The category tree: parents before children, then by name. */
  list<Category> get_categories() (callers = "gateway demo", idempotent = "true", deadline_ms = "200")
  /** The prices of these SKUs in a currency, at a given time or now; SKUs without a price are left out. Currencies that the shop does not use are refused. */
  list<Price> get_prices(1: list<common.Sku> skus, 2: string currency, 3: common.Moment at (absent = "allowed")) throws (1: common.InvalidInput invalid) (callers = "orders trade demo", idempotent = "true", deadline_ms = "200")
  /** All prices of a product in all currencies, oldest first; scheduled prices, reasons and actors for staff and services only. */
  list<Price> get_price_history(1: common.Sku sku) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true")
  /** The changes to a product, newest first. Staff and services only. */
  list<ProductChange> get_product_history(1: common.Sku sku) throws (1: common.NotFound not_found, 2: common.Forbidden forbidden) (callers = "gateway", idempotent = "true")
  /** Creates and changes several products; an invalid product is refused individually. A dry run only reports what would change. Staff and services only. */
  list<ProductOutcome> put_products(1: list<ProductInput> products, 2: bool dry_run) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "trade demo", idempotent = "true", deadline_ms = "60000")
  /** Publishes these products; published ones are not changed. Staff and services only. */
  void publish_products(1: list<common.Sku> skus) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "trade", idempotent = "true", deadline_ms = "60000")
  /** Archives these products. Staff and services only. */
  void archive_products(1: list<common.Sku> skus) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "catalog", idempotent = "true", deadline_ms = "60000")
  /** Sets regular and temporary prices, from now or from a later time; all or none. A regular price applies until the next one starts. Setting the current price again, from now, changes nothing. Staff and services only. */
  void set_prices(1: list<PriceInput> prices) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "trade demo", idempotent = "true", deadline_ms = "60000")
  /** Changes a category, or creates one without an id (the same slug again, or without a slug the same name and parent, changes the existing one). Staff and services only. */
  Category put_category(1: string id (absent = "allowed"), 2: CategoryInput category) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "demo", idempotent = "true", deadline_ms = "10000")
  /** Removes a category without subcategories. Staff and services only. */
  void remove_category(1: string id) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.Conflict conflict) (callers = "catalog", idempotent = "true", deadline_ms = "10000")
  /** Adds an image (PNG, JPEG, WebP, or SVG without scripts; at most 5 MiB) to a product. The same bytes again change nothing. Staff and services only. */
  Image add_image(1: common.Sku sku, 2: binary content (max_bytes = "5242880"), 3: string alt) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "demo", idempotent = "true", deadline_ms = "10000")
  /** An image or rendition by its name in the media storage: the part of its URL after `/media/`. The content of a name never changes. */
  MediaFile get_media(1: string name) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "5000")
  /** Removes an image from a product. Staff and services only. */
  void remove_image(1: common.Sku sku, 2: string image_id) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found) (callers = "catalog", idempotent = "true")
}
