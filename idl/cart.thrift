/** The cart: what a guest or a customer means to buy. */
namespace py cart
namespace js cart
namespace java cart
namespace go cart

include "common.thrift"

/** Whose cart: the bearer of this token, or the viewer where there is none. */
struct CartRef {
  /** A guest's opaque token. */
  1: optional string token (pii = "mask")
}

/** What changed about a line since it was put in or last seen. */
enum LineChangeKind {
  /** It costs more or less now. */
  PRICE_CHANGED = 1,
  /** There are fewer than wanted. */
  NOT_ENOUGH = 2,
  /** There are none. */
  OUT_OF_STOCK = 3,
  /** It is no longer on sale. */
  NOT_ON_SALE = 4,
  /** It is on sale, and has no price in the cart's currency. */
  NO_PRICE = 5
}

/** A change that the customer should see before buying. */
struct LineChange {
  /** Which line. */
  1: required common.Sku sku,
  /** What kind of change. */
  2: required LineChangeKind kind,
  /** The unit price when it was put in. */
  3: optional common.Money price_before,
  /** The unit price now. */
  4: optional common.Money price_now,
  /** How many there are now. */
  5: optional i64 available
}

/** So many of one product. */
struct CartLine {
  /** Which. */
  1: required common.Sku sku,
  /** How many. */
  2: required i32 quantity,
  /** The price of one now; absent where it is not on sale or has no price in the cart's currency, and where the catalog does not answer. */
  3: optional common.Money unit_price,
  /** The price of them all now; absent where the price of one is. */
  4: optional common.Money line_total,
  /** How many could be bought now; absent where the inventory does not answer. */
  5: optional i64 available,
  /** When it was first put in. */
  6: required common.Moment added_at,
  /** What the product is called; absent where it is not on sale, and where the catalog does not answer. */
  7: optional string name
}

/** What a merge at login did. */
struct MergeNotice {
  /** When. */
  1: required common.Moment merged_at,
  /** By which strategy, for what was in both carts: "sum", "larger", "guest" or "customer" (that one's quantity). */
  2: required string strategy,
  /** The lines that the guest's cart brought, as they ended up. */
  3: required list<CartItem> lines,
  /** What stayed in the guest's cart, because the customer's has no room for more lines. */
  4: optional list<CartItem> left
}

/** A SKU with a quantity. */
struct CartItem {
  /** Which. */
  1: required common.Sku sku,
  /** How many, 1 to 999. */
  2: required i32 quantity
}

/** What comes on top of the goods. */
struct CartCharge {
  /** What for, as the bill will say: "Postage and packing". */
  1: required string description,
  /** How much. */
  2: required common.Money amount
}

/** Why something was not put into a cart. */
enum LeftOutReason {
  /** It is not on sale. */
  NOT_ON_SALE = 1,
  /** It is on sale, and has no price in the cart's currency. */
  NO_PRICE = 2,
  /** The cart is full: it holds 100 lines, and 999 pieces of one product. */
  NO_ROOM = 3
}

/** Something that was asked for and not put into the cart. */
struct LeftOut {
  /** Which. */
  1: required common.Sku sku,
  /** How many of it. */
  2: required i64 quantity,
  /** Why. */
  3: required LeftOutReason reason
}

/** A cart, priced and checked for availability at this moment. */
struct Cart {
  /** The cart's id; tells nothing and opens nothing. */
  1: required string id,
  /** Whose it is; absent for a guest's. */
  2: optional string customer_id,
  /** What is in it, in the order it was put in. */
  3: required list<CartLine> lines,
  /** What all lines on sale cost now; absent, as all prices are, where the catalog does not answer. */
  4: optional common.Money subtotal,
  /** What changed since, as far as those answer who know. */
  5: required list<LineChange> changes,
  /** What the last merge did, until the cart is changed again. */
  6: optional MergeNotice merge_notice,
  /** Counts its changes. */
  7: required i64 version,
  /** When it lapses unless it is used. */
  8: required common.Moment expires_at,
  /** How many pieces are in it. */
  9: required i32 item_count,
  /** What an order of it would be charged beside its goods; absent where the subtotal is, and where the shop sends nothing in its currency. */
  10: optional list<CartCharge> charges,
  /** What an order of it would cost: subtotal and charges. Absent where the charges are. */
  11: optional common.Money total,
  /** What was asked for and not put in; in the answer of `add_items` alone. */
  12: optional list<LeftOut> left_out
}

