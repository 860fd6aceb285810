/** The orders: from the moment a customer says "buy" until everything is shipped, paid, returned or called off. */
namespace py orders
namespace js orders
namespace java orders
namespace go orders

include "common.thrift"

/** The most lines that an order has. */
const i32 MAX_LINES = 10000

/** The most pieces that one line of an order has. */
const i32 MAX_QUANTITY = 10000000

/** Where an order stands. */
enum OrderStatus {
  /** Placed; stock and payment are being seen to. */
  PENDING = 1,
  /** Stock is allocated and payment authorised. */
  CONFIRMED = 2,
  /** It could not be confirmed; nothing was charged, nothing is held. */
  REJECTED = 3,
  /** Called off before anything was shipped. */
  CANCELLED = 4,
  /** A part of it has left. */
  PARTLY_SHIPPED = 5,
  /** All of it (that was not called off) has left. */
  SHIPPED = 6,
  /** All that was shipped came back. */
  RETURNED = 7
}

/** Where an order's money stands. */
enum PaymentStatus {
  /** No money was asked for yet. */
  NONE = 1,
  /** The provider has promised the money. */
  AUTHORISED = 2,
  /** A part of what is owed was taken. */
  PARTLY_CAPTURED = 3,
  /** All that is owed was taken. */
  CAPTURED = 4,
  /** A part was given back. */
  PARTLY_REFUNDED = 5,
  /** All was given back. */
  REFUNDED = 6,
  /** The promise was given back untouched. */
  VOIDED = 7,
  /** The provider declined. */
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
  /** A fee, as a bank or a market place takes. */
  FEE = 4,
  /** Samples sent. */
  SAMPLES = 5,
  /** Anything entered by hand. */
  MANUAL = 6,
  /** A correction of earlier books. */
  ADJUSTMENT = 7
}

/** Something on an order beside its goods. */
struct Charge {
  /** What for. */
  1: required ChargeKind kind,
  /** What it says on the bill. */
  2: required string description,
  /** How much; negative for a reduction. */
  3: required common.Money amount
}

/** What is to be paid with. */
struct PaymentMethod {
  /** "invoice" or "card". */
  1: required string provider,
  /** The provider's own token for the card; sandbox tokens say what will happen: "tok_ok", "tok_decline", "tok_delay", "tok_fail", "tok_fail_once", "tok_capture_fail". */
  2: optional string token (pii = "mask")
}

/** A line of an order. */
struct OrderLine {
  /** Its number within the order: 1, 2, 3 and so on. */
  1: required i32 number,
  /** Which product. */
  2: required common.Sku sku,
  /** Its name when it was ordered. */
  3: required string name,
  /** How many were ordered. */
  4: required i32 quantity,
  /** The price of one, frozen when it was ordered. */
  5: required common.Money unit_price,
  /** Whether that price was agreed rather than the list's. */
  6: required bool agreed_price,
  /** How many have left. */
  7: required i32 shipped,
  /** How many were called off. */
  8: required i32 cancelled,
  /** How many came back. */
  9: required i32 returned,
  /** What the whole line costs with its share of the order's discounts and other charges on goods; postage and fees are not shared. */
  10: optional common.Money discounted_total,
  /** What is refunded when all of it that was shipped is returned now, unless staff agree another refund. */
  11: optional common.Money refundable
}

