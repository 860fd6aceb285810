/** Analytics: what visitors do in the shop, under pseudonyms and only with their consent. */
namespace py analytics
namespace js analytics
namespace java analytics
namespace go analytics

include "common.thrift"

/** The maximum number of events in one batch. */
const i32 MAX_EVENTS = 50

/** The maximum number of characters of a text within an event. */
const i32 MAX_TEXT = 500

/** The maximum number of items of a list within an event. */
const i32 MAX_ITEMS = 50

/** What a visitor consents to. */
enum Consent {
  /** Nothing: no event is recorded, and the visitor is unlinked from any account. */
  NONE = 1,
  /** Events under the visitor's pseudonym. */
  ANALYTICS = 2,
  /** The same, and the pseudonym may be linked to the account that the visitor is logged in to. */
  ACCOUNT = 3
}

/** A step of the checkout. */
enum CheckoutStep {
  /** The checkout was opened. */
  STARTED = 1,
  /** The e-mail address. */
  CONTACT = 2,
  /** The shipping address. */
  ADDRESS = 3,
  /** The payment method. */
  PAYMENT = 4,
  /** The summary before the order is placed. */
  REVIEW = 5
}

/** A page was viewed. */
struct PageViewed {
  /** The session's id. */
  1: required string session,
  /** The path of the page, without query and fragment: `/category/mugs`. */
  2: required string path,
  /** The host that linked to the page, if it is another one. */
  3: optional string referrer
}

/** A product was viewed. */
struct ProductViewed {
  /** The session's id. */
  1: required string session,
  /** The product. */
  2: required common.Sku sku
}

/** A search was performed, and its results were displayed. */
struct SearchPerformed {
  /** The session's id. */
  1: required string session,
  /** What was searched for. */
  2: required string query (pii = "mask"),
  /** The number of results. */
  3: required i64 results,
  /** The search that this one refines. */
  4: optional string refined_from (pii = "mask")
}

/** Recommended products were displayed. */
struct RecommendationsDisplayed {
  /** The session's id. */
  1: required string session,
  /** The place in the shop: `product page`, `cart`, `home`. */
  2: required string placement,
  /** The products, in the order in which they were displayed. */
  3: required list<common.Sku> skus
}

/** A recommended product was clicked. */
struct RecommendationClicked {
  /** The session's id. */
  1: required string session,
  /** The place in the shop: `product page`, `cart`, `home`. */
  2: required string placement,
  /** The product. */
  3: required common.Sku sku
}

/** A cart was used. The items that are added to it, its check-out and its orders belong to this session. */
struct CartUsed {
  /** The session's id. */
  1: required string session,
  /** The cart's id, which gives no access. */
  2: required string cart_id
}

/** A step of the checkout was reached. */
struct CheckoutStepReached {
  /** The session's id. */
  1: required string session,
  /** The step. */
  2: required CheckoutStep step
}

/** A product was added to a cart of the session. Recorded by the shop, not by clients. */
struct ItemAddedToCart {
  /** The session's id. */
  1: required string session,
  /** The product. */
  2: required common.Sku sku,
  /** The added quantity. */
  3: required i32 quantity
}

/** A product of an ordered cart. */
struct OrderedItem {
  /** The product. */
  1: required common.Sku sku,
  /** The price of all its pieces. */
  2: required common.Money total
}

/** A cart of the session was ordered. Recorded by the shop, not by clients. */
struct CartOrdered {
  /** The session's id. */
  1: required string session,
  /** The total of goods and charges. */
  2: required common.Money total,
  /** The products, each line of the order. */
  3: optional list<OrderedItem> items
}

/** The kinds of behaviour. Streams: the visitor's pseudonym. The names of the members are the kinds of `EventInput`. */
union AnalyticsEvent {
  /** A page was viewed. */
  1: PageViewed page_viewed,
  /** A product was viewed. */
  2: ProductViewed product_viewed (readers = "recommender"),
  /** A search was performed. */
  3: SearchPerformed search_performed,
  /** Recommended products were displayed. */
  4: RecommendationsDisplayed recommendations_displayed,
  /** A recommended product was clicked. */
  5: RecommendationClicked recommendation_clicked,
  /** A cart was used. */
  6: CartUsed cart_used,
  /** A step of the checkout was reached. */
  7: CheckoutStepReached checkout_step_reached,
  /** A product was added to a cart. */
  8: ItemAddedToCart item_added_to_cart (readers = "recommender"),
  /** A cart was ordered. */
  9: CartOrdered cart_ordered
} (partitions = "6", retention_days = "400")

/** An event as a client reports it. It is validated against the struct of its kind. */
struct EventInput {
  /** An id chosen by the client, unique for the visitor, 8 to 64 characters: an event that is sent again is recorded once. */
  1: required string id,
  /** The kind, a member of the union of events: "product_viewed". */
  2: required string kind,
  /** When it happened, by the client's clock. */
  3: required common.Moment occurred_at,
  /** A JSON object with the fields of the kind's struct, except the session; enum values by name. */
  4: required string properties (pii = "mask")
}

/** Events of one session of a visitor. */
struct TrackedBatch {
  /** The visitor's pseudonym: random, chosen by the client, 16 to 64 letters, digits, hyphens and underscores. */
  1: required string visitor_id,
  /** The session's id: random, chosen by the client, 16 to 64 letters, digits, hyphens and underscores. */
  2: required string session_id,
  /** What the visitor consents to. */
  3: required Consent consent,
  /** When the client sent the batch, by its clock. The difference to the shop's clock corrects the times of the events. */
  4: required common.Moment sent_at,
  /** When the shop received the batch. */
  5: required common.Moment received_at,
  /** The events. */
  6: required list<EventInput> events,
  /** The account that the visitor is logged in to; absent without consent. */
  7: optional string customer_id,
  /** The variants of running flags that the visitor is assigned to, as in the call context: `recommendations=baskets`. */
  8: optional string variants
}

/** Events that were not recorded. */
struct Exclusion {
  /** The reason: `bot`, `staff`, `no consent`. */
  1: required string reason,
  /** The number of events. */
  2: required i64 events
}

/** What became of tracked events. */
struct TrackResult {
  /** The number of recorded events. */
  1: required i32 recorded,
  /** The number of events that had been recorded before. */
  2: required i32 repeated,
  /** The number of invalid events, which are set apart with their reasons. */
  3: required i32 set_apart
}

/** Too many events from one client; these were not recorded. */
exception TooManyEvents {
  /** A message for people: how long to wait. */
  1: required string message,
  /** The seconds to wait. */
  2: required i32 retry_after_seconds
}

/** The analytics service. */
service AnalyticsService {
  /** Records events; invalid ones are set apart. Sent again, events are recorded once, by their ids, but exclusions are counted again. */
  TrackResult track(1: list<TrackedBatch> batches (max_bytes = "4194304"), 2: list<Exclusion> exclusions) throws (1: common.InvalidInput invalid, 2: TooManyEvents too_many) (callers = "gateway", deadline_ms = "5000")
  /** The viewer's segment by recency, frequency and money, as audiences of flags name it: `champions`, `loyal`, `recent`, `needs-attention`, `at-risk` or `lost`. Empty for who has no confirmed order. */
  list<string> get_segments() (callers = "gateway", idempotent = "true", deadline_ms = "250")
}
