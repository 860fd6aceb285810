/** The inventory: an append-only ledger of goods on hand, reservations, and who changed them. */
namespace py inventory
namespace js inventory
namespace java inventory
namespace go inventory

include "common.thrift"

/** The most lines, and the most SKUs, of one call; who has more calls several times, under the same key. */
const i32 MAX_LINES = 1000

/** The most pieces of a SKU that one line or one count may name. */
const i32 MAX_QUANTITY = 2000000000

/** How much there is of one SKU. */
struct StockLevel {
  /** Which. */
  1: required common.Sku sku,
  /** The quantity on hand. */
  2: required i64 on_hand,
  /** The quantity of those that is reserved for orders. */
  3: required i64 reserved,
  /** How many can still be sold: on hand less reserved. */
  4: required i64 available,
  /** Counts the movements so far. */
  5: required i64 version,
  /** When it last moved; told where all levels are listed. */
  6: optional common.Moment updated_at,
  /** When this level expires, because a temporary reservation does; for caches. */
  7: optional common.Moment valid_until
}

/** A quantity of one SKU. */
struct StockLine {
  /** Which. */
  1: required common.Sku sku,
  /** How many, 1 or more. */
  2: required i64 quantity
}

/** One movement of the ledger. */
struct Movement {
  /** Which SKU. */
  1: required common.Sku sku,
  /** The place in the SKU's ledger. */
  2: required i64 version,
  /** The event's name: StockReceived, StockReserved and so on. */
  3: required string kind,
  /** The change of what is on hand. */
  4: required i64 on_hand_change,
  /** The change of what is reserved. */
  5: required i64 reserved_change,
  /** What is on hand after it. */
  6: required i64 on_hand,
  /** What is reserved after it. */
  7: required i64 reserved,
  /** The order, delivery or count that it belongs to. */
  8: optional string reference,
  /** Why. */
  9: optional string reason,
  /** Who: a user's id, or the service that called. */
  10: required string actor,
  /** When it happened. */
  11: required common.Moment occurred_at,
  /** When it was recorded. */
  12: required common.Moment recorded_at
}

/** A page of the ledger. */
struct MovementPage {
  /** The movements, newest first. */
  1: required list<Movement> movements,
  /** Where this page stands. */
  2: required common.PageInfo page_info
}

/** What one SKU lacks for what was asked. */
struct Shortage {
  /** Which. */
  1: required common.Sku sku,
  /** How many were asked for. */
  2: required i64 requested,
  /** How many there are. */
  3: required i64 available
}

/** The whole ledger in figures. */
struct StockTotals {
  /** How many SKUs have a ledger. */
  1: required i64 skus,
  /** All that is on hand. */
  2: required i64 on_hand,
  /** All that is reserved. */
  3: required i64 reserved,
  /** All that came in. */
  4: required i64 received,
  /** All that left with shipments. */
  5: required i64 shipped,
  /** All that came back. */
  6: required i64 taken_back,
  /** All that was lost. */
  7: required i64 written_off,
  /** The net change by counts. */
  8: required i64 counted,
  /** Reduced by clients of 2018. */
  9: required i64 reduced
}

/** There is not enough stock; nothing was changed. */
exception OutOfStock {
  /** What is lacking, for people. */
  1: required string message,
  /** What each SKU lacks. */
  2: required list<Shortage> shortages
}

/** There is no such reservation: it expired, was released, or never existed. */
exception ReservationNotFound {
  /** Which, and for which SKU, for people. */
  1: required string message,
  /** The reservation. */
  2: required string reservation_id
}

/** Goods came in. */
struct StockReceived {
  /** How many. */
  1: required i64 quantity,
  /** The delivery. */
  2: optional string reference,
  /** Why, where it is not plain. */
  3: optional string reason
}

/** Goods were reserved for an order. */
struct StockReserved {
  /** The reservation: the order's id. */
  1: required string reservation_id,
  /** How many. */
  2: required i64 quantity,
  /** When the reservation expires unless it is firm. */
  3: required common.Moment expires_at,
  /** Whether it is firm from the start: it never expires and needs no allocation. */
  4: optional bool firm
}

/** A reservation was allocated: it no longer expires. */
struct StockAllocated {
  /** The reservation. */
  1: required string reservation_id
}

/** A reservation, or a part of it, was released; the goods are available again. */
struct StockReleased {
  /** The reservation. */
  1: required string reservation_id,
  /** How many. */
  2: required i64 quantity,
  /** `cancelled`, `expired`, `rejected` or what else. */
  3: required string reason
}

/** Reserved goods were shipped. */
struct StockShipped {
  /** The reservation. */
  1: required string reservation_id,
  /** How many. */
  2: required i64 quantity,
  /** The shipment. */
  3: optional string reference
}

/** Goods came back from a customer, fit to be sold again. */
struct StockTakenBack {
  /** How many. */
  1: required i64 quantity,
  /** The order or return that they come from. */
  2: optional string reference,
  /** Why. */
  3: optional string reason
}

/** Goods were lost, broken or thrown away. */
struct StockWrittenOff {
  /** How many. */
  1: required i64 quantity,
  /** Why. */
  2: required string reason,
  /** The document, if there is one. */
  3: optional string reference
}

