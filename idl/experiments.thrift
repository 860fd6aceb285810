/** Feature flags and experiments, which are the same thing: variants, who gets them, and who has seen them. */
namespace py experiments
namespace js experiments
namespace java experiments
namespace go experiments

include "common.thrift"

/** The state of a flag. */
enum FlagState {
  /** It was never started; everyone gets the default variant. */
  DRAFT = 1,
  /** Its variants are shown, between its start and its end. */
  RUNNING = 2,
  /** It was stopped; everyone gets the default variant. */
  STOPPED = 3,
  /** A variant was shipped; everyone gets it. */
  SHIPPED = 4
}

/** A variant of a flag. */
struct Variant {
  /** Its key within the flag: 1 to 20 characters of a-z 0-9 - _. */
  1: required string key,
  /** Its share among the variants, relative to the sum of all weights: 0 to 10,000. */
  2: required i32 weight,
  /** The value that the code gets, as JSON: `true`, `"green"`, `{"columns": 3}`; at most 2,000 characters. */
  3: required string value,
  /** What it is, for staff. */
  4: optional string description
}

/** Who gets the variants of a flag: visitors to whom all of these apply. */
struct Audience {
  /** Only visitors who are logged in, or only those who are not. */
  1: optional bool signed_in,
  /** Only visitors in these countries (ISO 3166-1 alpha-2). */
  2: optional list<string> countries,
  /** Only new visitors, who have no account or have had it for fewer than 30 days; or only all others. */
  3: optional bool is_new,
  /** Only visitors in one of these segments, as the client that evaluates the flag names it. */
  4: optional list<string> segments
}

/** Buckets from the end of the previous range, or from 0, up to `limit`, of 10,000. */
struct BucketRange {
  /** The first bucket after the range. */
  1: required i32 limit,
  /** The variant of the range; empty for none. */
  2: required string variant
}

/** The variants of all buckets as of one change of the weights. */
struct Allocation {
  /** The ranges, ascending. */
  1: required list<BucketRange> ranges
}

/** What an experiment is meant to improve. */
enum Goal {
  /** The share of visitors with an order that was not cancelled. */
  CONVERSION = 1,
  /** Revenue per visitor: what was ordered, less what was cancelled and refunded. */
  REVENUE = 2,
  /** Units per visitor that were neither cancelled nor returned. */
  UNITS = 3
}

/** What is decided about the results of an experiment before it starts. */
struct Plan {
  /** What decides. */
  1: required Goal goal,
  /** The least improvement that is worth shipping, of 10,000: 500 for 5 %. */
  2: required i32 min_lift,
  /** The planned number of visitors of all variants. */
  3: required i64 visitors
}

/** A flag: what a visitor gets can be decided from it and the visitor's id alone, unless the weights were changed. */
struct Flag {
  /** Its key: 1 to 40 characters of a-z 0-9 - _. */
  1: required string key,
  /** What it is, for staff. */
  2: required string title,
  /** Why it exists, and what is expected of it. */
  3: required string description,
  /** The state. */
  4: required FlagState state,
  /** The variants; the first is usually what the shop did before. */
  5: required list<Variant> variants,
  /** The variant for everyone who gets no other. */
  6: required string default_variant,
  /** Who gets the variants. */
  7: required Audience audience,
  /** The layer: a visitor is in at most one of its flags. */
  8: optional string layer,
  /** The share of visitors who are in it, of 10,000. */
  9: required i32 share,
  /** The buckets of visitors who are in it; the buckets are those of the layer, if it has one. Empty before the first start. */
  10: required Allocation enrolment,
  /** The variants by bucket as of the first start and each change of the weights since. Visitors keep the variant that they have seen. */
  11: required list<Allocation> allocations,
  /** The variants of testers, by the visitor's or the customer's id. */
  12: required map<string, string> overrides,
  /** It has no effect before this time. */
  13: optional common.Moment starts_at,
  /** It has no effect from this time on. */
  14: optional common.Moment ends_at,
  /** Whether clients may evaluate it (OFREP). */
  15: required bool is_public,
  /** The shipped variant. */
  16: optional string shipped,
  /** The number of changes so far. */
  17: required i64 version,
  /** What is decided about its results; absent if nothing was. */
  18: optional Plan plan
}