/** A guest's new cart. */
struct GuestCart {
  /** The secret that opens it; shown this once. */
  1: required string token (pii = "mask"),
  /** The cart. */
  2: required Cart cart
}

/** A line of a cart after a merge, or one that comes back from an order. */
struct MergedLine {
  /** Which. */
  1: required common.Sku sku,
  /** How many. */
  2: required i32 quantity,
  /** The unit price when it was put in, where that is known in the cart's currency. */
  3: optional common.Money unit_price,
  /** When it was first put in. */
  4: required common.Moment added_at
}

/** A cart was opened. */
struct CartOpened {
  /** Whose; absent for a guest's. */
  1: optional string customer_id,
  /** The currency it is priced in. */
  2: required string currency,
  /** When; a cart lapses some time after it was last used. */
  3: required common.Moment at
}

/** Some more of a product was put in. */
struct ItemAdded {
  /** Which. */
  1: required common.Sku sku,
  /** How many more. */
  2: required i32 quantity,
  /** The price of one at that time. */
  3: optional common.Money unit_price,
  /** When. */
  4: required common.Moment at
}

/** A line's quantity was set. */
struct QuantitySet {
  /** Which. */
  1: required common.Sku sku,
  /** How many now. */
  2: required i32 quantity,
  /** The price of one at that time. */
  3: optional common.Money unit_price,
  /** When. */
  4: required common.Moment at
}

/** A line was taken out. */
struct ItemRemoved {
  /** Which. */
  1: required common.Sku sku,
  /** When. */
  2: required common.Moment at
}

/** Lines were taken out. */
struct CartCleared {
  /** `customer`, `expired`, `merged` or `erased`. */
  1: required string reason,
  /** When. */
  2: required common.Moment at,
  /** What was taken out; everything where absent. */
  3: optional list<CartItem> lines,
  /** Into whose cart it goes, where it was merged: that cart takes it in next. */
  4: optional string customer_id,
  /** What stayed when it was merged, because that cart has no room for more lines. */
  5: optional list<CartItem> left
}

/** A guest's cart was merged into a customer's. */
struct CartMerged {
  /** The guest's cart. */
  1: required string from_cart_id,
  /** The strategy that was followed. */
  2: required string strategy,
  /** What the guest's cart brought. */
  3: required list<CartItem> brought,
  /** All lines after it. */
  4: required list<MergedLine> lines,
  /** The currency it is priced in from now on: the guest's where the customer's cart was empty. */
  5: required string currency,
  /** When. */
  6: required common.Moment at,
  /** What stayed in the guest's cart for lack of room. */
  7: optional list<CartItem> left
}

/** The cart became an order; what was ordered is no longer in it. */
struct CartCheckedOut {
  /** The order. */
  1: required string order_id,
  /** What was ordered. */
  2: required list<CartItem> lines,
  /** When. */
  3: required common.Moment at,
  /** The order to be placed, in the orders' own encoding: whoever reads this event can finish what the buyer began. Absent in events from before carts were checked out first. */
  4: optional binary placement (pii = "mask")
}

/** An order of the cart could not be confirmed; what was ordered is in the cart again, as far as there is room. */
struct CartRestored {
  /** The order. */
  1: required string order_id,
  /** What came back, beside what is in it. */
  2: required list<MergedLine> lines,
  /** When. */
  3: required common.Moment at
}

/** What an order took out of a cart, as it was recorded. */
struct Checkout {
  /** The order. */
  1: required string order_id,
  /** What was taken out. */
  2: required list<CartItem> lines,
  /** The order to be placed, as it was given first. */
  3: required binary placement (pii = "mask")
}

