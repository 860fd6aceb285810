"""Contracts that break the rules of style."""

from tests.contracts.cases.case import Case, Edit, replacing

DROP = (
    "/** Drops a book; sent again, another one. */\n"
    '  void drop_book(1: common.Code code) (callers = "desk", deadline_ms = "1000")'
)
PLACE = "  /** Away. */\n  AWAY = 4"
ABOVE = f"{PLACE},\n  /** Above. */\n  "

CASES: dict[str, Case] = {
    "unreadable": Case(
        "idl",
        replacing("struct BookLost {", "struct BookLost"),
        replacing("struct BookLost {", "struct BookLost\n{"),
    ),
    "not-compiled": Case(
        "shelf.thrift",
        replacing("12: optional string remark", "9: optional string remark"),
        replacing("12: optional string remark", "900: optional string remark"),
    ),
    "compiler-missing": Case(
        "idl",
        Edit(environment={"PATH": "/nowhere"}),
        replacing("/** A remark. */", "/** Any remark. */"),
    ),
    "undocumented": Case(
        "shelf.Book.remark",
        replacing("/** A remark. */", "/* A remark. */"),
        replacing("/** A remark. */", "/**\n   * A remark.\n   */"),
    ),
    "type-name": Case(
        "shelf.Book_lost",
        replacing("struct BookLost", "struct Book_lost"),
        replacing("struct BookLost", "struct BookLOST2"),
    ),
    "snake-name": Case(
        "shelf.Book.theRemark",
        replacing("string remark", "string theRemark"),
        replacing("string remark", "string remark_2"),
    ),
    "member-name": Case(
        "shelf.Place.Away",
        replacing("AWAY = 4", "Away = 4"),
        replacing("AWAY = 4", "FAR_AWAY_2 = 4"),
    ),
    "service-name": Case(
        "shelf.ShelvesAPI",
        replacing("service ShelfService", "service ShelvesAPI"),
        replacing("service ShelfService extends common.CommonService", "service ShelfService"),
    ),
    "namespace": Case(
        "shelf",
        replacing("namespace js shelf", "namespace js shelves"),
        replacing("namespace rb Shelf", "namespace rb Shelves"),
    ),
    "foreign-include": Case(
        "shelf",
        replacing('include "common.thrift"', 'include "common.thrift"\ninclude "spare.thrift"'),
        replacing("namespace go spare", 'namespace go spare\n\ninclude "common.thrift"'),
    ),
    "number-missing": Case(
        "shelf.ShelfService.look.who",
        replacing("1: string who", "string who"),
        replacing("1: string who", "7: string who"),
    ),
    "value-missing": Case(
        "shelf.Place.ABOVE",
        replacing(PLACE, f"{ABOVE}ABOVE"),
        replacing(PLACE, f"{ABOVE}ABOVE = 8"),
    ),
    "presence-missing": Case(
        "shelf.Book.remark",
        replacing("optional string remark", "string remark"),
        replacing("1: string who", "1: common.Code who"),
    ),
    "read-changes": Case(
        "shelf.ShelfService.get_drop",
        replacing("void drop_book", "i32 get_drop"),
        replacing("void drop_book", "i32 gets_drop"),
    ),
    "event-union": Case(
        "shelf.ShelfFact",
        replacing("union ShelfEvent", "union ShelfFact"),
        replacing("2: BookTaken taken", "2: BookTaken gone"),
    ),
    "event-name": Case(
        "shelf.ShelfEvent.taken",
        replacing("2: BookTaken taken", "2: Book taken"),
        replacing("2: BookTaken taken", "2: BookLost taken"),
    ),
    "moment-name": Case(
        "shelf.Book.arrival",
        replacing("common.Moment added_at", "common.Moment arrival"),
        replacing("common.Moment added_at", "common.Moment shown_until"),
    ),
    "refusal-name": Case(
        "shelf.ShelfFullError",
        replacing("exception ShelfFull", "exception ShelfFullError", "2: ShelfFull full", "2: ShelfFullError full"),
        replacing("exception ShelfFull", "exception FullShelf", "2: ShelfFull full", "2: FullShelf full"),
    ),
    "refusal-message": Case(
        "shelf.ShelfFull",
        replacing(
            "  /** What, for people. */\n  1: required string message,\n  /** How many there",
            "  /** What. */\n  1: required string text,\n  /** How many there",
        ),
        replacing("2: required i32 present", "2: optional i64 present"),
    ),
    "callers-missing": Case(
        "shelf.ShelfService.look",
        replacing('(callers = "any", ', "("),
        replacing('(callers = "any", ', '(callers = "desk", '),
    ),
    "caller-unknown": Case(
        "shelf.ShelfService.look",
        replacing('(callers = "any", ', '(callers = "desc", '),
        replacing('(callers = "any", ', '(callers = " desk  hall ", '),
    ),
    "deadline-unreasonable": Case(
        "shelf.ShelfService.drop_book",
        replacing(DROP, DROP.replace('"1000"', '"1s"')),
        replacing(DROP, DROP.replace('"1000"', '"120000"')),
    ),
    "size-unreasonable": Case(
        "shelf.ShelfService.get_book.code",
        replacing('max_bytes = "4096"', 'max_bytes = "7340033"'),
        replacing('max_bytes = "4096"', 'max_bytes = "7340032"'),
    ),
    "topic-unreasonable": Case(
        "shelf.ShelfEvent",
        replacing('partitions = "256"', 'partitions = "257"'),
        replacing('partitions = "256"', 'partitions = "1", retention_days = "30"'),
    ),
    "key-without-idempotence": Case(
        "shelf.ShelfService.drop_book",
        replacing(DROP, DROP.replace("code)", "code, 2: string key)")),
        replacing(DROP, DROP.replace("code)", 'code, 2: string key (absent = "allowed"))')),
    ),
    "repeat-unsaid": Case(
        "shelf.ShelfService.drop_book",
        replacing("Drops a book; sent again, another one.", "Drops a book, and gains nothing."),
        replacing("Drops a book; sent again, another one.", "Drops a book, or two if it is called twice."),
    ),
    "annotation-unknown": Case(
        "shelf.ShelfService.drop_book",
        replacing(DROP, DROP.replace("deadline_ms", "dedline_ms")),
        replacing(DROP, DROP.replace("deadline_ms", 'deprecated = "See move_book.", deadline_ms')),
    ),
    "pii-missing": Case(
        "shelf.Book.email",
        replacing("string remark", "string email"),
        replacing("string remark", 'string email (pii = "mask")'),
    ),
    "graphql-invalid": Case(
        "schema",
        replacing("): [Book]", "): [Brook]"),
        replacing("): [Book]", "): [Book!]"),
    ),
    "graphql-undocumented": Case(
        "Magazine.title",
        replacing('type Magazine {\n  """Its title."""', "type Magazine {\n  # Its title."),
        replacing('type Magazine {\n  """Its title."""', 'type Magazine {\n  "Its title."'),
    ),
}
