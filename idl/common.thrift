/** Types shared by all contexts. */
namespace py common
namespace js common
namespace java common
namespace go common

/** A stock keeping unit: the shop's code for a product. 1 to 64 characters of A-Z 0-9 . _ -; case-insensitive. */
typedef string Sku

/** A time in milliseconds since 1970-01-01T00:00:00Z. */
typedef i64 Moment

/** An amount of money. */
struct Money {
  /** The amount in minor units (pence, cents). */
  1: required i64 amount,
  /** The ISO 4217 code: GBP, EUR, USD. */
  2: required string currency
}

/** The requested part of a list: a number of items from its start or its end, between two cursors. */
struct Page {
  /** The maximum number of items from the start, 1 to 100; ignored if `last` is given. */
  1: required i32 first = 20,
  /** Return only items after this cursor. */
  2: optional string after,
  /** The maximum number of items from the end, 1 to 100. */
  3: optional i32 last,
  /** Return only items before this cursor. */
  4: optional string before
}

/** The position of a page in its list. */
struct PageInfo {
  /** Whether more items follow; with `last`, whether `before` was given. */
  1: required bool has_next_page,
  /** The cursor of the last item of this page; absent on an empty page. */
  2: optional string end_cursor,
  /** The number of items in all pages, if it is counted. */
  3: optional i64 total,
  /** The cursors of the items of this page. A cursor is valid for this list, sort order and filter only. */
  4: optional list<string> cursors,
  /** With `last`, whether more items precede; otherwise whether `after` was given. */
  5: optional bool has_previous_page
}

/** A postal address. */
struct Address {
  /** The recipient's name. */
  1: required string name (pii = "mask"),
  /** Street and number, one to three lines. */
  2: required list<string> lines (pii = "mask"),
  /** The town. */
  3: required string city (pii = "mask"),
  /** County, state or region. */
  4: optional string region (pii = "mask"),
  /** The postal code, required in countries that use them. */
  5: optional string postcode (pii = "mask"),
  /** The ISO 3166-1 alpha-2 code of the country, case-insensitive. */
  6: required string country
}

/** The role of a viewer. */
enum Role {
  /** A customer. */
  CUSTOMER = 1,
  /** A member of staff. */
  STAFF = 2
}

/** The person on whose behalf a call is made. */
struct Viewer {
  /** The user's id. */
  1: required string id,
  /** The user's role. */
  2: required Role role,
  /** The viewer's session; absent in the admin. */
  3: optional string session_id,
  /** Until when the session may be used without authenticating its token again, unless it ends earlier; absent in the admin. */
  4: optional Moment valid_until
}

/** The requested object does not exist, or the viewer may not see it. */
exception NotFound {
  /** A message for people: what was not found. */
  1: required string message,
  /** The kind of object: product, order, cart. */
  2: optional string kind,
  /** The requested id. */
  3: optional string id
}

/** The input is not valid; nothing was changed. */
exception InvalidInput {
  /** A message for people: what is wrong and what is allowed. */
  1: required string message,
  /** The invalid argument or field, dotted: `address.postcode`. */
  2: optional string field
}

/** The viewer may not do this. */
exception Forbidden {
  /** A message for people: what is refused and who may do it. */
  1: required string message
}

/** A logged-in viewer is required. */
exception Unauthenticated {
  /** A message for people: what to do. */
  1: required string message
}

/** The object's state does not allow this, or it was changed concurrently. */
exception Conflict {
  /** A message for people: what the conflict is. */
  1: required string message
}
