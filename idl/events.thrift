/** The envelope in which every event is stored and published. */
namespace py events
namespace js events
namespace java events
namespace go events

include "common.thrift"

/** The call context in which an event was recorded. */
struct EventContext {
  /** The W3C traceparent of the call that caused it. */
  1: optional string traceparent,
  /** The viewer's id. */
  2: optional string viewer,
  /** The calling service. */
  3: optional string caller,
  /** The active experiment variants, as `experiment=variant` pairs separated by commas. */
  4: optional string variant,
  /** The id of the event that caused this one. */
  5: optional string causation
}

/** An event with its stream and timestamps. The same bytes are stored, relayed and published. */
struct Envelope {
  /** The event's id, globally unique. */
  1: required string id,
  /** The topic, with the name of its context: `inventory`. */
  2: required string topic,
  /** The stream within the context: a SKU, an order's id. */
  3: required string stream,
  /** The version of the stream: 1, 2, 3 and so on. */
  4: required i64 version,
  /** The time at which it happened. */
  5: required common.Moment occurred_at,
  /** The time at which it was recorded; later for imported events. */
  6: required common.Moment recorded_at,
  /** The context's event union, Thrift binary. */
  7: required binary event,
  /** The call context. */
  8: required EventContext context
}