/** An order. */
struct Order {
  /** The order's id. */
  1: required string id,
  /** Its number for people, unique: TS-7K2M9QX4. */
  2: required string number,
  /** Whose; absent for a guest's. */
  3: optional string customer_id,
  /** Where word of it goes; to the customer's own address where absent. */
  4: optional string email (pii = "mask"),
  /** Where it stands. */
  5: required OrderStatus status,
  /** Where its money stands. */
  6: required PaymentStatus payment_status,
  /** The first of its goods: up to 1,000 lines, and up to 20,000 in all orders of one answer. Where an order has more, all of them are to be had in pages. */
  7: required list<OrderLine> lines,
  /** What is on it beside goods. */
  8: required list<Charge> charges,
  /** Goods and charges as ordered. */
  9: required common.Money total,
  /** How much was taken so far. */
  10: required common.Money captured,
  /** How much was given back so far. */
  11: required common.Money refunded,
  /** Where it goes. */
  12: optional common.Address shipping_address,
  /** The payment provider. */
  13: required string provider,
  /** When it was placed. */
  14: required common.Moment placed_at,
  /** When it last changed. */
  15: required common.Moment updated_at,
  /** The states that it can go to next. */
  16: required list<OrderStatus> next_statuses,
  /** Whether its customer may still cancel it. */
  17: required bool cancellable,
  /** Until when its customer may cancel it. */
  18: required common.Moment cancellable_until,
  /** Why it was rejected or cancelled. */
  19: optional string reason,
  /** The shipments so far. */
  20: required list<Shipment> shipments,
  /** The returns so far. */
  21: required list<Return> returns,
  /** Counts its changes. */
  22: required i64 version,
  /** How many lines it has. */
  23: optional i32 line_count
}

/** So many of a line. */
struct LineQuantity {
  /** The line's number within the order. */
  1: required i32 number,
  /** How many, 1 or more. */
  2: required i32 quantity
}

/** Goods that left together. */
struct Shipment {
  /** The shipment's id within the order. */
  1: required string id,
  /** What left. */
  2: required list<LineQuantity> lines,
  /** The carrier's number. */
  3: optional string tracking,
  /** When. */
  4: required common.Moment shipped_at
}

/** Goods that came back together. */
struct Return {
  /** The return's id within the order. */
  1: required string id,
  /** What came back. */
  2: required list<LineQuantity> lines,
  /** Why. */
  3: required string reason,
  /** Whether it went back on the shelf. */
  4: required bool restocked,
  /** What was given back for it. */
  5: required common.Money refund,
  /** When. */
  6: required common.Moment returned_at,
  /** How much less than usual staff agreed to refund; absent in returns recorded before this was noted. */
  7: optional common.Money withheld
}

/** One thing that happened to an order, for its timeline. */
struct TimelineEntry {
  /** The place in the order's stream. */
  1: required i64 version,
  /** The event's name. */
  2: required string kind,
  /** What happened, in a sentence. */
  3: required string summary,
  /** When. */
  4: required common.Moment occurred_at,
  /** Who: a user's id, or the service that called. */
  5: required string actor
}

/** A line to be ordered by staff or an importing service. */
struct NewLine {
  /** Which product. */
  1: required common.Sku sku,
  /** How many. */
  2: required i32 quantity,
  /** The price agreed; the list's where absent. */
  3: optional common.Money agreed_price
}

/** What is needed to place an order. */
struct PlaceOrder {
  /** Chosen by the client, 8 to 100 characters; the same key and input again answer with the same order. */
  1: required string idempotency_key,
  /** The guest's cart to buy; the viewer's own where absent and no lines are given. */
  2: optional string cart_token,
  /** Where it goes; the viewer's own default address where absent. */
  3: optional common.Address shipping_address,
  /** Where word of it goes; the viewer's own address where absent. A guest must say. */
  4: optional string email (pii = "mask"),
  /** What is paid with. */
  5: required PaymentMethod payment,
  /** The lines, instead of a cart. Staff and services only. */
  6: optional list<NewLine> lines,
  /** What is on it beside goods. Staff and services only; postage is added by the shop's own table otherwise. */
  7: optional list<Charge> charges,
  /** For whom. Staff and services only. */
  8: optional string customer_id,
  /** The currency; the cart's where absent. */
  9: optional string currency,
  /** The total that the customer saw; where the true one differs the order is refused with `TotalChanged`. */
  10: optional common.Money expected_total
}

/** What somebody shows who reaches a guest's order without logging in: one of the two. */
struct GuestAccess {
  /** The token from the link that `request_guest_access` had sent. */
  1: optional string link_token (pii = "mask"),
  /** The token of the cart that the order was bought with. */
  2: optional string cart_token (pii = "mask")
}

/** Which orders are wanted. */
struct OrderFilter {
  /** Whose; the viewer's own unless staff or a service asks. */
  1: optional string customer_id,
  /** In any of these states. */
  2: optional list<OrderStatus> statuses,
  /** Placed at this moment or later. */
  3: optional common.Moment placed_from,
  /** Placed before this moment. */
  4: optional common.Moment placed_until
}

