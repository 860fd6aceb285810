/** Orders, from placing to shipping, payment, cancellation and return. */
namespace py orders
namespace js orders
namespace java orders
namespace go orders

include "common.thrift"

/** The maximum number of lines of an order. */
const i32 MAX_LINES = 10000

/** The maximum quantity of one line of an order. */
const i32 MAX_QUANTITY = 10000000

/** The status of an order. */
enum OrderStatus {
  /** Placed; stock and payment are being processed. */
  PENDING = 1,
  /** Stock is allocated and payment authorised. */
  CONFIRMED = 2,
  /** It could not be confirmed; nothing was charged, and no stock is reserved. */
  REJECTED = 3,
  /** Cancelled before anything was shipped. */
  CANCELLED = 4,
  /** Partly shipped. */
  PARTLY_SHIPPED = 5,
  /** Everything that was not cancelled has been shipped. */
  SHIPPED = 6,
  /** Everything that was shipped has been returned. */
  RETURNED = 7
}

/** The payment status of an order. */
enum PaymentStatus {
  /** No payment yet. */
  NONE = 1,
  /** The provider has authorised the payment. */
  AUTHORISED = 2,
  /** A part of the amount has been captured. */
  PARTLY_CAPTURED = 3,
  /** The whole amount has been captured. */
  CAPTURED = 4,
  /** A part has been refunded. */
  PARTLY_REFUNDED = 5,
  /** Everything has been refunded. */
  REFUNDED = 6,
  /** The authorisation was voided. */
  VOIDED = 7,
  /** The provider declined the payment. */
  DECLINED = 8
}

/** What a charge is for. */
enum ChargeKind {
  /** Postage and packing. */
  POSTAGE = 1,
  /** A reduction; its amount is negative. */
  DISCOUNT = 2,
  /** A voucher sold or redeemed. */
  VOUCHER = 3,
  /** A fee of a bank or a market place. */
  FEE = 4,
  /** Samples. */
  SAMPLES = 5,
  /** Entered manually. */
  MANUAL = 6,
  /** A correction of earlier bookings. */
  ADJUSTMENT = 7
}

/** A charge on an order in addition to its goods. */
struct Charge {
  /** The kind. */
  1: required ChargeKind kind,
  /** The description. */
  2: required string description,
  /** The amount; negative for a reduction. */
  3: required common.Money amount
}

/** A payment method. */
struct PaymentMethod {
  /** "invoice" or "card". */
  1: required string provider,
  /** The provider's token for the card; sandbox tokens determine the outcome: "tok_ok", "tok_decline", "tok_delay", "tok_fail", "tok_fail_once", "tok_capture_fail". */
  2: optional string token (pii = "mask")
}

/** A line of an order. */
struct OrderLine {
  /** The line's number within the order: 1, 2, 3 and so on. */
  1: required i32 number,
  /** The product's SKU. */
  2: required common.Sku sku,
  /** The product's name when it was ordered. */
  3: required string name,
  /** The ordered quantity. */
  4: required i32 quantity,
  /** The unit price, fixed when it was ordered. */
  5: required common.Money unit_price,
  /** Whether the price was agreed instead of the list price. */
  6: required bool agreed_price,
  /** The shipped quantity. */
  7: required i32 shipped,
  /** The cancelled quantity. */
  8: required i32 cancelled,
  /** The returned quantity. */
  9: required i32 returned,
  /** The price of the line with its share of the order's discounts and other charges on goods; postage and fees are not allocated. */
  10: optional common.Money discounted_total,
  /** The refund if everything shipped of this line is returned now, unless staff agree another refund. */
  11: optional common.Money refundable
}

