/** The catalog: what the shop sells, how it is described, arranged and priced. */
namespace py catalog
namespace js catalog
namespace java catalog
namespace go catalog

include "common.thrift"

/** Where a product stands between being written and being gone. */
enum ProductStatus {
  /** Being written; staff alone see it. */
  DRAFT = 1,
  /** On sale. */
  PUBLISHED = 2,
  /** Off sale for good; old orders still name it. */
  ARCHIVED = 3
}

/** One describable trait of a product. */
struct Attribute {
  /** The trait's code, lower case: "colour". */
  1: required string code,
  /** Its name for people: "Colour". */
  2: required string name,
  /** Its value: "Bottle green". */
  3: required string value
}

/** A picture in another size or format, made when it was added. */
struct Rendition {
  /** Where it is had. */
  1: required string url,
  /** Width in pixels. */
  2: required i32 width,
  /** Height in pixels. */
  3: required i32 height,
  /** Its media type: "image/webp". */
  4: required string content_type
}

/** A picture of a product. Its addresses are absolute, or begin at the root of whoever serves the shop. */
struct Image {
  /** The image's own id. */
  1: required string id,
  /** Where the picture is had. */
  2: required string url,
  /** Where a small rendition is had, 320 pixels wide at most. */
  3: required string thumbnail_url,
  /** What it shows, for those who do not see it. */
  4: required string alt,
  /** Width in pixels. */
  5: required i32 width,
  /** Height in pixels. */
  6: required i32 height,
  /** Its renditions, the smallest first; none of a drawing, which has no size of its own. */
  7: optional list<Rendition> renditions
}

/** The bytes of a picture as they are served. */
struct MediaFile {
  /** The bytes. */
  1: required binary content,
  /** Their media type: "image/webp". */
  2: required string content_type,
  /** A digest of the bytes, for an entity tag. */
  3: required string digest
}

/** A node of the category tree. */
struct Category {
  /** The category's id. */
  1: required string id,
  /** Its name in addresses, unique: "mens-coats". */
  2: required string slug,
  /** Its name for people. */
  3: required string name,
  /** A sentence about it. */
  4: optional string description,
  /** The id of the category above; absent at a root. */
  5: optional string parent_id,
  /** The ids from the root down to this one, itself included. */
  6: required list<string> path,
  /** How many published products are in it and below it. */
  7: required i32 product_count
}

/** A temporary price in force now, with the regular price that it stands in for. */
struct Sale {
  /** The temporary price. */
  1: required common.Money money,
  /** The regular price now; absent where there is none yet. */
  2: optional common.Money regular,
  /** When the temporary price ends. */
  3: required common.Moment ends_at
}

/** Something that the shop sells. */
struct Product {
  /** The stock keeping unit. */
  1: required common.Sku sku,
  /** Its name in addresses, unique. */
  2: required string slug,
  /** Its name for people. */
  3: required string name,
  /** What there is to say about it. */
  4: required string description,
  /** Draft, published or archived. */
  5: required ProductStatus status,
  /** The category it is in, if any. */
  6: optional string category_id,
  /** Its traits, ordered by name. */
  7: required list<Attribute> attributes,
  /** Its pictures, the main one first. */
  8: required list<Image> images,
  /** Its prices in force now, one a currency. */
  9: required list<common.Money> prices,
  /** Counts its changes. */
  10: required i64 version,
  /** When it was first written. */
  11: required common.Moment created_at,
  /** When it was last changed. */
  12: required common.Moment updated_at,
  /** When it last went on sale. */
  13: optional common.Moment published_at,
  /** Those of its prices that are temporary, with the regular prices beside them. */
  14: optional list<Sale> sales
}

/** A price over the time it is in force. */
struct Price {
  /** What is priced. */
  1: required common.Sku sku,
  /** The price. */
  2: required common.Money money,
  /** From when on it holds; in the future for a scheduled change. */
  3: required common.Moment valid_from,
  /** Until when it holds; absent while nothing follows, and for customers while that is only planned: they see the end of a temporary price alone. */
  4: optional common.Moment valid_until,
  /** Why it was set. */
  5: optional string reason,
  /** Who set it. */
  6: optional string actor,
  /** When a temporary price ends; absent for a regular one. One that ends when it begins was withdrawn before it began. */
  7: optional common.Moment ends_at,
  /** The regular price over the same time, beside a temporary one; absent where there is none yet. */
  8: optional common.Money regular
}

/** A temporary price to set. */
struct SaleInput {
  /** The temporary price. */
  1: required common.Money money,
  /** From when on; at once where absent. */
  2: optional common.Moment valid_from,
  /** When it ends. */
  3: required common.Moment valid_until
}

