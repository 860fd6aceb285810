/** The inventory: an append-only ledger of goods on hand, reservations, and who changed them. */
namespace py inventory
namespace js inventory
namespace java inventory
namespace go inventory

include "common.thrift"

/** The maximum number of lines or SKUs per call. Send more in several calls with the same key. */
const i32 MAX_LINES = 1000

/** The maximum quantity of a line or a count. */
const i32 MAX_QUANTITY = 2000000000

/** The stock of one SKU. */
struct StockLevel {
  /** The SKU. */
  1: required common.Sku sku,
  /** The quantity on hand. */
  2: required i64 on_hand,
  /** The part of the quantity on hand that is reserved for orders. */
  3: required i64 reserved,
  /** The quantity that can be sold: on hand less reserved. */
  4: required i64 available,
  /** The number of movements so far. */
  5: required i64 version,
  /** When it last changed; only in lists of all levels. */
  6: optional common.Moment updated_at,
  /** When this level expires, because a temporary reservation does; for caches. */
  7: optional common.Moment valid_until
}

/** A quantity of one SKU. */
struct StockLine {
  /** The SKU. */
  1: required common.Sku sku,
  /** The quantity, 1 or more. */
  2: required i64 quantity
}

/** One movement of the ledger. */
struct Movement {
  /** The SKU. */
  1: required common.Sku sku,
  /** The position in the SKU's ledger, from 1. */
  2: required i64 version,
  /** The event's name: StockReceived, StockReserved and so on. */
  3: required string kind,
  /** The change of the quantity on hand. */
  4: required i64 on_hand_change,
  /** The change of the reserved quantity. */
  5: required i64 reserved_change,
  /** The quantity on hand after it. */
  6: required i64 on_hand,
  /** The reserved quantity after it. */
  7: required i64 reserved,
  /** The order, delivery or count that it belongs to. */
  8: optional string reference,
  /** The reason. */
  9: optional string reason,
  /** The user's id, or the name of the calling service. */
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
  /** The position of this page in the list. */
  2: required common.PageInfo page_info
}

/** A SKU with less stock than requested. */
struct Shortage {
  /** The SKU. */
  1: required common.Sku sku,
  /** The requested quantity. */
  2: required i64 requested,
  /** The available quantity. */
  3: required i64 available
}

/** Totals of the whole ledger. */
struct StockTotals {
  /** The number of SKUs with a ledger. */
  1: required i64 skus,
  /** The quantity on hand. */
  2: required i64 on_hand,
  /** The reserved quantity. */
  3: required i64 reserved,
  /** The received quantity. */
  4: required i64 received,
  /** The shipped quantity. */
  5: required i64 shipped,
  /** The quantity that customers returned. */
  6: required i64 taken_back,
  /** The quantity written off. */
  7: required i64 written_off,
  /** The net change by counts. */
  8: required i64 counted,
  /** The quantity reduced by clients of 2018. */
  9: required i64 reduced
}

/** There is not enough stock; nothing was changed. */
exception OutOfStock {
  /** The shortages, as text for people. */
  1: required string message,
  /** The shortage of each SKU. */
  2: required list<Shortage> shortages
}

/** There is no such reservation: it expired, was released, or never existed. */
exception ReservationNotFound {
  /** The reservation and the SKU, as text for people. */
  1: required string message,
  /** The reservation. */
  2: required string reservation_id
}

/** Goods were received. */
struct StockReceived {
  /** The quantity. */
  1: required i64 quantity,
  /** The delivery. */
  2: optional string reference,
  /** The reason, if it needs explaining. */
  3: optional string reason
}

/** Goods were reserved for an order. */
struct StockReserved {
  /** The reservation: the order's id. */
  1: required string reservation_id,
  /** The quantity. */
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
  /** The quantity. */
  2: required i64 quantity,
  /** The reason: `cancelled`, `expired`, `rejected` or another one. */
  3: required string reason
}

/** Reserved goods were shipped. */
struct StockShipped {
  /** The reservation. */
  1: required string reservation_id,
  /** The quantity. */
  2: required i64 quantity,
  /** The shipment. */
  3: optional string reference
}