/** The cart is not what it was at that version: it was bought, emptied or changed since. Nothing was taken out. */
exception CartChanged {
  /** What to do about it. */
  1: required string message,
  /** The cart's version now. */
  2: required i64 version
}

/** The currency of a cart was set, and its lines priced anew. */
struct CurrencySet {
  /** The currency it is priced in from now on. */
  1: required string currency,
  /** All lines, each with the price of one at that time where it has one in this currency. */
  2: required list<MergedLine> lines,
  /** Why: `chosen` for this cart, or `setting` where an empty cart followed its customer's setting. */
  3: required string reason,
  /** When. */
  4: required common.Moment at
}

/** All that can happen to a cart. Streams: the cart's id. */
union CartEvent {
  /** It was opened. */
  1: CartOpened opened,
  /** Something was put in. */
  2: ItemAdded item_added,
  /** A quantity was set. */
  3: QuantitySet quantity_set,
  /** Something was taken out. */
  4: ItemRemoved item_removed,
  /** It was emptied. */
  5: CartCleared cleared,
  /** A guest's cart was merged in. */
  6: CartMerged merged,
  /** It became an order. */
  7: CartCheckedOut checked_out (readers = "orders"),
  /** The order could not be confirmed. */
  8: CartRestored restored,
  /** Its currency was set. */
  9: CurrencySet currency_set
}

/** What the cart does. The same key again changes nothing and answers with the cart as it is. */
service CartService {
  /** Opens a guest's cart in a currency of the shop's, in capitals or not; sent again, it opens another. */
  GuestCart open_guest_cart(1: string currency) throws (1: common.InvalidInput invalid) (callers = "gateway", deadline_ms = "2000")
  /** The cart, priced and checked. A customer always has one, if only an empty one. A cart that lapsed is empty. */
  Cart get_cart(1: CartRef ref) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated) (callers = "gateway orders users", idempotent = "true", deadline_ms = "500")
  /** Puts some more of a product in: 999 pieces a line and 100 lines at most. */
  Cart add_item(1: CartRef ref, 2: CartItem item, 3: string key (absent = "allowed")) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: common.InvalidInput invalid) (callers = "gateway", deadline_ms = "2000")
  /** Puts many products in at once; what is not on sale is left out, and named. More than there is room for is refused; where an order is ordered again, as much as fits is put in, and the rest is named too. */
  Cart add_items(1: CartRef ref, 2: list<CartItem> items, 3: string key (absent = "allowed"), 4: bool as_fits (absent = "allowed")) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: common.InvalidInput invalid) (callers = "gateway", deadline_ms = "2000")
  /** Sets a line's quantity, also of one that was not in; 0 takes it out. */
  Cart set_quantity(1: CartRef ref, 2: common.Sku sku, 3: i32 quantity) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Takes a line out; what is not in stays out. */
  Cart remove_item(1: CartRef ref, 2: common.Sku sku) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Takes all lines out. */
  Cart clear(1: CartRef ref) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Merges a guest's cart into the viewer's, by the shop's strategy; what has no room stays in the guest's, and is named in the notice. What was in one of them is in one of them afterwards. */
  Cart merge(1: string guest_token) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Takes what an order buys out of the cart, as the cart was at this version. What was put in since stays; any other change since is refused. The same order again gives what was recorded for it first. */
  Checkout check_out(1: CartRef ref, 2: i64 version, 3: list<CartItem> lines, 4: string order_id, 5: binary placement (pii = "mask")) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: CartChanged changed) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Puts what an order took out of the cart of this id back in, as far as there is room: for an order that was never placed. Once for each order. */
  void put_back(1: string cart_id, 2: string order_id) throws (1: common.NotFound not_found) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Sets the currency that a cart is priced in, in capitals or not. What has no price in it stays in the cart, and is named among the changes as `NO_PRICE`. Holds until the cart is empty: then a customer's follows their setting again. */
  Cart set_currency(1: CartRef ref, 2: string currency) throws (1: common.NotFound not_found, 2: common.Unauthenticated unauthenticated, 3: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
}