/** Goods were counted; the ledger follows the count. */
struct StockCounted {
  /** How many were found. */
  1: required i64 counted,
  /** The difference to what the ledger had. */
  2: required i64 difference,
  /** Why it was counted, or what explains the difference. */
  3: required string reason
}

/** The stock was reduced by `reduce` of 2018. */
struct StockReduced {
  /** How many. */
  1: required i64 quantity
}

/** All that can happen to one SKU's stock. Streams: the SKU. */
union InventoryEvent {
  /** Goods came in. */
  1: StockReceived received (readers = "gateway recommender"),
  /** Goods were promised. */
  2: StockReserved reserved (readers = "gateway recommender"),
  /** A promise was made firm. */
  3: StockAllocated allocated (readers = "gateway"),
  /** A promise was taken back. */
  4: StockReleased released (readers = "gateway recommender"),
  /** Promised goods left. */
  5: StockShipped shipped (readers = "gateway"),
  /** Goods came back. */
  6: StockTakenBack taken_back (readers = "gateway recommender"),
  /** Goods were lost. */
  7: StockWrittenOff written_off (readers = "gateway recommender"),
  /** Goods were counted. */
  8: StockCounted counted (readers = "gateway recommender"),
  /** Goods were taken by an old client. */
  9: StockReduced reduced (readers = "gateway recommender")
}

/** What the inventory does. Every write takes a key: the same key again changes nothing and answers as before. */
service InventoryService {
  /** The levels of these SKUs now, in that order; expired reservations are available again; of an unknown one there are none. Ask for a few hundred at once: more may take longer than the deadline. */
  list<StockLevel> get_levels(1: list<common.Sku> skus) (callers = "gateway cart orders trade demo", idempotent = "true", deadline_ms = "100")
  /** The levels of these SKUs as they were at that moment. Staff and services only. */
  list<StockLevel> get_levels_at(1: list<common.Sku> skus, 2: common.Moment at) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "5000")
  /** The levels of every SKU there is after one, in the order of SKUs, 1 to 1,000 at a time, as the ledger's tables have them: a moment late. Staff and services only. */
  list<StockLevel> list_levels(1: common.Sku after (absent = "allowed"), 2: i32 first) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "trade", idempotent = "true", deadline_ms = "5000")
  /** The whole ledger in figures, summed from the movements. Staff and services only. */
  StockTotals get_totals() throws (1: common.Forbidden forbidden) (callers = "gateway trade", idempotent = "true", deadline_ms = "5000")
  /** A page of one SKU's ledger, newest first. Staff and services only. */
  MovementPage get_movements(1: common.Sku sku, 2: common.Page page) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "1000")

  /** Adds received goods to stock. Staff and services only. */
  list<StockLevel> receive(1: string key, 2: list<StockLine> lines, 3: string reference (absent = "allowed"), 4: string reason (absent = "allowed")) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "trade demo", idempotent = "true", deadline_ms = "10000")
  /** Reserves an order's lines, all or none, for `hold_seconds`; with `firm` without limit, as if `allocate` had followed. Repeated, it changes nothing, unless the reservation has expired: then it is made again. */
  void reserve(1: string reservation_id, 2: list<StockLine> lines, 3: i32 hold_seconds, 4: bool firm (absent = "allowed")) throws (1: OutOfStock out_of_stock, 2: common.InvalidInput invalid) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Allocates a reservation of these SKUs, so that it does not expire. */
  void allocate(1: string reservation_id, 2: list<common.Sku> skus) throws (1: ReservationNotFound not_found) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Releases what is left of a reservation of these SKUs, if there is one. */
  void release(1: string reservation_id, 2: list<common.Sku> skus, 3: string reason) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Releases a part of a reservation: a quantity of each SKU. */
  void release_lines(1: string key, 2: string reservation_id, 3: list<StockLine> lines, 4: string reason) throws (1: ReservationNotFound not_found, 2: common.InvalidInput invalid) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Ships reserved goods. */
  void ship(1: string key, 2: string reservation_id, 3: list<StockLine> lines) throws (1: ReservationNotFound not_found, 2: common.InvalidInput invalid) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Returns goods to stock. */
  void take_back(1: string key, 2: list<StockLine> lines, 3: string reference (absent = "allowed"), 4: string reason (absent = "allowed")) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "orders trade", idempotent = "true", deadline_ms = "2000")
  /** Writes off lost or broken goods, all lines or none: never more than are available. After a refusal use a new key. Staff and services only. */
  list<StockLevel> write_off(1: string key, 2: list<StockLine> lines, 3: string reason, 4: string reference (absent = "allowed")) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid, 3: OutOfStock out_of_stock) (callers = "trade demo", idempotent = "true", deadline_ms = "10000")
  /** Sets the quantity on hand to the counted one, which cannot be below the reserved quantity. Staff and services only. */
  StockLevel count(1: string key, 2: common.Sku sku, 3: i64 counted, 4: string reason) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "trade demo", idempotent = "true", deadline_ms = "2000")
}