/** What staff decide about a flag before it starts. */
struct FlagDraft {
  /** Its key: 1 to 40 characters of a-z 0-9 - _. It can never be changed or used again. */
  1: required string key,
  /** What it is, for staff: 1 to 100 characters. */
  2: required string title,
  /** Why it exists, and what is expected of it: at most 2,000 characters. */
  3: required string description,
  /** 1 to 10 variants. */
  4: required list<Variant> variants,
  /** The variant for everyone who gets no other. */
  5: required string default_variant,
  /** Who gets the variants. */
  6: required Audience audience,
  /** The layer: a visitor is in at most one of its flags. 1 to 40 characters of a-z 0-9 - _. */
  7: optional string layer,
  /** The share of visitors who are in it, 0 to 10,000 of 10,000. */
  8: required i32 share,
  /** It has no effect before this time. */
  9: optional common.Moment starts_at,
  /** It has no effect from this time on. */
  10: optional common.Moment ends_at,
  /** Whether clients may evaluate it (OFREP). */
  11: required bool is_public,
  /** What is decided about its results: the goal, the least lift (1 to 10,000 of 10,000) and the planned visitors (200 to 1,000,000,000). Fixed once it was started. */
  12: optional Plan plan
}

/** A change of a flag, for its history. */
struct FlagChange {
  /** The kind of event: `WeightsSet`. */
  1: required string kind,
  /** What changed, in words. */
  2: required string summary,
  /** The reason, if one was recorded. */
  3: optional string reason,
  /** The id of the member of staff, or the service, that made it. */
  4: required string actor,
  /** The time. */
  5: required common.Moment at
}

/** A visitor saw the effect of a variant. */
struct Exposure {
  /** The visitor's id, or `customer:` with the customer's id. */
  1: required string unit,
  /** The flag. */
  2: required string flag,
  /** The variant. */
  3: required string variant,
  /** The time at which it was used. */
  4: required common.Moment at
}

/** A guest's order was placed by a visitor. */
struct GuestOrder {
  /** The visitor's id. */
  1: required string unit,
  /** The order's id. */
  2: required string order_id,
  /** The time at which it was placed. */
  3: required common.Moment at
}

/** Operations of a gateway under a variant, within a minute: sums over their visitors, for the errors and the duration of a variant. */
struct OperationSums {
  /** The flag. */
  1: required string flag,
  /** The variant. */
  2: required string variant,
  /** The time at which they were added up. */
  3: required common.Moment at,
  /** The number of visitors. */
  4: required i64 visitors,
  /** The number of operations. */
  5: required i64 operations,
  /** How many of them failed because of the shop. */
  6: required i64 failed,
  /** The sum of their durations, in tenths of a millisecond. */
  7: required i64 duration,
  /** The sum of the squares of each visitor's number of operations. */
  8: required i64 operations_squared,
  /** The sum of the squares of each visitor's number of failed operations. */
  9: required i64 failed_squared,
  /** The sum of the squares of each visitor's duration. */
  10: required i64 duration_squared,
  /** The sum of the products of each visitor's number of operations and of failed operations. */
  11: required i64 operations_failed,
  /** The sum of the products of each visitor's number of operations and duration. */
  12: required i64 operations_duration,
  /** The sum of the products of each visitor's number of failed operations and duration. */
  13: required i64 failed_duration
}

/** By which id a visitor is assigned to variants, and what they have seen. */
struct Subject {
  /** The visitor's id, or `customer:` with the customer's id. */
  1: required string unit,
  /** The variants that were shown to it, by flag. */
  2: required map<string, string> variants
}

/** A flag was created. */
struct FlagCreated {
  /** The flag. */
  1: required FlagDraft draft,
  /** The time. */
  2: required common.Moment at
}

/** A flag was edited. */
struct FlagEdited {
  /** The flag from now on. */
  1: required FlagDraft draft,
  /** The time. */
  2: required common.Moment at
}

/** The weights of a flag's variants were changed. */
struct WeightsSet {
  /** The flag. */
  1: required string key,
  /** All weights by variant. */
  2: required map<string, i32> weights,
  /** The reason. */
  3: required string reason,
  /** The time. */
  4: required common.Moment at,
  /** The variants by bucket from now on; absent before the first start. */
  5: optional Allocation allocation
}

