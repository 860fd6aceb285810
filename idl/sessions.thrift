/** The sessions: who is logged in, on which device, and until when. */
namespace py sessions
namespace js sessions
namespace java sessions
namespace go sessions

include "common.thrift"

/** One device on which a user is logged in. */
struct Session {
  /** The session's id. */
  1: required string id,
  /** Whose. */
  2: required string user_id,
  /** The device in words: "Firefox on Linux". */
  3: required string device,
  /** The address it was opened from, its last part masked. */
  4: optional string address (pii = "mask"),
  /** When it was opened. */
  5: required common.Moment started_at,
  /** When it was last used, to the minute. */
  6: required common.Moment used_at,
  /** When it ends unless it is used. */
  7: required common.Moment idle_until,
  /** When it ends at the latest. */
  8: required common.Moment expires_at
}

/** What a login gives. */
struct Login {
  /** The secret to send with each request; shown this once. */
  1: required string token (pii = "mask"),
  /** The session. */
  2: required Session session,
  /** Who is logged in. */
  3: required common.Viewer viewer
}

/** The token opens nothing: it is unknown, has ended, or was revoked. */
exception InvalidSession {
  /** What to do about it. */
  1: required string message
}

/** The address and the password do not fit together. */
exception LoginFailed {
  /** The same for every cause. */
  1: required string message
}

/** Too many tries; wait. */
exception TooManyAttempts {
  /** How long to wait, for people. */
  1: required string message,
  /** How long to wait, in seconds. */
  2: required i32 retry_after_seconds
}

/** A device was logged in. */
struct SessionStarted {
  /** The session's id. */
  1: required string id,
  /** Whose. */
  2: required string user_id
}

/** A device was logged out. */
struct SessionEnded {
  /** The session's id. */
  1: required string id,
  /** Whose. */
  2: required string user_id,
  /** `logged out`, `revoked`, `expired`, `password changed`, `role changed`, `deactivated` or `erased`. */
  3: required string reason
}

/** All that can happen to a session. Streams: the session's id. */
union SessionEvent {
  /** It began. */
  1: SessionStarted started (readers = "users"),
  /** It ended. */
  2: SessionEnded ended
}

/** What the sessions' context does. */
service SessionsService {
  /** Logs a user in on a device; sent again, it opens another session. */
  Login log_in(1: string email, 2: string password, 3: string device, 4: string address (absent = "allowed")) throws (1: LoginFailed failed, 2: TooManyAttempts too_many) (callers = "gateway", deadline_ms = "5000")
  /** Who the bearer of this token is. */
  common.Viewer authenticate(1: string token) throws (1: InvalidSession invalid) (callers = "gateway", idempotent = "true", deadline_ms = "200")
  /** The viewer's open sessions, the last used first. */
  list<Session> get_sessions() throws (1: common.Unauthenticated unauthenticated) (callers = "gateway users", idempotent = "true", deadline_ms = "500")
  /** Ends one of the viewer's sessions, or staff any. */
  void revoke(1: string session_id) throws (1: common.Unauthenticated unauthenticated, 2: common.NotFound not_found) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Ends all of the viewer's sessions but this one; gives how many. */
  i32 revoke_others() throws (1: common.Unauthenticated unauthenticated) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Ends the session that this token opens; an unknown one is no error. */
  void log_out(1: string token) (callers = "gateway", idempotent = "true", deadline_ms = "2000")
  /** Counts a try at a password that is about to be made elsewhere than by `log_in`, as a failed one until it is forgiven; each time counts. */
  void count_attempt(1: string account, 2: string address (absent = "allowed")) throws (1: TooManyAttempts too_many) (callers = "users", deadline_ms = "2000")
  /** Takes back what was counted for this account and address: the password was right. */
  void forgive_attempts(1: string account, 2: string address (absent = "allowed")) (callers = "users", idempotent = "true", deadline_ms = "2000")
}
