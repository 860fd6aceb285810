/** The platform: what every process answers beside its contexts: a description, its consumer groups' progress and the feeds of its topics. */
namespace py platform
namespace js platform
namespace java platform
namespace go platform

include "common.thrift"

/** A contract as a process knows it. Processes with the same digest have the same contract. */
struct ContractDigest {
  /** The contract: `catalog`. */
  1: required string name,
  /** The SHA-256 of its words, comments and blanks left out; hexadecimal. */
  2: required string digest
}

/** What a consumer group does with events. */
enum GroupKind {
  /** Maintains tables of its context. */
  PROJECTION = 1,
  /** Calls services. */
  REACTION = 2,
  /** Publishes to a broker. */
  RELAY = 3
}

/** A consumer group of a process. */
struct GroupDescription {
  /** Its name: `orders.saga`. */
  1: required string name,
  /** The topic that it reads. */
  2: required string topic,
  /** What it does with the events. */
  3: required GroupKind kind,
  /** The kinds of events that it reads, in alphabetical order; all of them if absent. */
  4: optional list<string> kinds
}

/** A description of a process. */
struct Description {
  /** The contexts that it hosts. */
  1: required list<string> contexts,
  /** The version of the code. */
  2: required string version,
  /** When it started. */
  3: required common.Moment started_at,
  /** Every contract that it knows, its own and those of the services that it calls. */
  4: required list<ContractDigest> contracts,
  /** The topics that it hosts. */
  5: required list<string> topics,
  /** Its consumer groups. */
  6: required list<GroupDescription> groups
}

/** One event of a feed. */
struct FeedMessage {
  /** Its place in the partition; a reader passes it back as it is. */
  1: required string cursor,
  /** The stream within the topic. */
  2: required string key,
  /** An `events.Envelope`, Thrift binary. */
  3: required binary envelope
}

/** Consecutive events of one partition. */
struct FeedBatch {
  /** The events, in order. */
  1: required list<FeedMessage> messages,
  /** Where to read on: beyond the last message where later events are of other kinds. */
  2: required string cursor
}

/** How far a consumer group has processed one partition of its topic. */
struct GroupProgress {
  /** The group. */
  1: required string group,
  /** The topic. */
  2: required string topic,
  /** The number of the partition. */
  3: required i32 partition,
  /** The group's checkpoint; empty at the start. */
  4: required string cursor,
  /** How many events it has yet to process, counted up to 10,000; absent if the topic's process does not answer. */
  5: optional i64 behind,
  /** The event of a kind unknown to this version of the code that a newer version has to process. */
  6: optional string waiting_for
}

/** Implemented by every process. A call is addressed to a context, and answered by a process that hosts it. */
service PlatformService {
  /** Describes this process. */
  Description describe() (callers = "any", idempotent = "true", deadline_ms = "1000")
  /** The text of a contract as this process knows it, so that what differs from another's can be told. */
  string get_contract(1: string name) throws (1: common.NotFound not_found) (callers = "any", idempotent = "true", deadline_ms = "500")
  /** Where each partition of a topic hosted here ends, by its number. */
  map<i32, string> get_ends(1: string topic) throws (1: common.NotFound not_found) (callers = "any", idempotent = "true", deadline_ms = "500")
  /** How many milliseconds ago the oldest event of a topic hosted here was recorded that is not yet published to the broker where the topic is followed; 0 if all are. */
  i64 get_publishing_delay(1: string topic) throws (1: common.NotFound not_found) (callers = "any", idempotent = "true", deadline_ms = "500")
  /** The same as `get_ends`, as soon as they differ from the ends that the caller has seen; as they are after `patience_ms` (1,000 at most), if too many calls wait here already, and during a graceful shutdown. */
  map<i32, string> await_ends(1: string topic, 2: map<i32, string> seen, 3: i32 patience_ms) throws (1: common.NotFound not_found) (callers = "any", idempotent = "true", deadline_ms = "2000")
  /** The events of a partition after a cursor (empty: from the start), in order: of these kinds, or of all that the caller may read. Returns up to `limit` of them (1 to 1,000), fewer if they are large. The `readers` annotation of each event lists who may read it; nobody reads events on behalf of a customer. */
  FeedBatch read_feed(1: string topic, 2: i32 partition, 3: string after, 4: i32 limit, 5: list<string> kinds (absent = "allowed")) throws (1: common.NotFound not_found, 2: common.InvalidInput invalid) (callers = "any", idempotent = "true", deadline_ms = "2000")
  /** How many events `read_feed` has yet to return, counted up to 10,000. */
  i64 count_feed(1: string topic, 2: i32 partition, 3: string after, 4: list<string> kinds (absent = "allowed")) throws (1: common.NotFound not_found, 2: common.InvalidInput invalid) (callers = "any", idempotent = "true", deadline_ms = "2000")
  /** How far the consumer groups and subscriptions of this process are, for each partition. */
  list<GroupProgress> get_progress() (callers = "any", idempotent = "true", deadline_ms = "3000")
}