/** A customer returned goods, which can be sold again. */
struct StockTakenBack {
  /** The quantity. */
  1: required i64 quantity,
  /** The order or return. */
  2: optional string reference,
  /** The reason. */
  3: optional string reason
}

/** Lost, broken or discarded goods were written off. */
struct StockWrittenOff {
  /** The quantity. */
  1: required i64 quantity,
  /** The reason. */
  2: required string reason,
  /** The document, if there is one. */
  3: optional string reference
}

/** Goods were counted, and the quantity on hand was set to the count. */
struct StockCounted {
  /** The counted quantity. */
  1: required i64 counted,
  /** The difference from the quantity in the ledger. */
  2: required i64 difference,
  /** The reason for the count, or for the difference. */
  3: required string reason
}

/** The stock was reduced by `reduce` of 2018. */
struct StockReduced {
  /** The quantity. */
  1: required i64 quantity
}

/** The events of one SKU's stock. Streams: the SKU. */
union InventoryEvent {
  /** Goods were received. */
  1: StockReceived received (readers = "cart gateway recommender"),
  /** Goods were reserved. */
  2: StockReserved reserved (readers = "cart gateway recommender"),
  /** A reservation was allocated. */
  3: StockAllocated allocated (readers = "cart gateway"),
  /** A reservation was released. */
  4: StockReleased released (readers = "cart gateway recommender"),
  /** Reserved goods were shipped. */
  5: StockShipped shipped (readers = "cart gateway"),
  /** Goods were returned by a customer. */
  6: StockTakenBack taken_back (readers = "cart gateway recommender"),
  /** Goods were written off. */
  7: StockWrittenOff written_off (readers = "cart gateway recommender"),
  /** Goods were counted. */
  8: StockCounted counted (readers = "cart gateway recommender"),
  /** Stock was reduced by a client of 2018. */
  9: StockReduced reduced (readers = "cart gateway recommender")
} (partitions = "6")

/** Stock, reservations and the ledger. Writes take an idempotency key: a repeated call changes nothing and returns the same result. */
service InventoryService {
  /** The current levels of these SKUs, in that order, without expired reservations. The level of an unknown SKU is 0. Send at most a few hundred SKUs: more may exceed the deadline. */
  list<StockLevel> get_levels(1: list<common.Sku> skus) (callers = "gateway cart orders trade demo", idempotent = "true", deadline_ms = "100")
  /** The levels of these SKUs at a past moment. Staff and services only. */
  list<StockLevel> get_levels_at(1: list<common.Sku> skus, 2: common.Moment at) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "5000")
  /** The levels of the SKUs after the given one, ordered by SKU, 1 to 1,000 at a time. They are read from a projection and may be slightly out of date. Staff and services only. */
  list<StockLevel> list_levels(1: common.Sku after (absent = "allowed"), 2: i32 first) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "trade", idempotent = "true", deadline_ms = "5000")
  /** Totals of the whole ledger, summed from the movements. Staff and services only. */
  StockTotals get_totals() throws (1: common.Forbidden forbidden) (callers = "gateway trade", idempotent = "true", deadline_ms = "5000")
  /** A page of one SKU's ledger, newest first. Staff and services only. */
  MovementPage get_movements(1: common.Sku sku, 2: common.Page page) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "1000")

  /** Adds received goods to stock. Staff and services only. */
  list<StockLevel> receive(1: string key, 2: list<StockLine> lines, 3: string reference (absent = "allowed"), 4: string reason (absent = "allowed")) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "trade demo", idempotent = "true", deadline_ms = "10000")
  /** Reserves an order's lines, all or none, for `hold_seconds`; with `firm` without limit, as if `allocate` had followed. A repeated call changes nothing, except that an expired reservation is renewed. */
  void reserve(1: string reservation_id, 2: list<StockLine> lines, 3: i32 hold_seconds, 4: bool firm (absent = "allowed")) throws (1: OutOfStock out_of_stock, 2: common.InvalidInput invalid) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Allocates a reservation of these SKUs, so that it does not expire. */
  void allocate(1: string reservation_id, 2: list<common.Sku> skus) throws (1: ReservationNotFound not_found) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Releases the rest of a reservation of these SKUs, if it exists. */
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
