/** The platform: what every process answers beside its contexts: what it is, how far it has come, and its logs of events. */
namespace * platform

include "common.thrift"

/** A contract as a process knows it. Two processes with the same digest promise the same. */
struct ContractDigest {
  /** The contract: `catalog`. */
  1: required string name,
  /** The SHA-256 of its words, comments and blanks left out; hexadecimal. */
  2: required string digest
}

/** What a consumer group does with events. */
enum GroupKind {
  /** Keeps own tables. */
  PROJECTION = 1,
  /** Calls others. */
  REACTION = 2,
  /** Hands them on. */
  RELAY = 3
}

/** A consumer group of a process. */
struct GroupDescription {
  /** Its name: `orders.saga`. */
  1: required string name,
  /** The topic it takes. */
  2: required string topic,
  /** What it does with it. */
  3: required GroupKind kind,
  /** The kinds of events it takes, in alphabetical order; all of them where absent. */
  4: optional list<string> kinds
}

/** What a process says of itself. */
struct Description {
  /** The contexts that it hosts. */
  1: required list<string> contexts,
  /** The version of the code. */
  2: required string version,
  /** When it started. */
  3: required common.Moment started_at,
  /** Every contract that it knows, its own and those of the services that it calls. */
  4: required list<ContractDigest> contracts,
  /** The topics whose logs it keeps. */
  5: required list<string> topics,
  /** Its consumer groups. */
  6: required list<GroupDescription> groups
}

/** One event of a log. */
struct LogEntry {
  /** Its place in the log: more than that of any before it. */
  1: required i64 position,
  /** An `events.Envelope`, Thrift binary. */
  2: required binary envelope
}

/** How far a consumer group has come. */
struct Lag {
  /** The group. */
  1: required string group,
  /** The topic that it takes. */
  2: required string topic,
  /** The position of the last event that it took or passed over; 0 where it took none. */
  3: required i64 position,
  /** How many events it has yet to take, counted up to 10,000; absent where the topic's owner does not answer. */
  4: optional i64 behind
}

/** What every process does. It is asked at a context: whoever hosts that answers. */
service PlatformService {
  /** What this process is. */
  Description describe() (callers = "any", idempotent = "true", deadline_ms = "1000")
  /** The text of a contract as this process knows it, so that what differs from another's can be told. */
  string get_contract(1: string name) throws (1: common.NotFound not_found) (callers = "any", idempotent = "true", deadline_ms = "500")
  /** The position of the last event of a topic whose log is kept here; 0 where there is none. */
  i64 get_head(1: string topic) throws (1: common.NotFound not_found) (callers = "any", idempotent = "true", deadline_ms = "500")
  /** The same, as soon as it is beyond `after`; as it is where nothing is recorded for so many milliseconds (1,000 at most), where too many wait here already, or where this process is about to end. */
  i64 await_head(1: string topic, 2: i64 after, 3: i32 patience_ms) throws (1: common.NotFound not_found) (callers = "any", idempotent = "true", deadline_ms = "2000")
  /** The events of a topic after a position, in order: of these kinds, or of all that the caller may read where none are named; 1 to 1,000 of them, fewer where they are large, none only at the end. Each kind is for those whom its `readers` annotation lists. */
  list<LogEntry> read_log(1: string topic, 2: i64 after, 3: i32 limit, 4: list<string> kinds (absent = "allowed")) throws (1: common.NotFound not_found, 2: common.InvalidInput invalid) (callers = "any", idempotent = "true", deadline_ms = "2000")
  /** How many events `read_log` would give in all, counted up to 10,000. */
  i64 count_log(1: string topic, 2: i64 after, 3: list<string> kinds (absent = "allowed")) throws (1: common.NotFound not_found, 2: common.InvalidInput invalid) (callers = "any", idempotent = "true", deadline_ms = "2000")
  /** How far the consumer groups of this process have come. */
  list<Lag> get_lags() (callers = "any", idempotent = "true", deadline_ms = "3000")
}