/** What a product is to be. What is absent stays as it is; an empty text or list empties it. */
struct ProductInput {
  /** The stock keeping unit. */
  1: required common.Sku sku,
  /** The name for people, 1 to 200 characters. */
  2: required string name,
  /** The name in addresses; made from the name where absent. */
  3: optional string slug,
  /** What there is to say about it, up to 10,000 characters. */
  4: optional string description,
  /** The category it goes in. */
  5: optional string category_id,
  /** Its traits, 50 at most; a trait may have several values. */
  6: optional list<Attribute> attributes,
  /** Its regular prices from now on, one a currency; the currencies that are not named keep theirs. */
  7: optional list<common.Money> prices,
  /** Its status; draft where absent and new. What was on sale is archived, never a draft again. */
  8: optional ProductStatus status,
  /** The version that was looked at; refused where the product has changed since, not checked where absent. */
  9: optional i64 version,
  /** Temporary prices to set, one a currency, as by `set_prices`. */
  10: optional list<SaleInput> sales
}

/** A price to set. */
struct PriceInput {
  /** What is priced. */
  1: required common.Sku sku,
  /** The new price. */
  2: required common.Money money,
  /** From when on; at once where absent. */
  3: optional common.Moment valid_from,
  /** Why. */
  4: optional string reason,
  /** When it ends, for a temporary price: the regular price of that time applies from then on. Of temporary prices that overlap, the one that began last applies. Set again from the same moment, a temporary price gets another end, also while it is in force; ending when it begins, it is withdrawn. */
  5: optional common.Moment valid_until
}

/** A category to write. */
struct CategoryInput {
  /** The name for people, 1 to 100 characters. */
  1: required string name,
  /** The name in addresses; made from the name where absent, and from that of the category above where it is taken. */
  2: optional string slug,
  /** A sentence about it, up to 1,000 characters. */
  3: optional string description,
  /** The category above; a root where absent. */
  4: optional string parent_id
}

/** What became, or would have become, of one product of many. */
struct ProductOutcome {
  /** Which product. */
  1: required common.Sku sku,
  /** `created`, `changed`, `unchanged` or `refused`. */
  2: required string outcome,
  /** The fields that changed, or would have, as `field: before -> after`. */
  3: required list<string> differences,
  /** Why it was refused. */
  4: optional string problem
}

/** Which products are wanted. All given conditions must hold. */
struct ProductFilter {
  /** Words to look for: ranked, by prefix, forgiving of typing errors. */
  1: optional string query,
  /** Any of these categories, or below them. */
  2: optional list<string> category_ids,
  /** For each trait's code, any of these values. */
  3: optional map<string, list<string>> attributes,
  /** At least this price. */
  4: optional common.Money price_min,
  /** At most this price. */
  5: optional common.Money price_max,
  /** Any of these; published alone for who is not staff. */
  6: optional list<ProductStatus> statuses
}

/** The order of a list of products. */
enum ProductSort {
  /** The best match first; newest first where nothing is looked for. */
  RELEVANCE = 1,
  /** By name, A to Z. */
  NAME = 2,
  /** The cheapest first. */
  PRICE_LOW = 3,
  /** The dearest first. */
  PRICE_HIGH = 4,
  /** The newest on sale first. */
  NEWEST = 5
}

/** A page of products. */
struct ProductPage {
  /** The products. */
  1: required list<Product> products,
  /** Where this page stands. */
  2: required common.PageInfo page_info
}

/** One value of a facet and what choosing it would give. */
struct FacetValue {
  /** The value: a trait's value, a category's id, the lowest and the highest price of a band in minor units: `1000-2499`. */
  1: required string value,
  /** Its name for people. */
  2: required string name,
  /** How many products it would leave. */
  3: required i32 count,
  /** Whether the filter has it already. */
  4: required bool selected
}

/** One way of narrowing a list down; counted with its own choice relaxed. */
struct Facet {
  /** `category`, `price` or a trait's code. */
  1: required string code,
  /** Its name for people. */
  2: required string name,
  /** Its values, the commonest first, 100 at most; bands of prices from the lowest up. */
  3: required list<FacetValue> values
}

/** One change to a product, for its history. */
struct ProductChange {
  /** Counts the product's changes. */
  1: required i64 version,
  /** What kind of change: ProductWritten, ProductPublished, ProductArchived, PriceChanged. */
  2: required string kind,
  /** When it happened. */
  3: required common.Moment occurred_at,
  /** Who made it: a user's id, or the service that did. */
  4: required string actor,
  /** What changed, as `field: before -> after`. */
  5: required list<string> differences
}

/** A product was written or rewritten; carries it whole. */
struct ProductWritten {
  /** The product as it is now. */
  1: required Product product,
  /** What changed, as `field: before -> after`. */
  2: required list<string> differences
}

/** A product went on sale. */
struct ProductPublished {
  /** The product as it is now. */
  1: required Product product
}

/** A product went off sale. */
struct ProductArchived {
  /** Which. */
  1: required common.Sku sku
}

/** A regular or temporary price was set, now or for later; a temporary one with `ends_at`. */
struct PriceChanged {
  /** The price with its time in force. */
  1: required Price price,
  /** The price it follows, if there was one: for a regular price the regular one before it. */
  2: optional common.Money before
}

