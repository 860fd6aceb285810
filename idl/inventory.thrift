/** The inventory: an append-only ledger of stock on hand and reserved, with every movement and its actor. */
namespace py inventory
namespace js inventory
namespace java inventory
namespace go inventory

include "common.thrift"

/** The maximum number of lines or SKUs of one call; for more, make several calls with the same key. */
const i32 MAX_LINES = 1000

/** The maximum quantity of one line or one count. */
const i32 MAX_QUANTITY = 2000000000

/** The stock level of one SKU. */
struct StockLevel {
  /** The SKU. */
  1: required common.Sku sku,
  /** The quantity on hand. */
  2: required i64 on_hand,
  /** The quantity reserved for orders. */
  3: required i64 reserved,
  /** The quantity that can be sold: on hand less reserved. */
  4: required i64 available,
  /** The number of movements so far. */
  5: required i64 version,
  /** When it last moved; only in lists of all levels. */
  6: optional common.Moment updated_at
}

/** A quantity of one SKU. */
struct StockLine {
  /** The SKU. */
  1: required common.Sku sku,
  /** The quantity, 1 or more. */
  2: required i64 quantity
}

/** A movement of the ledger. */
struct Movement {
  /** The SKU. */
  1: required common.Sku sku,
  /** The version of the SKU's ledger. */
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
  /** The reference of the order, delivery or count. */
  8: optional string reference,
  /** The reason. */
  9: optional string reason,
  /** The actor: a user's id, or the name of a service. */
  10: required string actor,
  /** The time at which it happened. */
  11: required common.Moment occurred_at,
  /** The time at which it was recorded. */
  12: required common.Moment recorded_at
}

/** A page of the ledger. */
struct MovementPage {
  /** The movements, newest first. */
  1: required list<Movement> movements,
  /** The position of this page. */
  2: required common.PageInfo page_info
}

/** The shortage of one SKU. */
struct Shortage {
  /** The SKU. */
  1: required common.Sku sku,
  /** The requested quantity. */
  2: required i64 requested,
  /** The available quantity. */
  3: required i64 available
}

/** Totals of the ledger. */
struct StockTotals {
  /** The number of SKUs with a ledger. */
  1: required i64 skus,
  /** The total quantity on hand. */
  2: required i64 on_hand,
  /** The total reserved quantity. */
  3: required i64 reserved,
  /** The total received quantity. */
  4: required i64 received,
  /** The total shipped quantity. */
  5: required i64 shipped,
  /** The total returned quantity. */
  6: required i64 taken_back,
  /** The total written-off quantity. */
  7: required i64 written_off,
  /** The sum of all count differences. */
  8: required i64 counted,
  /** The total quantity taken by clients of 2018. */
  9: required i64 reduced
}

/** There is not enough stock; nothing was changed. */
exception OutOfStock {
  /** A message for people: what is missing. */
  1: required string message,
  /** The shortage of each SKU. */
  2: required list<Shortage> shortages
}

/** The reservation does not exist: it expired, was released, or was never made. */
exception ReservationNotFound {
  /** A message for people: the reservation and the SKU. */
  1: required string message,
  /** The reservation's id. */
  2: required string reservation_id
}

/** Goods were received. */
struct StockReceived {
  /** The quantity. */
  1: required i64 quantity,
  /** The delivery's reference. */
  2: optional string reference,
  /** The reason, if any. */
  3: optional string reason
}

/** Goods were reserved for an order. */
struct StockReserved {
  /** The reservation's id: the order's id. */
  1: required string reservation_id,
  /** The quantity. */
  2: required i64 quantity,
  /** When the reservation expires unless it is allocated. */
  3: required common.Moment expires_at,
  /** Whether it is allocated from the start and does not expire. */
  4: optional bool firm
}

/** A reservation was allocated: it no longer expires. */
struct StockAllocated {
  /** The reservation's id. */
  1: required string reservation_id
}

/** A reservation, or the rest of it, was released; the goods can be sold again. */
struct StockReleased {
  /** The reservation's id. */
  1: required string reservation_id,
  /** The quantity. */
  2: required i64 quantity,
  /** `cancelled`, `expired`, `rejected` or another reason. */
  3: required string reason
}

/** Reserved goods were shipped. */
struct StockShipped {
  /** The reservation's id. */
  1: required string reservation_id,
  /** The quantity. */
  2: required i64 quantity,
  /** The shipment's reference. */
  3: optional string reference
}

/** Returned goods were restocked. */
struct StockTakenBack {
  /** The quantity. */
  1: required i64 quantity,
  /** The reference of the order or return. */
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
  /** The document's reference, if any. */
  3: optional string reference
}

/** Goods were counted; the ledger was set to the count. */
struct StockCounted {
  /** The counted quantity. */
  1: required i64 counted,
  /** The difference from the ledger. */
  2: required i64 difference,
  /** The reason for the count, or for the difference. */
  3: required string reason
}