/** A page of orders. */
struct OrderPage {
  /** The orders, newest first. */
  1: required list<Order> orders,
  /** Where this page stands. */
  2: required common.PageInfo page_info
}

/** A booking of money that belongs to no order: a bank's charge, a bad debt, a correction. */
struct Adjustment {
  /** Its id. */
  1: required string id,
  /** What for. */
  2: required ChargeKind kind,
  /** What it says in the books. */
  3: required string description,
  /** How much; negative for a cost. */
  4: required common.Money amount,
  /** When. */
  5: required common.Moment occurred_at,
  /** The customer it concerns. */
  6: optional string customer_id,
  /** The document it stems from. */
  7: optional string reference
}

/** What the shop took and gave back over a time. */
struct Revenue {
  /** Goods ordered in confirmed orders. */
  1: required common.Money goods,
  /** Charges on confirmed orders. */
  2: required common.Money charges,
  /** What was called off before it was shipped. */
  3: required common.Money cancelled,
  /** What was given back. */
  4: required common.Money refunded,
  /** Bookings that belong to no order. */
  5: required common.Money adjustments,
  /** What is left. */
  6: required common.Money net,
  /** How many orders were confirmed. */
  7: required i64 orders,
  /** How many pieces were shipped. */
  8: required i64 units_shipped,
  /** How many pieces came back. */
  9: required i64 units_returned,
  /** Money taken from payment providers. */
  10: required common.Money captured
}

/** The key was used before with other input; nothing was changed. */
exception IdempotencyConflict {
  /** What to do about it. */
  1: required string message,
  /** The order that the key belongs to. */
  2: required string order_id
}

/** The cart has nothing in it that can be bought. */
exception EmptyCart {
  /** What to do about it. */
  1: required string message
}

/** Fewer can be had than are wanted; nothing was placed. */
exception InsufficientStock {
  /** What is lacking, for people. */
  1: required string message,
  /** Which product is lacking most. */
  2: required common.Sku sku,
  /** How many of it there are. */
  3: required i64 available
}

/** The total is not what the customer saw; nothing was placed. */
exception TotalChanged {
  /** What changed, for people. */
  1: required string message,
  /** The total now. */
  2: required common.Money total
}

/** The order's state does not allow this. */
exception NotAllowedNow {
  /** What state it is in and what could be done, for people. */
  1: required string message,
  /** The state it is in. */
  2: required OrderStatus status,
  /** The states that it can go to next. */
  3: required list<OrderStatus> next_statuses
}

/** What an order knows of a person. It is kept sealed (see OrderPlaced), and is gone for good once its key is. */
struct Personal {
  /** Where word of the order goes. */
  1: optional string email (pii = "mask"),
  /** Where the goods go. */
  2: optional common.Address shipping_address,
  /** The provider's token of what is paid with. */
  3: optional string token (pii = "mask")
}

/** An order was placed; its prices are frozen. */
struct OrderPlaced {
  /** Its number for people. */
  1: required string number,
  /** Whose; absent for a guest's. */
  2: optional string customer_id,
  /** A `Personal`, encrypted under a key of the customer's own (of the order's own, for a guest); absent where nothing is known. */
  3: optional binary sealed (pii = "mask"),
  /** Its goods, without `discounted_total` and `refundable`. */
  4: required list<OrderLine> lines,
  /** What is on it beside goods. */
  5: required list<Charge> charges,
  /** Goods and charges. */
  6: required common.Money total,
  /** The payment provider: "invoice" or "card". */
  7: required string provider,
  /** The cart that it came from. */
  8: optional string cart_id,
  /** A digest of the input, to tell a repeat from a misuse of the key. */
  9: required string fingerprint,
  /** When it was placed. */
  10: required common.Moment placed_at,
  /** Until when its customer may cancel it. */
  11: required common.Moment cancellable_until,
  /** The version of the cart that was checked out for it; absent where the cart lets its goods go when it hears of the order, as before carts were checked out first. */
  12: optional i64 cart_version
}