/** The share of visitors who are in a flag was changed. */
struct ShareSet {
  /** The flag. */
  1: required string key,
  /** The share, of 10,000. */
  2: required i32 share,
  /** The reason. */
  3: required string reason,
  /** The time. */
  4: required common.Moment at,
  /** The buckets of visitors who are in it from now on; absent before the first start. */
  5: optional Allocation enrolment
}

/** A flag was started, or resumed. */
struct FlagStarted {
  /** The flag. */
  1: required string key,
  /** The time. */
  2: required common.Moment at,
  /** The buckets of visitors who are in it. */
  3: required Allocation enrolment,
  /** The variants by bucket. */
  4: required Allocation allocation
}

/** A flag was stopped. */
struct FlagStopped {
  /** The flag. */
  1: required string key,
  /** The reason. */
  2: required string reason,
  /** The time. */
  3: required common.Moment at
}

/** A variant was shipped to everyone. */
struct FlagShipped {
  /** The flag. */
  1: required string key,
  /** The variant. */
  2: required string variant,
  /** The reason. */
  3: required string reason,
  /** The time. */
  4: required common.Moment at
}

/** A tester's variant was set or removed. */
struct OverrideSet {
  /** The flag. */
  1: required string key,
  /** The visitor's or the customer's id. */
  2: required string id,
  /** The variant; absent if it was removed. */
  3: optional string variant,
  /** The time. */
  4: required common.Moment at
}

/** A visitor saw the effect of a variant. Recorded once for each visitor, flag and variant. */
struct VariantExposed {
  /** The flag. */
  1: required string flag,
  /** The variant. */
  2: required string variant,
  /** The time at which it was used. */
  3: required common.Moment at
}

/** A visitor's id was claimed by the first customer who logged in with it. */
struct VisitorClaimed {
  /** The customer's id. */
  1: required string customer_id,
  /** The time. */
  2: required common.Moment at
}

/** From now on a customer is assigned to variants by this id, on all devices. */
struct CustomerLinked {
  /** A visitor's id, or `customer:` with the customer's id. */
  1: required string unit,
  /** The time. */
  2: required common.Moment at
}

/** The link between a customer and a visitor's id was removed, because the account was erased. */
struct CustomerUnlinked {
  /** The time. */
  1: required common.Moment at
}

/** A visitor placed an order as a guest. */
struct VisitorOrdered {
  /** The order's id. */
  1: required string order_id,
  /** The time at which it was placed. */
  2: required common.Moment at
}

/** Operations under a variant were measured. */
struct OperationsMeasured {
  /** Their sums. */
  1: required OperationSums sums
}

/** The events of experiments. Streams: `flags` with the changes of all flags; `unit/` with a visitor's id; `customer/` with a customer's id; `operations/` with a flag's key. */
union ExperimentEvent {
  /** A flag was created. */
  1: FlagCreated created (readers = "gateway"),
  /** A flag was edited. */
  2: FlagEdited edited (readers = "gateway"),
  /** The weights were changed. */
  3: WeightsSet weights_set (readers = "gateway"),
  /** The share of visitors was changed. */
  4: ShareSet share_set (readers = "gateway"),
  /** A flag was started. */
  5: FlagStarted started (readers = "gateway"),
  /** A flag was stopped. */
  6: FlagStopped stopped (readers = "gateway"),
  /** A variant was shipped. */
  7: FlagShipped shipped (readers = "gateway"),
  /** A tester's variant was set. */
  8: OverrideSet override_set (readers = "gateway"),
  /** A visitor saw a variant. */
  9: VariantExposed exposed,
  /** A visitor's id was claimed. */
  10: VisitorClaimed visitor_claimed,
  /** A customer was linked to an id. */
  11: CustomerLinked customer_linked (readers = "gateway"),
  /** A customer's link was removed. */
  12: CustomerUnlinked customer_unlinked (readers = "gateway"),
  /** A visitor placed an order as a guest. */
  13: VisitorOrdered visitor_ordered,
  /** Operations under a variant were measured. */
  14: OperationsMeasured operations_measured
} (partitions = "6")