/** A category was written, moved or renamed. */
struct CategoryWritten {
  /** The category as it is now. */
  1: required Category category
}

/** A category was removed; its products stay, without one. */
struct CategoryRemoved {
  /** Which. */
  1: required string id
}

/** All that can happen in the catalog. Streams: a SKU; `category-<id>`. */
union CatalogEvent {
  /** A product was written. */
  1: ProductWritten product_written (readers = "orders recommender"),
  /** A product went on sale. */
  2: ProductPublished product_published (readers = "recommender"),
  /** A product went off sale. */
  3: ProductArchived product_archived (readers = "recommender"),
  /** A price was set. */
  4: PriceChanged price_changed,
  /** A category was written. */
  5: CategoryWritten category_written (readers = "recommender"),
  /** A category was removed. */
  6: CategoryRemoved category_removed (readers = "recommender")
}

/** What the catalog does. */
service CatalogService {
  /** The products of these SKUs, in that order; unknown ones are left out, unpublished ones too unless staff or a service asks. */
  list<Product> get_products(1: list<common.Sku> skus) (callers = "gateway cart orders trade", idempotent = "true", deadline_ms = "200")
  /** The products of these slugs, as `get_products`. */
  list<Product> get_products_by_slug(1: list<string> slugs) (callers = "gateway", idempotent = "true", deadline_ms = "200")
  /** A page of the products that a filter leaves. */
  ProductPage find_products(1: ProductFilter filter, 2: ProductSort sort, 3: common.Page page) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** The facets of the products that a filter leaves: categories, prices and the traits with these codes, or the commonest ten where none are named. */
  list<Facet> get_facets(1: ProductFilter filter, 2: list<string> codes) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** The whole category tree, parents before children, then by name. */
  list<Category> get_categories() (callers = "gateway demo", idempotent = "true", deadline_ms = "200")
  /** The prices of these SKUs in this currency, in force at that moment, or now where none is given; what has none is left out. A currency that is not the shop's is refused. */
  list<Price> get_prices(1: list<common.Sku> skus, 2: string currency, 3: common.Moment at (absent = "allowed")) throws (1: common.InvalidInput invalid) (callers = "cart orders trade demo", idempotent = "true", deadline_ms = "200")
  /** All prices of a product in every currency, oldest first; scheduled ones, reasons and actors for staff and services alone. */
  list<Price> get_price_history(1: common.Sku sku) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true")
  /** What happened to a product, newest first. Staff and services only. */
  list<ProductChange> get_product_history(1: common.Sku sku) throws (1: common.NotFound not_found, 2: common.Forbidden forbidden) (callers = "gateway", idempotent = "true")

  /** Writes many products at once: creates what is new, changes what differs; a line that breaks a rule is refused alone. A dry run only says what would happen. Staff and services only. */
  list<ProductOutcome> put_products(1: list<ProductInput> products, 2: bool dry_run) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "trade demo", idempotent = "true", deadline_ms = "60000")
  /** Puts these products on sale; what is on sale stays so. Staff and services only. */
  void publish_products(1: list<common.Sku> skus) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "trade", idempotent = "true", deadline_ms = "60000")
  /** Takes these products off sale. Staff and services only. */
  void archive_products(1: list<common.Sku> skus) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "catalog", idempotent = "true", deadline_ms = "60000")
  /** Sets regular and temporary prices, at once or from a later moment on; all or none. A regular price holds until the next one begins. The price that is in force, set again at once, changes nothing. Staff and services only. */
  void set_prices(1: list<PriceInput> prices) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "trade demo", idempotent = "true", deadline_ms = "60000")
  /** Writes a category; without an id a new one (the same slug again, or without a slug the same name at the same place, rewrites that one). Staff and services only. */
  Category put_category(1: string id (absent = "allowed"), 2: CategoryInput category) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "demo", idempotent = "true", deadline_ms = "10000")
  /** Removes a category that has none below it. Staff and services only. */
  void remove_category(1: string id) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.Conflict conflict) (callers = "catalog", idempotent = "true", deadline_ms = "10000")
  /** Adds a picture (PNG, JPEG, WebP, or an SVG without scripts; 5 MiB at most) to a product. The same bytes again change nothing. Staff and services only. */
  Image add_image(1: common.Sku sku, 2: binary content (max_bytes = "5242880"), 3: string alt) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found, 3: common.InvalidInput invalid) (callers = "demo", idempotent = "true", deadline_ms = "10000")
  /** A picture or a rendition by its name in the media storage: the part of its address after `/media/`. The bytes of a name never change. */
  MediaFile get_media(1: string name) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "5000")
  /** Removes a picture from a product. Staff and services only. */
  void remove_image(1: common.Sku sku, 2: string image_id) throws (1: common.Forbidden forbidden, 2: common.NotFound not_found) (callers = "catalog", idempotent = "true")
}