/** An order. */
struct Order {
  /** The order's id. */
  1: required string id,
  /** The unique order number: TS-7K2M9QX4. */
  2: required string number,
  /** The customer's id; absent for guests. */
  3: optional string customer_id,
  /** The e-mail address for this order; the customer's own address if absent. */
  4: optional string email (pii = "mask"),
  /** The status. */
  5: required OrderStatus status,
  /** The payment status. */
  6: required PaymentStatus payment_status,
  /** The first lines: up to 1,000, and up to 20,000 in all orders of one response. All lines of a larger order can be fetched in pages. */
  7: required list<OrderLine> lines,
  /** The charges in addition to the goods. */
  8: required list<Charge> charges,
  /** The total of goods and charges as ordered. */
  9: required common.Money total,
  /** The captured amount. */
  10: required common.Money captured,
  /** The refunded amount. */
  11: required common.Money refunded,
  /** The shipping address. */
  12: optional common.Address shipping_address,
  /** The payment provider. */
  13: required string provider,
  /** When it was placed. */
  14: required common.Moment placed_at,
  /** When it last changed. */
  15: required common.Moment updated_at,
  /** The possible next statuses. */
  16: required list<OrderStatus> next_statuses,
  /** Whether the customer may still cancel it. */
  17: required bool cancellable,
  /** The end of the customer's cancellation period. */
  18: required common.Moment cancellable_until,
  /** The reason for a rejection or cancellation. */
  19: optional string reason,
  /** The shipments so far. */
  20: required list<Shipment> shipments,
  /** The returns so far. */
  21: required list<Return> returns,
  /** The number of changes so far. */
  22: required i64 version,
  /** The number of lines. */
  23: optional i32 line_count
}

/** A quantity of a line. */
struct LineQuantity {
  /** The line's number within the order. */
  1: required i32 number,
  /** The quantity, 1 or more. */
  2: required i32 quantity
}

/** A shipment. */
struct Shipment {
  /** The shipment's id within the order. */
  1: required string id,
  /** The shipped lines. */
  2: required list<LineQuantity> lines,
  /** The tracking number. */
  3: optional string tracking,
  /** The time. */
  4: required common.Moment shipped_at
}

/** A return. */
struct Return {
  /** The return's id within the order. */
  1: required string id,
  /** The returned lines. */
  2: required list<LineQuantity> lines,
  /** The reason. */
  3: required string reason,
  /** Whether the goods were restocked. */
  4: required bool restocked,
  /** The refund. */
  5: required common.Money refund,
  /** The time. */
  6: required common.Moment returned_at,
  /** The difference between the usual and the agreed refund; absent in older returns. */
  7: optional common.Money withheld
}

/** An entry of an order's timeline. */
struct TimelineEntry {
  /** The version of the order's stream. */
  1: required i64 version,
  /** The event's name. */
  2: required string kind,
  /** A sentence that describes the event. */
  3: required string summary,
  /** The time. */
  4: required common.Moment occurred_at,
  /** The actor: a user's id, or the name of a service. */
  5: required string actor
}

/** A line ordered by staff or a service. */
struct NewLine {
  /** The product's SKU. */
  1: required common.Sku sku,
  /** The quantity. */
  2: required i32 quantity,
  /** The agreed price; the list price if absent. */
  3: optional common.Money agreed_price
}

/** The input for placing an order. */
struct PlaceOrder {
  /** An idempotency key chosen by the client, 8 to 100 characters; the same key and input return the same order. */
  1: required string idempotency_key,
  /** The token of the guest's cart to buy; without it and without lines, the viewer's own cart. */
  2: optional string cart_token (pii = "mask"),
  /** The shipping address; the viewer's default address if absent. */
  3: optional common.Address shipping_address,
  /** The e-mail address for this order; the viewer's own if absent. Required for guests. */
  4: optional string email (pii = "mask"),
  /** The payment method. */
  5: required PaymentMethod payment,
  /** The lines, instead of a cart. Staff and services only. */
  6: optional list<NewLine> lines,
  /** The charges. Staff and services only; otherwise the shop's postage is added. */
  7: optional list<Charge> charges,
  /** The customer's id. Staff and services only. */
  8: optional string customer_id,
  /** The currency; the cart's if absent. */
  9: optional string currency,
  /** The total that the customer saw; if the actual total differs, the order is refused with `TotalChanged`. */
  10: optional common.Money expected_total,
  /** The ISO 3166-1 alpha-2 code of the customer's country, if there is no shipping address; for statistics. Staff and services only. */
  11: optional string country
}

/** Access to a guest's order without logging in: one of the two tokens. */
struct GuestAccess {
  /** The token of the link sent by `request_guest_access`. */
  1: optional string link_token (pii = "mask"),
  /** The token of the cart that the order was bought with. */
  2: optional string cart_token (pii = "mask")
}

