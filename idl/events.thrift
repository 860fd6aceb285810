/** How any event is stored and travels. */
namespace py events
namespace js events
namespace java events
namespace go events

include "common.thrift"

/** Under which circumstances an event came about. */
struct EventContext {
  /** The W3C traceparent of the call that caused it. */
  1: optional string traceparent,
  /** The id of the viewer on whose behalf it happened. */
  2: optional string viewer,
  /** The service that called. */
  3: optional string caller,
  /** The experiment variants in force, as `experiment=variant` pairs joined by commas. */
  4: optional string variant,
  /** The id of the event that this one follows from. */
  5: optional string causation
}

/** One fact, with where and when it was recorded. The same bytes are stored, relayed and published. */
struct Envelope {
  /** The event's own id, unique everywhere. */
  1: required string id,
  /** The topic it travels on, named as the context whose fact it is: `inventory`. */
  2: required string topic,
  /** The stream within the context: a SKU, an order's id. */
  3: required string stream,
  /** The place in the stream: 1, 2, 3 and so on. */
  4: required i64 version,
  /** When it happened. */
  5: required common.Moment occurred_at,
  /** When it was recorded: later than it happened for what is imported. */
  6: required common.Moment recorded_at,
  /** The context's event union, Thrift binary. */
  7: required binary event,
  /** The circumstances. */
  8: required EventContext context
}