/** Its stock is reserved. */
struct OrderStockReserved {
  /** Until when, unless it is allocated. */
  1: required common.Moment expires_at
}

/** The provider promised the money. */
struct PaymentAuthorised {
  /** The provider's own reference. */
  1: required string reference,
  /** How much. */
  2: required common.Money amount
}

/** The provider declined. */
struct PaymentDeclined {
  /** Why, as the provider says. */
  1: required string reason
}

/** The order stands: stock allocated, money promised. */
struct OrderConfirmed {
  /** Its goods, so that those who learn from orders need not ask. */
  1: required list<OrderLine> lines,
  /** Whose; absent for a guest's. */
  2: optional string customer_id
}

/** The order could not be confirmed. */
struct OrderRejected {
  /** Why: `out of stock`, `payment declined`, `timed out`. */
  1: required string reason,
  /** The cart that it came from, into which its goods go back; absent where it came from none. */
  2: optional string cart_id,
  /** Its goods, where it came from a cart, so that the cart need not ask. */
  3: optional list<OrderLine> lines
}

/** The order was called off, whole. */
struct OrderCancelled {
  /** Why. */
  1: required string reason,
  /** Who: `customer`, `staff` or `system`. */
  2: required string by
}

/** Some lines were called off; the rest stands. */
struct LinesCancelled {
  /** Which, and how many of them. */
  1: required list<LineQuantity> lines,
  /** Why. */
  2: required string reason,
  /** What is no longer owed: the lines with their share of the order's charges. */
  3: required common.Money amount,
  /** The cancellation's id within the order. */
  4: required string id
}

/** The promise of money was given back untouched. */
struct PaymentVoided {
  /** The provider's own reference. */
  1: required string reference
}

/** Goods left. */
struct OrderShipped {
  /** What left. */
  1: required Shipment shipment,
  /** What is to be captured for it: its goods with their share of the order's charges, and with the first shipment postage and fees. Orders shipped before charges were shared captured all charges with the first shipment. */
  2: required common.Money due
}

/** Money was taken for what left, and the goods are off the shelf; 0 for what was free. */
struct PaymentCaptured {
  /** The provider's own reference. */
  1: required string reference,
  /** How much. */
  2: required common.Money amount,
  /** The shipment that it is for. */
  3: required string shipment_id
}

/** Goods came back. */
struct OrderReturned {
  /** What came back, and what is given back for it. */
  1: required Return returned
}

/** Money is to be given back. */
struct RefundRequested {
  /** The refund's id within the order. */
  1: required string id,
  /** How much. */
  2: required common.Money amount,
  /** Why. */
  3: required string reason
}

/** Money was given back. */
struct PaymentRefunded {
  /** The refund's id within the order. */
  1: required string id,
  /** The provider's own reference. */
  2: required string reference,
  /** How much. */
  3: required common.Money amount
}

/** A step beside money was done: what was called off is free again, what came back is on the shelf. */
struct StepDone {
  /** Which step: `release`, `release_lines`, `restock`, or `void` where there was nothing to give back. */
  1: required string step,
  /** What it was about: a cancellation's or return's id within the order, empty for the order itself. */
  2: required string id
}

/** A step of the order's course failed. */
struct StepFailed {
  /** Which step: `reserve`, `authorise`, `allocate`, `ship`, `capture`, `refund`, `release`, `release_lines`, `restock`, `void`. */
  1: required string step,
  /** What went wrong. */
  2: required string problem,
  /** How often it was tried. */
  3: required i32 attempt,
  /** What it was about: a shipment's, cancellation's, return's or refund's id within the order, empty for the order itself. */
  4: required string id,
  /** When it will be tried again; absent where it waits for staff. */
  5: optional common.Moment retry_at
}

/** Staff asked for a failed step to be tried again. */
struct RetryRequested {
  /** Which step. */
  1: required string step
}

/** A guest's order belongs to an account from now on: the account's owner has proven the order's e-mail address. */
struct OrderClaimed {
  /** Whose it is now. */
  1: required string customer_id,
  /** A `Personal`, encrypted anew under the customer's key; absent where nothing is known. */
  2: optional binary sealed (pii = "mask")
}