/** Goods were taken by `reduce` of 2018's contract. */
struct StockReduced {
  /** The quantity. */
  1: required i64 quantity
}

/** The events of stock. Streams: the SKU. */
union InventoryEvent {
  /** Goods were received. */
  1: StockReceived received (readers = "recommender"),
  /** Goods were reserved. */
  2: StockReserved reserved (readers = "recommender"),
  /** A reservation was allocated. */
  3: StockAllocated allocated,
  /** A reservation was released. */
  4: StockReleased released (readers = "recommender"),
  /** Reserved goods were shipped. */
  5: StockShipped shipped,
  /** Returned goods were restocked. */
  6: StockTakenBack taken_back (readers = "recommender"),
  /** Goods were written off. */
  7: StockWrittenOff written_off (readers = "recommender"),
  /** Goods were counted. */
  8: StockCounted counted (readers = "recommender"),
  /** Goods were taken by a client of 2018. */
  9: StockReduced reduced (readers = "recommender")
}

/** The inventory service. Every write has an idempotency key: repeating a call with the same key changes nothing and returns the same result. */
service InventoryService {
  /** The current levels of these SKUs, in the given order, without expired reservations; unknown SKUs have zero. Request a few hundred at once; more may exceed the deadline. */
  list<StockLevel> get_levels(1: list<common.Sku> skus) (callers = "gateway cart orders recommender trade demo", idempotent = "true", deadline_ms = "100")
  /** The levels of these SKUs at a given time. Staff and services only. */
  list<StockLevel> get_levels_at(1: list<common.Sku> skus, 2: common.Moment at) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway trade", idempotent = "true", deadline_ms = "5000")
  /** The levels of all SKUs after a given one, sorted by SKU, 1 to 1,000 at a time, from a projection that may lag. Staff and services only. */
  list<StockLevel> list_levels(1: common.Sku after (absent = "allowed"), 2: i32 first) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway trade recommender", idempotent = "true", deadline_ms = "5000")
  /** Totals of the ledger. Staff and services only. */
  StockTotals get_totals() throws (1: common.Forbidden forbidden) (callers = "gateway trade demo", idempotent = "true", deadline_ms = "5000")
  /** A page of one SKU's ledger, newest first. Staff and services only. */
  MovementPage get_movements(1: common.Sku sku, 2: common.Page page) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway trade", idempotent = "true", deadline_ms = "1000")

  /** Receives goods. Staff and services only. */
  list<StockLevel> receive(1: string key, 2: list<StockLine> lines, 3: string reference (absent = "allowed"), 4: string reason (absent = "allowed")) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway trade demo", idempotent = "true", deadline_ms = "10000")
  /** Reserves an order's lines, all or none, for a number of seconds; with `firm` permanently, as if `allocate` had followed. The same reservation again changes nothing, unless it has expired: then it is renewed. */
  void reserve(1: string reservation_id, 2: list<StockLine> lines, 3: i32 hold_seconds, 4: bool firm (absent = "allowed")) throws (1: OutOfStock out_of_stock, 2: common.InvalidInput invalid) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Makes a reservation of these SKUs permanent. */
  void allocate(1: string reservation_id, 2: list<common.Sku> skus) throws (1: ReservationNotFound not_found) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Releases the rest of a reservation of these SKUs; does nothing if there is none. */
  void release(1: string reservation_id, 2: list<common.Sku> skus, 3: string reason) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Releases a part of a reservation: a quantity of each SKU. */
  void release_lines(1: string key, 2: string reservation_id, 3: list<StockLine> lines, 4: string reason) throws (1: ReservationNotFound not_found, 2: common.InvalidInput invalid) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Ships reserved goods. */
  void ship(1: string key, 2: string reservation_id, 3: list<StockLine> lines) throws (1: ReservationNotFound not_found, 2: common.InvalidInput invalid) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Restocks returned goods. */
  void take_back(1: string key, 2: list<StockLine> lines, 3: string reference (absent = "allowed"), 4: string reason (absent = "allowed")) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "orders trade", idempotent = "true", deadline_ms = "2000")
  /** Writes off lost or broken goods, all lines or none, at most the available quantities. After a refusal use a new key. Staff and services only. */
  list<StockLevel> write_off(1: string key, 2: list<StockLine> lines, 3: string reason, 4: string reference (absent = "allowed")) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid, 3: OutOfStock out_of_stock) (callers = "gateway trade demo orders", idempotent = "true", deadline_ms = "10000")
  /** Sets the quantity on hand to a count, which must not be below the reserved quantity. Staff and services only. */
  StockLevel count(1: string key, 2: common.Sku sku, 3: i64 counted, 4: string reason) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway trade demo", idempotent = "true", deadline_ms = "2000")
}
