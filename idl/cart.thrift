/** Shopping carts of guests and customers. */
namespace py cart
namespace js cart
namespace java cart
namespace go cart

include "common.thrift"

/** Identifies a cart: a guest's by its token, or the viewer's own without one. */
struct CartRef {
  /** A guest's opaque token. */
  1: optional string token (pii = "mask")
}

/** How a line changed since it was added or last seen. */
enum LineChangeKind {
  /** The price changed. */
  PRICE_CHANGED = 1,
  /** Fewer are available than requested. */
  NOT_ENOUGH = 2,
  /** None are available. */
  OUT_OF_STOCK = 3,
  /** It is no longer on sale. */
  NOT_ON_SALE = 4,
  /** It is on sale, but has no price in the cart's currency. */
  NO_PRICE = 5
}

/** A change that the customer should see before buying. */
struct LineChange {
  /** The line's SKU. */
  1: required common.Sku sku,
  /** The kind of change. */
  2: required LineChangeKind kind,
  /** The unit price when it was added. */
  3: optional common.Money price_before,
  /** The unit price now. */
  4: optional common.Money price_now,
  /** The quantity available now. */
  5: optional i64 available
}

/** A line of a cart. */
struct CartLine {
  /** The SKU. */
  1: required common.Sku sku,
  /** The quantity. */
  2: required i32 quantity,
  /** The current unit price; absent if the product is not on sale or has no price in the cart's currency, or if the catalog is unavailable. */
  3: optional common.Money unit_price,
  /** The current price of the line; absent if the unit price is. */
  4: optional common.Money line_total,
  /** The quantity that can be bought now; absent if the inventory is unavailable. */
  5: optional i64 available,
  /** When the line was first added. */
  6: required common.Moment added_at,
  /** What the product is called; absent where it is not on sale, and where the catalog does not answer. */
  7: optional string name
}

/** The result of merging a guest's cart at login. */
struct MergeNotice {
  /** The time. */
  1: required common.Moment merged_at,
  /** The strategy for products in both carts: "sum", "larger", "guest" or "customer" (the quantity of that cart). */
  2: required string strategy,
  /** The lines from the guest's cart, with their resulting quantities. */
  3: required list<CartItem> lines,
  /** What stayed in the guest's cart because the customer's cart is full. */
  4: optional list<CartItem> left
}

/** A SKU with a quantity. */
struct CartItem {
  /** The SKU. */
  1: required common.Sku sku,
  /** The quantity, 1 to 999. */
  2: required i32 quantity
}

/** A charge in addition to the goods. */
struct CartCharge {
  /** The description: "Postage and packing". */
  1: required string description,
  /** The amount. */
  2: required common.Money amount
}

/** Why an item was not added to a cart. */
enum LeftOutReason {
  /** It is not on sale. */
  NOT_ON_SALE = 1,
  /** It is on sale, but has no price in the cart's currency. */
  NO_PRICE = 2,
  /** The cart is full: it holds at most 100 lines and 999 pieces of one product. */
  NO_ROOM = 3
}

/** An item that was not added to the cart. */
struct LeftOut {
  /** The SKU. */
  1: required common.Sku sku,
  /** The quantity. */
  2: required i64 quantity,
  /** The reason. */
  3: required LeftOutReason reason
}

/** A cart with current prices and availability. */
struct Cart {
  /** The cart's id, which gives no access. */
  1: required string id,
  /** The customer's id; absent for guests. */
  2: optional string customer_id,
  /** The lines, in the order in which they were added. */
  3: required list<CartLine> lines,
  /** The current price of all lines on sale; absent, as all prices, if the catalog is unavailable. */
  4: optional common.Money subtotal,
  /** Changes since the lines were added or last seen. */
  5: required list<LineChange> changes,
  /** The result of the last merge, until the cart is changed again. */
  6: optional MergeNotice merge_notice,
  /** The number of changes so far. */
  7: required i64 version,
  /** When the cart expires unless it is used. */
  8: required common.Moment expires_at,
  /** The number of pieces in the cart. */
  9: required i32 item_count,
  /** The charges of an order of this cart; absent if the subtotal is, or if the shop has no postage rate in its currency. */
  10: optional list<CartCharge> charges,
  /** The total of an order of this cart: subtotal and charges. Absent if the charges are. */
  11: optional common.Money total,
  /** The items that were not added; only in the result of `add_items`. */
  12: optional list<LeftOut> left_out
}

