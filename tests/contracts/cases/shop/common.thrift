/** Words that all share. */
namespace py common
namespace js common
namespace java common
namespace go common

/** A code. */
typedef string Code

/** Another name for text. */
typedef string Label

/** Milliseconds since 1970. */
typedef i64 Moment

/** How many at most. */
const i32 MOST = 100

/** Money. */
struct Money {
  /** Pence. */
  1: required i64 amount,
  /** The currency. */
  2: required string currency
}

/** It is not there. */
exception NotFound {
  /** What, for people. */
  1: required string message,
  /** The id. */
  2: optional string id
}

/** It is not right. */
exception InvalidInput {
  /** What, for people. */
  1: required string message
}

/** What every service does. */
service CommonService {
  /** Whether it stands. */
  bool get_standing() (callers = "desk", idempotent = "true", deadline_ms = "100")
}
