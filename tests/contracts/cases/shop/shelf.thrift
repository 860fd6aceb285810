/** The shelf: a contract in small. */
namespace py shelf
namespace js shelf
namespace java shelf
namespace go shelf
namespace rb Shelf

include "common.thrift"

/** Where a book stands. */
enum Place {
  /** In front. */
  FRONT = 1,
  /** Behind. */
  BACK = 2,
  /** Away. */
  AWAY = 4
}

/** A book. */
struct Book {
  /** Its code. */
  1: required common.Code code,
  /** Its title. */
  2: required string title,
  /** How many pages. */
  3: optional i32 pages = 100,
  /** Where it stands. */
  4: optional Place place,
  /** Its price. */
  5: optional common.Money price,
  /** Its subjects. */
  6: optional list<string> subjects,
  /** Who wrote it. */
  7: optional string author (pii = "mask"),
  /** When it came. */
  8: optional common.Moment added_at,
  /** What was paid, by year. */
  9: optional map<i32, i64> paid,
  /** A remark. */
  12: optional string remark
}

/** What to write. */
struct BookInput {
  /** Tells a call from its repetition. */
  1: required string key,
  /** The title. */
  2: required string title
}

/** It is full. */
exception ShelfFull {
  /** What, for people. */
  1: required string message,
  /** How many there are. */
  2: required i32 present
}

/** A book was put on the shelf. */
struct BookAdded {
  /** Which. */
  1: required common.Code code
}

/** A book was taken away. */
struct BookTaken {
  /** Which. */
  1: required common.Code code
}

/** A book was lost. */
struct BookLost {
  /** Which. */
  1: required common.Code code
}

/** All that can happen to a shelf. */
union ShelfEvent {
  /** It was put there. */
  1: BookAdded added (readers = "desk hall"),
  /** It was taken. */
  2: BookTaken taken
} (partitions = "256")

/** What a shelf does. */
service ShelfService extends common.CommonService {
  /** The books of these codes. */
  list<Book> get_books(1: list<common.Code> codes) (callers = "desk hall", idempotent = "true", deadline_ms = "500")
  /** One book. */
  Book get_book(1: common.Code code (max_bytes = "4096")) throws (1: common.NotFound not_found) (callers = "desk", idempotent = "true", deadline_ms = "500")
  /** Puts a book on the shelf. */
  Book put_book(1: BookInput book, 2: string reason (absent = "allowed")) throws (1: common.InvalidInput invalid, 2: ShelfFull full) (callers = "desk", idempotent = "true", deadline_ms = "1000")
  /** Moves a book. */
  void move_book(1: common.Code code, 2: Place place) throws (1: common.NotFound not_found) (callers = "desk", idempotent = "true", deadline_ms = "1000")
  /** Drops a book; sent again, another one. */
  void drop_book(1: common.Code code) (callers = "desk", deadline_ms = "1000")
  /** Tells the shelf that somebody looks; nobody waits. */
  oneway void look(1: string who) (callers = "any", idempotent = "true", deadline_ms = "100")
}