/** A guest's new cart. */
struct GuestCart {
  /** The secret token of the cart; shown only once. */
  1: required string token (pii = "mask"),
  /** The cart. */
  2: required Cart cart
}

/** A line of a cart after a merge, or one restored from an order. */
struct MergedLine {
  /** The SKU. */
  1: required common.Sku sku,
  /** The quantity. */
  2: required i32 quantity,
  /** The unit price when it was added, if it is known in the cart's currency. */
  3: optional common.Money unit_price,
  /** When the line was first added. */
  4: required common.Moment added_at
}

/** A cart was opened. */
struct CartOpened {
  /** The customer's id; absent for guests. */
  1: optional string customer_id,
  /** The cart's currency. */
  2: required string currency,
  /** The time. */
  3: required common.Moment at
}

/** A quantity of a product was added. */
struct ItemAdded {
  /** The SKU. */
  1: required common.Sku sku,
  /** The added quantity. */
  2: required i32 quantity,
  /** The unit price at that time. */
  3: optional common.Money unit_price,
  /** The time. */
  4: required common.Moment at
}

/** A line's quantity was set. */
struct QuantitySet {
  /** The SKU. */
  1: required common.Sku sku,
  /** The new quantity. */
  2: required i32 quantity,
  /** The unit price at that time. */
  3: optional common.Money unit_price,
  /** The time. */
  4: required common.Moment at
}

/** A line was removed. */
struct ItemRemoved {
  /** The SKU. */
  1: required common.Sku sku,
  /** The time. */
  2: required common.Moment at
}

/** Lines were removed. */
struct CartCleared {
  /** `customer`, `expired`, `merged` or `erased`. */
  1: required string reason,
  /** The time. */
  2: required common.Moment at,
  /** The removed items; all if absent. */
  3: optional list<CartItem> lines,
  /** The customer whose cart the items were merged into. */
  4: optional string customer_id,
  /** What stayed after a merge because that cart is full. */
  5: optional list<CartItem> left
}

/** A guest's cart was merged into a customer's. */
struct CartMerged {
  /** The guest's cart. */
  1: required string from_cart_id,
  /** The merge strategy. */
  2: required string strategy,
  /** The items from the guest's cart. */
  3: required list<CartItem> brought,
  /** All lines after the merge. */
  4: required list<MergedLine> lines,
  /** The cart's currency after the merge: the guest's if the customer's cart was empty. */
  5: required string currency,
  /** The time. */
  6: required common.Moment at,
  /** What stayed in the guest's cart because the customer's cart is full. */
  7: optional list<CartItem> left
}

/** The cart was checked out; the ordered items are no longer in it. */
struct CartCheckedOut {
  /** The order's id. */
  1: required string order_id,
  /** The ordered items. */
  2: required list<CartItem> lines,
  /** The time. */
  3: required common.Moment at,
  /** The encoded order to be placed, so that an interrupted order can be completed from this event. Absent in events recorded before carts were checked out first. */
  4: optional binary placement (pii = "mask")
}

/** An order of the cart was rejected; its items are in the cart again, as far as there is room. */
struct CartRestored {
  /** The order's id. */
  1: required string order_id,
  /** The restored lines. */
  2: required list<MergedLine> lines,
  /** The time. */
  3: required common.Moment at
}

/** The recorded check-out of a cart. */
struct Checkout {
  /** The order's id. */
  1: required string order_id,
  /** The items that were checked out. */
  2: required list<CartItem> lines,
  /** The encoded order to be placed, as first given. */
  3: required binary placement (pii = "mask")
}

/** The cart was bought, emptied or changed since that version; nothing was checked out. */
exception CartChanged {
  /** A message for people: what to do. */
  1: required string message,
  /** The cart's current version. */
  2: required i64 version
}