/** Selects orders. */
struct OrderFilter {
  /** The customer's id; only for staff and services, others see their own orders. */
  1: optional string customer_id,
  /** Any of these statuses. */
  2: optional list<OrderStatus> statuses,
  /** Placed at this time or later. */
  3: optional common.Moment placed_from,
  /** Placed before this time. */
  4: optional common.Moment placed_until
}

/** A page of orders. */
struct OrderPage {
  /** The orders, newest first. */
  1: required list<Order> orders,
  /** The position of this page. */
  2: required common.PageInfo page_info
}

/** A booking of money without an order: bank charges, bad debt, a correction. */
struct Adjustment {
  /** The booking's id. */
  1: required string id,
  /** The kind. */
  2: required ChargeKind kind,
  /** The description. */
  3: required string description,
  /** The amount; negative for a cost. */
  4: required common.Money amount,
  /** The time. */
  5: required common.Moment occurred_at,
  /** The customer's id. */
  6: optional string customer_id,
  /** The document's reference. */
  7: optional string reference
}

/** Revenue of a period. */
struct Revenue {
  /** Goods ordered in confirmed orders. */
  1: required common.Money goods,
  /** Charges on confirmed orders. */
  2: required common.Money charges,
  /** Cancelled before shipping. */
  3: required common.Money cancelled,
  /** Refunded. */
  4: required common.Money refunded,
  /** Bookings without an order. */
  5: required common.Money adjustments,
  /** The net amount. */
  6: required common.Money net,
  /** The number of confirmed orders. */
  7: required i64 orders,
  /** The shipped quantity. */
  8: required i64 units_shipped,
  /** The returned quantity. */
  9: required i64 units_returned,
  /** Captured from payment providers. */
  10: required common.Money captured
}

/** The key was used before with different input; nothing was changed. */
exception IdempotencyConflict {
  /** A message for people: what to do. */
  1: required string message,
  /** The id of the order that the key belongs to. */
  2: required string order_id
}

/** The cart has no items that can be bought. */
exception EmptyCart {
  /** A message for people: what to do. */
  1: required string message
}

/** Fewer are available than ordered; no order was placed. */
exception InsufficientStock {
  /** A message for people: what is missing. */
  1: required string message,
  /** The SKU with the largest shortage. */
  2: required common.Sku sku,
  /** Its available quantity. */
  3: required i64 available
}

/** The total differs from the expected one; no order was placed. */
exception TotalChanged {
  /** A message for people: what changed. */
  1: required string message,
  /** The current total. */
  2: required common.Money total
}

/** The order's status does not allow this. */
exception NotAllowedNow {
  /** A message for people: the status and what is possible. */
  1: required string message,
  /** The current status. */
  2: required OrderStatus status,
  /** The possible next statuses. */
  3: required list<OrderStatus> next_statuses
}

/** The personal data of an order. It is stored encrypted (see OrderPlaced), and unreadable once its key is deleted. */
struct Personal {
  /** The e-mail address. */
  1: optional string email (pii = "mask"),
  /** The shipping address. */
  2: optional common.Address shipping_address,
  /** The provider's token of the payment method. */
  3: optional string token (pii = "mask")
}

/** An order was placed; its prices are fixed. */
struct OrderPlaced {
  /** The order number. */
  1: required string number,
  /** The customer's id; absent for guests. */
  2: optional string customer_id,
  /** A `Personal`, encrypted under the customer's key (for guests, the order's key); absent if there is no data. */
  3: optional binary sealed (pii = "mask"),
  /** The lines, without `discounted_total` and `refundable`. */
  4: required list<OrderLine> lines,
  /** The charges in addition to the goods. */
  5: required list<Charge> charges,
  /** The total of goods and charges. */
  6: required common.Money total,
  /** The payment provider: "invoice" or "card". */
  7: required string provider,
  /** The id of the cart that it was placed from. */
  8: optional string cart_id,
  /** A digest of the input, to distinguish a retry from a conflicting use of the key. */
  9: required string fingerprint,
  /** When it was placed. */
  10: required common.Moment placed_at,
  /** The end of the customer's cancellation period. */
  11: required common.Moment cancellable_until,
  /** The version of the cart that was checked out; absent in orders recorded before carts were checked out first, whose carts are cleared by a reaction. */
  12: optional i64 cart_version,
  /** The ISO 3166-1 alpha-2 code of the country that it goes to, if it is known; absent in older orders. */
  13: optional string country
}