/** The experiments service. Changes of flags are for staff; every change is an event, and effective in all processes at once. */
service ExperimentsService {
  /** All flags. */
  list<Flag> get_flags() (callers = "gateway", idempotent = "true", deadline_ms = "500")
  /** By which id the viewer is assigned to variants. A customer's is the id of the visitor as whom they first used a flag, on all devices; it is recorded at the first call. Without a viewer it is the visitor's own. */
  Subject resolve_subject(1: string visitor (absent = "allowed")) throws (1: common.InvalidInput invalid) (callers = "gateway", idempotent = "true", deadline_ms = "250")
  /** Records that visitors saw variants, once for each visitor, flag and variant; flags that are not running, and invalid ids, are left out. At most 500. Returns the number of new ones. */
  i32 expose(1: list<Exposure> exposures) throws (1: common.InvalidInput invalid) (callers = "gateway demo", idempotent = "true", deadline_ms = "5000")
  /** Records which visitors placed these guests' orders, so that they count for what the visitors saw; invalid ids are left out. At most 500. Returns the number of new ones. */
  i32 attribute(1: list<GuestOrder> orders) throws (1: common.InvalidInput invalid) (callers = "gateway demo", idempotent = "true", deadline_ms = "5000")
  /** Records operations under variants; flags that are not running, and sums that no visitors can have, are left out. At most 500. The same key changes nothing. Returns the number of new ones. */
  i32 measure(1: string key, 2: list<OperationSums> sums) throws (1: common.InvalidInput invalid) (callers = "gateway demo", idempotent = "true", deadline_ms = "5000")
  /** Creates a flag, which is not started. The same again changes nothing. */
  Flag create_flag(1: FlagDraft draft) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.Conflict conflict) (callers = "demo experiments", idempotent = "true", deadline_ms = "2000")
  /** Edits a flag. Variants, layer and share are fixed once it was started. */
  Flag edit_flag(1: FlagDraft draft) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.Conflict conflict, 4: common.NotFound not_found) (callers = "experiments", idempotent = "true", deadline_ms = "2000")
  /** Sets the weights of all variants, each 0 to 10,000. Visitors keep the variant that they have seen. */
  Flag set_weights(1: string flag, 2: map<string, i32> weights, 3: string reason) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.Conflict conflict, 4: common.NotFound not_found) (callers = "experiments", idempotent = "true", deadline_ms = "2000")
  /** Sets the share of visitors who are in a flag, of 10,000. While the flag runs it can only grow: visitors who are in it stay in it. */
  Flag set_share(1: string flag, 2: i32 share, 3: string reason) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.Conflict conflict, 4: common.NotFound not_found) (callers = "experiments", idempotent = "true", deadline_ms = "2000")
  /** Starts a flag, or resumes one that was stopped. */
  Flag start_flag(1: string flag) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.Conflict conflict, 4: common.NotFound not_found) (callers = "demo experiments", idempotent = "true", deadline_ms = "2000")
  /** Stops a flag: everyone gets the default variant at once. With a version, only if that is still the flag's. */
  Flag stop_flag(1: string flag, 2: string reason, 3: i64 version (absent = "allowed")) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.NotFound not_found) (callers = "experiments", idempotent = "true", deadline_ms = "2000")
  /** Ships a variant: everyone gets it. With a version, only if that is still the flag's. */
  Flag ship_variant(1: string flag, 2: string variant, 3: string reason, 4: i64 version (absent = "allowed")) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.NotFound not_found) (callers = "demo experiments", idempotent = "true", deadline_ms = "2000")
  /** Sets the variant of a tester, by the visitor's or the customer's id; without a variant, removes it. Testers see drafts too, and are not counted. */
  Flag set_override(1: string flag, 2: string id, 3: string variant (absent = "allowed")) throws (1: common.InvalidInput invalid, 2: common.Forbidden forbidden, 3: common.Conflict conflict, 4: common.NotFound not_found) (callers = "experiments", idempotent = "true", deadline_ms = "2000")
  /** The changes of a flag, newest first. */
  list<FlagChange> get_history(1: string flag) throws (1: common.NotFound not_found, 2: common.Forbidden forbidden) (callers = "experiments", idempotent = "true", deadline_ms = "2000")
}