/** The currency of a cart was set, and its lines were re-priced. */
struct CurrencySet {
  /** The new currency. */
  1: required string currency,
  /** All lines, each with its unit price at that time, if there is one in this currency. */
  2: required list<MergedLine> lines,
  /** The reason: `chosen`, or `setting` if an empty cart followed the customer's setting. */
  3: required string reason,
  /** The time. */
  4: required common.Moment at
}

/** The events of carts. Streams: the cart's id. */
union CartEvent {
  /** A cart was opened. */
  1: CartOpened opened (readers = "gateway"),
  /** An item was added. */
  2: ItemAdded item_added (readers = "analytics gateway"),
  /** A quantity was set. */
  3: QuantitySet quantity_set (readers = "gateway"),
  /** An item was removed. */
  4: ItemRemoved item_removed (readers = "gateway"),
  /** The cart was cleared. */
  5: CartCleared cleared (readers = "gateway"),
  /** A guest's cart was merged. */
  6: CartMerged merged (readers = "gateway"),
  /** The cart was checked out. */
  7: CartCheckedOut checked_out (readers = "gateway orders"),
  /** An order of the cart was rejected. */
  8: CartRestored restored (readers = "gateway"),
  /** The currency was set. */
  9: CurrencySet currency_set (readers = "gateway")
} (partitions = "6")

/** The cart service. Repeating a call with the same key changes nothing and returns the current cart. */
service CartService {
  /** Opens a guest's cart in one of the shop's currencies (case-insensitive). Sent again, it opens another cart. */
  GuestCart open_guest_cart(1: string currency) throws (1: common.InvalidInput invalid) (callers = "gateway", deadline_ms = "2000")
  /** The cart with current prices and availability. A customer always has a cart; an expired cart is empty. */
  Cart get_cart(1: CartRef ref) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated) (callers = "gateway orders users", idempotent = "true", deadline_ms = "500")
  /** Adds a product: at most 999 pieces per line and 100 lines. */
  Cart add_item(1: CartRef ref, 2: CartItem item, 3: string key (absent = "allowed")) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: common.InvalidInput invalid) (callers = "gateway", deadline_ms = "2000")
  /** Adds several products; those that are not on sale are left out and listed. More than fits is refused, unless an order is reordered: then as much as fits is added, and the rest is listed too. */
  Cart add_items(1: CartRef ref, 2: list<CartItem> items, 3: string key (absent = "allowed"), 4: bool as_fits (absent = "allowed")) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: common.InvalidInput invalid) (callers = "gateway", deadline_ms = "2000")
  /** Sets a line's quantity, also of one that was not in; 0 takes it out. */
  Cart set_quantity(1: CartRef ref, 2: common.Sku sku, 3: i32 quantity) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Takes a line out; what is not in stays out. */
  Cart remove_item(1: CartRef ref, 2: common.Sku sku) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Takes all lines out. */
  Cart clear(1: CartRef ref) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Merges a guest's cart into the viewer's, by the shop's strategy; what has no room stays in the guest's, and is named in the notice. What was in one of them is in one of them afterwards. */
  Cart merge(1: string guest_token (pii = "mask")) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Takes what an order buys out of the cart, as the cart was at this version. What was put in since stays; any other change since is refused. The same order again gives what was recorded for it first. */
  Checkout check_out(1: CartRef ref, 2: i64 version, 3: list<CartItem> lines, 4: string order_id, 5: binary placement (pii = "mask")) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: CartChanged changed) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Puts what an order took out of the cart of this id back in, as far as there is room: for an order that was never placed. Once for each order. */
  void put_back(1: string cart_id, 2: string order_id) throws (1: common.NotFound not_found) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Sets the currency that a cart is priced in, in capitals or not. What has no price in it stays in the cart, and is named among the changes as `NO_PRICE`. Holds until the cart is empty: then a customer's follows their setting again. */
  Cart set_currency(1: CartRef ref, 2: string currency) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
}