/** Stock was reserved. */
struct OrderStockReserved {
  /** When the reservation expires unless it is allocated. */
  1: required common.Moment expires_at
}

/** The provider authorised the payment. */
struct PaymentAuthorised {
  /** The provider's reference. */
  1: required string reference,
  /** The amount. */
  2: required common.Money amount
}

/** The provider declined the payment. */
struct PaymentDeclined {
  /** The provider's reason. */
  1: required string reason
}

/** The order was confirmed: stock is allocated, payment authorised. */
struct OrderConfirmed {
  /** The lines, so that readers need no call. */
  1: required list<OrderLine> lines,
  /** The customer's id; absent for guests. */
  2: optional string customer_id
}

/** The order was rejected. */
struct OrderRejected {
  /** The reason: `out of stock`, `payment declined`, `timed out`. */
  1: required string reason,
  /** The cart that its items are restored to; absent if it was not placed from a cart. */
  2: optional string cart_id,
  /** The lines, if it was placed from a cart, so that the cart needs no call. */
  3: optional list<OrderLine> lines
}

/** The whole order was cancelled. */
struct OrderCancelled {
  /** The reason. */
  1: required string reason,
  /** The role of the actor: `customer`, `staff` or `system`. */
  2: required string by
}

/** Some lines were cancelled. */
struct LinesCancelled {
  /** The lines and quantities. */
  1: required list<LineQuantity> lines,
  /** The reason. */
  2: required string reason,
  /** The reduction of the total: the lines with their share of the order's charges. */
  3: required common.Money amount,
  /** The cancellation's id within the order. */
  4: required string id
}

/** The authorisation was voided. */
struct PaymentVoided {
  /** The provider's reference. */
  1: required string reference
}

/** Goods were shipped. */
struct OrderShipped {
  /** The shipped lines. */
  1: required Shipment shipment,
  /** The amount to capture: the goods with their share of the order's charges, and with the first shipment postage and fees. Orders shipped before charges were allocated captured all charges with the first shipment. */
  2: required common.Money due
}

/** Money was captured for a shipment, and its goods were removed from stock; 0 for free goods. */
struct PaymentCaptured {
  /** The provider's reference. */
  1: required string reference,
  /** The amount. */
  2: required common.Money amount,
  /** The shipment's id. */
  3: required string shipment_id
}

/** Goods were returned. */
struct OrderReturned {
  /** The return, with its refund. */
  1: required Return returned
}

/** A refund was requested. */
struct RefundRequested {
  /** The refund's id within the order. */
  1: required string id,
  /** The amount. */
  2: required common.Money amount,
  /** The reason. */
  3: required string reason
}

/** Money was refunded. */
struct PaymentRefunded {
  /** The refund's id within the order. */
  1: required string id,
  /** The provider's reference. */
  2: required string reference,
  /** The amount. */
  3: required common.Money amount
}

/** A step without money was completed: cancelled goods were released, returned goods were restocked. */
struct StepDone {
  /** The step: `release`, `release_lines`, `restock`, or `void` if there was nothing to void. */
  1: required string step,
  /** The id of the cancellation or return; empty for the order itself. */
  2: required string id
}

/** A step of the saga failed. */
struct StepFailed {
  /** The step: `reserve`, `authorise`, `allocate`, `ship`, `capture`, `refund`, `release`, `release_lines`, `restock`, `void`. */
  1: required string step,
  /** The problem. */
  2: required string problem,
  /** The number of attempts. */
  3: required i32 attempt,
  /** The id of the shipment, cancellation, return or refund; empty for the order itself. */
  4: required string id,
  /** When it will be retried; absent if it waits for staff. */
  5: optional common.Moment retry_at
}

/** Staff requested a retry of a failed step. */
struct RetryRequested {
  /** The step. */
  1: required string step
}