/** Money was booked that belongs to no order. */
struct AdjustmentBooked {
  /** The booking. */
  1: required Adjustment adjustment
}

/** All that can happen to an order. Streams: the order's id; `adjustment-<id>`. */
union OrderEvent {
  /** It was placed. */
  1: OrderPlaced placed (readers = "cart"),
  /** Its stock is reserved. */
  2: OrderStockReserved stock_reserved,
  /** Its money is promised. */
  3: PaymentAuthorised payment_authorised,
  /** Its money was declined. */
  4: PaymentDeclined payment_declined,
  /** It stands. */
  5: OrderConfirmed confirmed (readers = "recommender"),
  /** It could not be confirmed. */
  6: OrderRejected rejected (readers = "cart"),
  /** It was called off. */
  7: OrderCancelled cancelled (readers = "recommender"),
  /** A part was called off. */
  8: LinesCancelled lines_cancelled,
  /** The promise of money was given back. */
  9: PaymentVoided payment_voided,
  /** Goods left. */
  10: OrderShipped shipped,
  /** Money was taken. */
  11: PaymentCaptured payment_captured,
  /** Goods came back. */
  12: OrderReturned returned,
  /** Money is to be given back. */
  13: RefundRequested refund_requested,
  /** Money was given back. */
  14: PaymentRefunded payment_refunded,
  /** A step failed. */
  15: StepFailed step_failed,
  /** A step is to be tried again. */
  16: RetryRequested retry_requested,
  /** Money without an order. */
  17: AdjustmentBooked adjustment_booked,
  /** A step was done. */
  18: StepDone step_done,
  /** A guest's order came to belong to an account. */
  19: OrderClaimed claimed
}

/** Orders of the customer are open: something of them is still to be sent. Nothing was changed. */
exception OpenOrders {
  /** Which, and what to do about them. */
  1: required string message,
  /** Their numbers, newest first; 100 at most. */
  2: required list<string> numbers
}

/** Too many requests from one place; nothing was done. */
exception TooManyRequests {
  /** How long to wait, for people. */
  1: required string message,
  /** How long to wait, in seconds. */
  2: required i32 retry_after_seconds
}

