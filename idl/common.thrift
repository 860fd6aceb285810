/** The words that every context shares; kept tiny. */
namespace py common
namespace js common
namespace java common
namespace go common

/** A stock keeping unit: the shop's own code for one product. 1 to 64 characters of A-Z 0-9 . _ -; small letters are taken for capitals. */
typedef string Sku

/** A moment in time: milliseconds since 1970-01-01T00:00:00Z. */
typedef i64 Moment

/** An amount of money. */
struct Money {
  /** The amount in minor units (pence, cents). */
  1: required i64 amount,
  /** The ISO 4217 code: GBP, EUR, USD. */
  2: required string currency
}

/** Which part of a longer list is asked for: so many from its beginning, or from its end, between two cursors. */
struct Page {
  /** How many at most from the beginning, 1 to 100; not looked at where `last` is given. */
  1: required i32 first = 20,
  /** Only what follows this cursor. */
  2: optional string after,
  /** How many at most from the end, 1 to 100. */
  3: optional i32 last,
  /** Only what precedes this cursor. */
  4: optional string before
}

/** Where a page stands in its list. */
struct PageInfo {
  /** Whether more follows; with `last`, whether the page was to end before a cursor. */
  1: required bool has_next_page,
  /** The cursor of the last one in this page; absent on an empty page. */
  2: optional string end_cursor,
  /** How many there are in all pages, where that is counted. */
  3: optional i64 total,
  /** The cursors of all in this page, in their order. A cursor holds for this list in this order under this filter. */
  4: optional list<string> cursors,
  /** With `last`, whether more precedes; otherwise whether the page was to begin after a cursor. */
  5: optional bool has_previous_page
}

/** A postal address. */
struct Address {
  /** Who receives. */
  1: required string name (pii = "mask"),
  /** Street and number, one to three lines. */
  2: required list<string> lines (pii = "mask"),
  /** The town. */
  3: required string city (pii = "mask"),
  /** County, state or region. */
  4: optional string region (pii = "mask"),
  /** The postal code; required in countries where no letter arrives without one. */
  5: optional string postcode (pii = "mask"),
  /** The ISO 3166-1 alpha-2 code of the country, in capitals or small letters. */
  6: required string country
}

/** What a viewer is to the shop. */
enum Role {
  /** Buys here. */
  CUSTOMER = 1,
  /** Works here. */
  STAFF = 2
}

/** The person on whose behalf a call is made. */
struct Viewer {
  /** The user's id. */
  1: required string id,
  /** The user's role. */
  2: required Role role,
  /** The session that the viewer came with; absent in the admin. */
  3: optional string session_id
}

/** What was asked for is not there, or is not the viewer's to see. */
exception NotFound {
  /** What was not found, for people. */
  1: required string message,
  /** The kind of thing: product, order, cart. */
  2: optional string kind,
  /** The id that was asked for. */
  3: optional string id
}

/** The input breaks a rule; nothing was changed. */
exception InvalidInput {
  /** What is wrong and what would be right, for people. */
  1: required string message,
  /** The argument or field at fault, dotted: `address.postcode`. */
  2: optional string field
}

/** The viewer may not do this. */
exception Forbidden {
  /** What is refused and who may do it. */
  1: required string message
}

/** This needs a viewer who is logged in. */
exception Unauthenticated {
  /** What to do about it. */
  1: required string message
}

/** The thing is not in a state that allows this, or somebody else changed it meanwhile. */
exception Conflict {
  /** What stands in the way. */
  1: required string message
}