/** A guest's order was claimed by an account whose owner verified the order's e-mail address. */
struct OrderClaimed {
  /** The customer's id. */
  1: required string customer_id,
  /** A `Personal`, encrypted under the customer's key; absent if there is no data. */
  2: optional binary sealed (pii = "mask")
}

/** Money was booked without an order. */
struct AdjustmentBooked {
  /** The booking. */
  1: required Adjustment adjustment
}

/** The events of orders. Streams: the order's id; `adjustment-<id>`. */
union OrderEvent {
  /** An order was placed. */
  1: OrderPlaced placed (readers = "analytics cart experiments gateway"),
  /** Stock was reserved. */
  2: OrderStockReserved stock_reserved (readers = "gateway"),
  /** The payment was authorised. */
  3: PaymentAuthorised payment_authorised (readers = "gateway"),
  /** The payment was declined. */
  4: PaymentDeclined payment_declined (readers = "gateway"),
  /** The order was confirmed. */
  5: OrderConfirmed confirmed (readers = "analytics experiments gateway recommender"),
  /** The order was rejected. */
  6: OrderRejected rejected (readers = "cart gateway"),
  /** The order was cancelled. */
  7: OrderCancelled cancelled (readers = "analytics experiments gateway recommender"),
  /** Lines were cancelled. */
  8: LinesCancelled lines_cancelled (readers = "analytics experiments gateway"),
  /** The authorisation was voided. */
  9: PaymentVoided payment_voided (readers = "gateway"),
  /** Goods were shipped. */
  10: OrderShipped shipped (readers = "gateway"),
  /** Money was captured. */
  11: PaymentCaptured payment_captured (readers = "gateway"),
  /** Goods were returned. */
  12: OrderReturned returned (readers = "analytics experiments gateway"),
  /** A refund was requested. */
  13: RefundRequested refund_requested (readers = "gateway"),
  /** Money was refunded. */
  14: PaymentRefunded payment_refunded (readers = "analytics experiments gateway"),
  /** A step failed. */
  15: StepFailed step_failed (readers = "gateway"),
  /** A retry was requested. */
  16: RetryRequested retry_requested (readers = "gateway"),
  /** Money was booked without an order. */
  17: AdjustmentBooked adjustment_booked (readers = "analytics"),
  /** A step was completed. */
  18: StepDone step_done (readers = "gateway"),
  /** A guest's order was claimed by an account. */
  19: OrderClaimed claimed (readers = "analytics experiments gateway")
} (partitions = "6")

/** The customer has open orders with goods left to ship; nothing was changed. */
exception OpenOrders {
  /** A message for people: which orders, and what to do. */
  1: required string message,
  /** The order numbers, newest first; at most 100. */
  2: required list<string> numbers
}

/** Too many requests from one client; nothing was done. */
exception TooManyRequests {
  /** A message for people: how long to wait. */
  1: required string message,
  /** The seconds to wait. */
  2: required i32 retry_after_seconds
}