/** What orders do. */
service OrdersService {
  /** Places an order and answers at once with it pending; what follows happens by itself. The same key and input again answer with the same order. */
  Order place(1: PlaceOrder order (max_bytes = "1048576")) throws (1: common.InvalidInput invalid, 2: EmptyCart empty_cart, 3: InsufficientStock insufficient_stock, 4: TotalChanged total_changed, 5: IdempotencyConflict idempotency_conflict, 6: common.NotFound not_found, 7: common.Unauthenticated unauthenticated, 8: common.Forbidden forbidden) (callers = "gateway trade demo", idempotent = "true", deadline_ms = "10000")
  /** The orders of these ids that the viewer may see, and the guest's order that `guest` opens, in that order; others, and those after the first 1,000 ids, are left out. */
  list<Order> get_orders(1: list<string> ids, 2: GuestAccess guest (absent = "allowed")) (callers = "gateway demo", idempotent = "true", deadline_ms = "2000")
  /** The lines of an order after one by its number (0 for the first), 1 to 1,000 at a time, in order. */
  list<OrderLine> get_order_lines(1: string order_id, 2: i32 after, 3: i32 first) throws (1: common.NotFound not_found, 2: common.InvalidInput invalid) (callers = "gateway trade users", idempotent = "true", deadline_ms = "1000")
  /** The order of this number, for a guest who has the cart's token that it was bought with. */
  Order get_guest_order(1: string number, 2: string cart_token) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** Has a link sent to a guest's order, to the address that it was placed with. The same answer and time whether or not there is such an order. Asked again, it sends another e-mail, three an hour at most. */
  void request_guest_access(1: string number, 2: string email, 3: string client_address (absent = "allowed")) throws (1: common.InvalidInput invalid, 2: TooManyRequests too_many) (callers = "gateway", deadline_ms = "2000")
  /** The guest's order that the token of such a link opens, for a day after the link was sent. */
  Order get_order_by_link(1: string link_token) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** A page of orders, newest first. */
  OrderPage find_orders(1: OrderFilter filter, 2: common.Page page) throws (1: common.Unauthenticated unauthenticated, 2: common.Forbidden forbidden, 3: common.InvalidInput invalid) (callers = "gateway trade users", idempotent = "true", deadline_ms = "2000")
  /** Prepares for the erasure of a customer: from now on, for an hour or for good where the erasure follows, nothing is ordered for them. Refused while any of their orders is open. */
  void prepare_erasure(1: string customer_id) throws (1: OpenOrders open_orders, 2: common.Forbidden forbidden) (callers = "users", idempotent = "true", deadline_ms = "3000")
  /** Ends what `prepare_erasure` began: the customer was not erased after all, and may order again. */
  void abandon_erasure(1: string customer_id) throws (1: common.Forbidden forbidden) (callers = "users", idempotent = "true", deadline_ms = "2000")
  /** Everything that happened to an order, oldest first. */
  list<TimelineEntry> get_timeline(1: string order_id) throws (1: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** Cancels an order: its customer, or the guest whom `guest` lets in, within the grace period; staff until something has left. */
  Order cancel(1: string order_id, 2: string reason, 3: GuestAccess guest (absent = "allowed")) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid) (callers = "gateway demo", idempotent = "true", deadline_ms = "2000")
  /** Calls some of an order's unshipped lines off. Staff and services only. */
  Order cancel_lines(1: string key, 2: string order_id, 3: list<LineQuantity> lines, 4: string reason) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid, 4: common.Forbidden forbidden) (callers = "orders", idempotent = "true", deadline_ms = "5000")
  /** Sends goods off: these lines, or all that is left where none are named; the money for them is taken. Staff and services only. */
  Order ship(1: string key, 2: string order_id, 3: list<LineQuantity> lines, 4: string tracking (absent = "allowed")) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid, 4: common.Forbidden forbidden) (callers = "trade demo", idempotent = "true", deadline_ms = "5000")
  /** Takes shipped goods back and refunds what they cost with their share of the order's charges; the return that completes the order refunds postage and fees too. A customer returns their own, and a guest the one that `guest` opens, within the shop's time limit (they are looked at before they go back on the shelf); staff say whether they go back on the shelf, and may agree another refund. */
  Order return_lines(1: string key, 2: string order_id, 3: list<LineQuantity> lines, 4: string reason, 5: bool restock, 6: common.Money agreed_refund (absent = "allowed"), 7: GuestAccess guest (absent = "allowed")) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid, 4: common.Forbidden forbidden) (callers = "gateway trade demo", idempotent = "true", deadline_ms = "5000")
  /** Gives money back without goods coming back, never more than was taken. Staff and services only. */
  Order refund(1: string key, 2: string order_id, 3: common.Money amount, 4: string reason) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.InvalidInput invalid, 4: common.Forbidden forbidden) (callers = "demo", idempotent = "true", deadline_ms = "2000")
  /** Tries the step again at which an order is stuck. Staff only. */
  Order retry_step(1: string order_id) throws (1: common.NotFound not_found, 2: NotAllowedNow not_allowed, 3: common.Forbidden forbidden) (callers = "orders", idempotent = "true", deadline_ms = "2000")
  /** Books money that belongs to no order. Staff and services only. */
  Adjustment book_adjustment(1: string key, 2: ChargeKind kind, 3: string description, 4: common.Money amount, 5: string customer_id (absent = "allowed"), 6: string reference (absent = "allowed")) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: IdempotencyConflict idempotency_conflict) (callers = "trade", idempotent = "true", deadline_ms = "2000")
  /** What was taken and given back from one moment until before another. The currency is one of the shop's, in capitals or small letters. Staff and services only. */
  Revenue get_revenue(1: string currency, 2: common.Moment since (absent = "allowed"), 3: common.Moment before (absent = "allowed")) throws (1: common.Forbidden forbidden, 2: common.InvalidInput invalid) (callers = "gateway trade", idempotent = "true", deadline_ms = "5000")
}
