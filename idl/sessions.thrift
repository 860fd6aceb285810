/** Sessions: the devices on which users are logged in. */
namespace py sessions
namespace js sessions
namespace java sessions
namespace go sessions

include "common.thrift"

/** A session of a user on a device. */
struct Session {
  /** The session's id. */
  1: required string id,
  /** The user's id. */
  2: required string user_id,
  /** A name for the device: "Firefox on Linux". */
  3: required string device,
  /** The network address it was opened from, with its last part masked. */
  4: optional string address (pii = "mask"),
  /** When it was opened. */
  5: required common.Moment started_at,
  /** When it was last used, to the minute. */
  6: required common.Moment used_at,
  /** When it expires unless it is used. */
  7: required common.Moment idle_until,
  /** When it expires at the latest. */
  8: required common.Moment expires_at
}

/** The result of a login. */
struct Login {
  /** The secret token to send with each request; shown only once. */
  1: required string token (pii = "mask"),
  /** The session. */
  2: required Session session,
  /** The viewer. */
  3: required common.Viewer viewer
}

/** The token is invalid: it is unknown, expired or revoked. */
exception InvalidSession {
  /** A message for people: what to do. */
  1: required string message
}

/** The e-mail address and the password do not match. */
exception LoginFailed {
  /** The same message for every cause. */
  1: required string message
}

/** Too many attempts. */
exception TooManyAttempts {
  /** A message for people: how long to wait. */
  1: required string message,
  /** The seconds to wait. */
  2: required i32 retry_after_seconds
}

/** A user logged in on a device. */
struct SessionStarted {
  /** The session's id. */
  1: required string id,
  /** The user's id. */
  2: required string user_id
}

/** A session ended. */
struct SessionEnded {
  /** The session's id. */
  1: required string id,
  /** The user's id. */
  2: required string user_id,
  /** `logged out`, `revoked`, `expired`, `password changed`, `role changed`, `deactivated` or `erased`. */
  3: required string reason
}

/** The events of sessions. Streams: the session's id. */
union SessionEvent {
  /** A session started. */
  1: SessionStarted started (readers = "analytics users"),
  /** A session ended. */
  2: SessionEnded ended (readers = "gateway")
} (partitions = "6", retention_days = "400")

/** The sessions service. */
service SessionsService {
  /** Logs a user in on a device. Sent again, it opens another session. */
  Login log_in(1: string email (pii = "mask"), 2: string password (pii = "mask"), 3: string device (pii = "mask"), 4: string address (absent = "allowed", pii = "mask")) throws (1: LoginFailed failed, 2: TooManyAttempts too_many) (callers = "gateway", deadline_ms = "5000")
  /** The viewer of a token. */
  common.Viewer authenticate(1: string token (pii = "mask")) throws (1: InvalidSession invalid) (callers = "gateway", idempotent = "true", deadline_ms = "200")
  /** The viewer's open sessions, the most recently used first. */
  list<Session> get_sessions() throws (1: common.Unauthenticated unauthenticated) (callers = "gateway users", idempotent = "true", deadline_ms = "500")
  /** Ends one of the viewer's sessions, or for staff any session. */
  void revoke(1: string session_id) throws (1: common.Unauthenticated unauthenticated, 2: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Ends all other sessions of the viewer and returns their number. */
  i32 revoke_others() throws (1: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Ends the session of a token; an unknown token is not an error. */
  void log_out(1: string token (pii = "mask")) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Counts an attempt at a password outside of `log_in`, as failed until it is forgiven. Sent again, it counts again. */
  void count_attempt(1: string account (pii = "mask"), 2: string address (absent = "allowed", pii = "mask")) throws (1: TooManyAttempts too_many) (callers = "users", deadline_ms = "2000")
  /** Clears the counted attempts of this account and address, because the password was correct. */
  void forgive_attempts(1: string account (pii = "mask"), 2: string address (absent = "allowed", pii = "mask")) (callers = "users", idempotent = "true", deadline_ms = "2000")
}