/** The orders service. */
service OrdersService {
  /** Places an order and returns it pending; the saga then continues in the background. The same key and input return the same order. */
  Order place(1: PlaceOrder order (max_bytes = "1048576")) throws (1: common.InvalidInput invalid, 2: EmptyCart empty_cart, 3: InsufficientStock insufficient_stock, 4: TotalChanged total_changed, 5: IdempotencyConflict idempotency_conflict, 6: common.NotFound not_found, 7: common.Unauthenticated unauthenticated, 8: common.Forbidden forbidden) (callers = "gateway trade demo", idempotent = "true", deadline_ms = "10000")
  /** The orders with these ids that the viewer may see, or that `guest` gives access to, in the given order; others, and ids after the first 1,000, are left out. */
  list<Order> get_orders(1: list<string> ids, 2: GuestAccess guest (absent = "allowed")) (callers = "gateway demo", idempotent = "true", deadline_ms = "2000")
  /** The lines of an order after a line number (0 for the first line), 1 to 1,000 at a time, in order. */
  list<OrderLine> get_order_lines(1: string order_id, 2: i32 after, 3: i32 first) throws (1: common.NotFound not_found, 2: common.InvalidInput invalid) (callers = "gateway trade users", idempotent = "true", deadline_ms = "1000")
  /** The order with this number, for a guest who has the token of the cart that it was bought with. */
  Order get_guest_order(1: string number, 2: string cart_token (pii = "mask")) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** Sends a link to a guest's order to its e-mail address. The response and its timing are the same whether or not the order exists. Sent again, it sends another e-mail, at most three an hour. */
  void request_guest_access(1: string number, 2: string email (pii = "mask"), 3: string client_address (absent = "allowed", pii = "mask")) throws (1: common.InvalidInput invalid, 2: TooManyRequests too_many) (callers = "gateway", deadline_ms = "2000")
  /** The guest's order of a link token, which is valid for a day. */
  Order get_order_by_link(1: string link_token (pii = "mask")) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** A page of orders, newest first. */
  OrderPage find_orders(1: OrderFilter filter, 2: common.Page page) throws (1: common.Unauthenticated unauthenticated, 2: common.Forbidden forbidden, 3: common.InvalidInput invalid) (callers = "gateway trade users", idempotent = "true", deadline_ms = "2000")
  /** Prepares the erasure of a customer: no orders can be placed for them for an hour, or permanently if the erasure follows. Refused while any of their orders is open. */
  void prepare_erasure(1: string customer_id) throws (1: OpenOrders open_orders, 2: common.Forbidden forbidden) (callers = "users", idempotent = "true", deadline_ms = "3000")
  /** Reverts `prepare_erasure`: the customer was not erased, and may order again. */
  void abandon_erasure(1: string customer_id) throws (1: common.Forbidden forbidden) (callers = "users", idempotent = "true", deadline_ms = "2000")
  /** The events of an order, oldest first. */
  list<TimelineEntry> get_timeline(1: string order_id) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** Cancels an order. Customers and guests may do so within the cancellation period, staff until something has shipped. */
  Order cancel(1: string order_id, 2: string reason, 3: GuestAccess guest (absent = "allowed")) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid) (callers = "gateway demo", idempotent = "true", deadline_ms = "2000")
  /** Cancels unshipped quantities of an order's lines. Staff and services only. */
  Order cancel_lines(1: string key, 2: string order_id, 3: list<LineQuantity> lines, 4: string reason) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid, 4: common.Forbidden forbidden) (callers = "orders", idempotent = "true", deadline_ms = "5000")
  /** Ships these lines, or everything left if none are given; the payment for them is captured. Staff and services only. */
  Order ship(1: string key, 2: string order_id, 3: list<LineQuantity> lines, 4: string tracking (absent = "allowed")) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid, 4: common.Forbidden forbidden) (callers = "trade demo", idempotent = "true", deadline_ms = "5000")
  /** Returns shipped goods and refunds what they cost with their share of the order's charges; the return that completes the order also refunds postage and fees. Customers and guests may return their own orders within the return period; staff inspect the goods before restocking. Staff decide whether to restock, and may agree another refund. */
  Order return_lines(1: string key, 2: string order_id, 3: list<LineQuantity> lines, 4: string reason, 5: bool restock, 6: common.Money agreed_refund (absent = "allowed"), 7: GuestAccess guest (absent = "allowed")) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid, 4: common.Forbidden forbidden) (callers = "gateway trade demo", idempotent = "true", deadline_ms = "5000")
  /** Refunds money without a return, at most the captured amount. Staff and services only. */
  Order refund(1: string key, 2: string order_id, 3: common.Money amount, 4: string reason) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid, 4: common.Forbidden forbidden) (callers = "demo", idempotent = "true", deadline_ms = "2000")
  /** Retries the failed steps of an order. Staff only. */
  Order retry_step(1: string order_id) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.Forbidden forbidden) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Books money without an order. Staff and services only. */
  Adjustment book_adjustment(1: string key, 2: ChargeKind kind, 3: string description, 4: common.Money amount, 5: string customer_id (absent = "allowed"), 6: string reference (absent = "allowed")) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: IdempotencyConflict idempotency_conflict) (callers = "trade", idempotent = "true", deadline_ms = "2000")
  /** Captured and refunded amounts of a period, in one of the shop's currencies (case-insensitive). Staff and services only. */
  Revenue get_revenue(1: string currency, 2: common.Moment since (absent = "allowed"), 3: common.Moment before (absent = "allowed")) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway trade", idempotent = "true", deadline_ms = "5000")
}
