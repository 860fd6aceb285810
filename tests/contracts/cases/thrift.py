"""Changes of the Thrift contracts."""

from tests.contracts.cases.case import Case, Edit, replacing

TITLE = "  2: required string title,\n  /** How many pages. */"


def title(written: str) -> tuple[tuple[str, str], ...]:
    """The title of a book, written otherwise."""
    return ((TITLE, f"  {written},\n  /** How many pages. */"),)


CASES: dict[str, Case] = {
    "file-removed": Case(
        "spare",
        Edit(without=("spare.thrift",)),
        replacing("/** A file that nobody includes. */", "/** A file that nobody needs. */"),
    ),
    "namespace-changed": Case(
        "shelf",
        replacing("namespace rb Shelf", "namespace rb Shelves"),
        replacing("namespace rb Shelf", "namespace rb Shelf\nnamespace php shelf"),
    ),
    "struct-removed": Case(
        "shelf.BookLost",
        replacing("struct BookLost", "struct BookMissed"),
        replacing(
            "/** A book was lost. */", "/** Another. */ struct BookFound { 1: required string code }\n/** Lost. */"
        ),
    ),
    "enum-removed": Case(
        "shelf.Place",
        replacing(
            "enum Place {\n  /** In",
            "enum Spot {\n  /** In",
            "optional Place place",
            "optional Spot place",
            "2: Place place",
            "2: Spot place",
        ),
        replacing("enum Place {\n  /** In", "enum Spot { HIGH = 1 }\nenum Place {\n  /** In"),
    ),
    "typedef-removed": Case(
        "common.Label",
        replacing("typedef string Label", "typedef string Name"),
        replacing("typedef string Label", "typedef string Label\ntypedef string Name"),
    ),
    "constant-removed": Case(
        "common.MOST",
        replacing("const i32 MOST", "const i32 LEAST"),
        replacing("const i32 MOST = 100", "const i32 MOST = 100\nconst i32 LEAST = 1"),
    ),
    "kind-changed": Case(
        "shelf.BookLost",
        replacing("struct BookLost", "union BookLost"),
        replacing("struct BookLost {", "struct BookLost {\n  2: optional string where,"),
    ),
    "typedef-changed": Case(
        "common.Code",
        replacing("typedef string Code", "typedef binary Code"),
        replacing("typedef string Code", "typedef Text Code\ntypedef string Text"),
    ),
    "constant-changed": Case(
        "common.MOST",
        replacing("MOST = 100", "MOST = 99"),
        replacing("MOST = 100", "MOST = 0x64"),
    ),
    "field-removed": Case(
        "shelf.Book.remark",
        replacing("  12: optional string remark", ""),
        replacing("  12: optional string remark", '  12: optional string remark (deprecated = "Nobody reads it.")'),
    ),
    "field-renumbered": Case(
        "shelf.Book.remark",
        replacing("12: optional string remark", "13: optional string remark"),
        replacing("12: optional string remark", "12: optional string remark,\n  13: optional string remarks"),
    ),
    "number-reused": Case(
        "shelf.Book.weight",
        replacing("12: optional string remark", "12: optional i32 weight"),
        replacing("12: optional string remark", "12: optional string remark,\n  13: optional i32 weight"),
    ),
    "number-retired": Case(
        "shelf.Book.weight",
        Edit(
            (("12: optional string remark", "12: optional string remark,\n  11: optional i32 weight"),),
            retired={"shelf.Book field 11": "`string cover`"},
        ),
        Edit(
            (("12: optional string remark", "12: optional string remark,\n  13: optional i32 weight"),),
            retired={"shelf.Book field 11": "`string cover`", "shelf.BookLost field 13": "`string cover`"},
        ),
    ),
    "type-changed": Case(
        "shelf.Book.subjects",
        replacing("list<string> subjects", "set<string> subjects"),
        replacing("list<string> subjects", "list<common.Label> subjects"),
    ),
    "type-alias-changed": Case(
        "shelf.Book.title",
        Edit(title("2: required common.Label title")),
        replacing("map<i32, i64> paid", "map< i32 ,i64 > paid"),
    ),
    "required-added": Case(
        "shelf.Book.weight",
        replacing("12: optional string remark", "12: optional string remark,\n  13: required i32 weight = 1"),
        replacing("12: optional string remark", "12: optional string remark,\n  13: optional i32 weight = 1"),
    ),
    "made-required": Case(
        "shelf.Book.remark",
        replacing("12: optional string remark", "12: required string remark"),
        replacing("12: optional string remark", "12: string remark"),
    ),
    "made-optional": Case(
        "shelf.Book.title",
        Edit(title("2: optional string title")),
        Edit(title("2: required string name")),
    ),
    "presence-changed": Case(
        "shelf.Book.remark",
        replacing("12: optional string remark", "12: string remark"),
        replacing("1: BookAdded added", "1: optional BookAdded added"),
    ),
    "default-changed": Case(
        "shelf.Book.pages",
        replacing("pages = 100", "pages = 99"),
        replacing("pages = 100", "pages = 0x64"),
    ),
    "field-renamed": Case(
        "shelf.Book.name",
        Edit(title("2: required string name")),
        Edit(title('2: required string title (deprecated = "See name."), 13: optional string name')),
    ),
    "pii-removed": Case(
        "shelf.Book.author",
        replacing('author (pii = "mask")', "author"),
        replacing("12: optional string remark", '12: optional string remark (pii = "mask")'),
    ),
    "union-member-removed": Case(
        "shelf.ShelfEvent.taken",
        replacing("  2: BookTaken taken", ""),
        replacing("  2: BookTaken taken", '  2: BookTaken taken (deprecated = "See lost.")'),
    ),
    "union-member-renumbered": Case(
        "shelf.ShelfEvent.taken",
        replacing("2: BookTaken taken", "3: BookTaken taken"),
        replacing("2: BookTaken taken", "3: BookLost lost,\n  2: BookTaken taken"),
    ),
    "union-member-added": Case(
        "shelf.ShelfEvent.lost",
        replacing("2: BookTaken taken", "2: BookTaken taken,\n  3: BookLost lost"),
        replacing("12: optional string remark", "12: optional string remark,\n  13: optional BookLost lost"),
    ),
    "enum-member-removed": Case(
        "shelf.Place.AWAY",
        replacing("  AWAY = 4", ""),
        replacing("  AWAY = 4", '  AWAY = 4 (deprecated = "Nothing is.")'),
    ),
    "enum-member-renumbered": Case(
        "shelf.Place.FRONT",
        replacing("FRONT = 1", "FRONT = 2", "BACK = 2", "BACK = 1"),
        replacing("FRONT = 1", "FRONT = 0x1"),
    ),
    "enum-member-renamed": Case(
        "shelf.Place.GONE",
        replacing("AWAY = 4", "GONE = 4"),
        replacing("AWAY = 4", "AWAY = 4,\n  GONE = 5"),
    ),
    "enum-member-added": Case(
        "shelf.Place.ABOVE",
        replacing("AWAY = 4", "AWAY = 4,\n  ABOVE = 5"),
        replacing("AWAY = 4", "ABOVE = 4"),
    ),
    "service-removed": Case(
        "shelf.ShelfService",
        replacing("service ShelfService", "service BookService"),
        replacing("/** What a shelf does. */", "service BookService { void ping() }\n/** What a shelf does. */"),
    ),
    "inheritance-changed": Case(
        "shelf.ShelfService",
        replacing(" extends common.CommonService", ""),
        replacing("service CommonService", "service Basic { void ping() }\nservice CommonService extends Basic"),
    ),
    "method-removed": Case(
        "shelf.ShelfService.drop_book",
        replacing("void drop_book(", "void throw_book("),
        replacing("/** Drops a book; sent again, another one. */", "void throw_book()\n  /** Drops. */"),
    ),
    "answer-changed": Case(
        "shelf.ShelfService.get_books",
        replacing("list<Book> get_books", "set<Book> get_books"),
        replacing(
            'get_books(1: list<common.Code> codes) (callers = "desk hall"',
            'get_books(1: list<common.Code> codes) (callers = "any"',
        ),
    ),
    "oneway-changed": Case(
        "shelf.ShelfService.look",
        replacing("oneway void look", "void look"),
        replacing(
            "oneway void look(1: string who)", 'oneway void look(1: string who, 2: string why (absent = "allowed"))'
        ),
    ),
    "argument-removed": Case(
        "shelf.ShelfService.move_book.place",
        replacing("1: common.Code code, 2: Place place", "1: common.Code code"),
        replacing("1: common.Code code, 2: Place place", '1: common.Code code, 2: Place place (absent = "allowed")'),
    ),
    "argument-renumbered": Case(
        "shelf.ShelfService.move_book.place",
        replacing("1: common.Code code, 2: Place place", "1: common.Code code, 3: Place place"),
        replacing("1: common.Code code, 2: Place place", "2: Place place, 1: common.Code code"),
    ),
    "argument-added": Case(
        "shelf.ShelfService.move_book.reason",
        replacing("2: Place place", "2: Place place, 3: string reason"),
        replacing("2: Place place", '2: Place place, 3: string reason (absent = "allowed")'),
    ),
    "absence-refused": Case(
        "shelf.ShelfService.put_book.reason",
        replacing('2: string reason (absent = "allowed")', "2: string reason"),
        replacing('2: string reason (absent = "allowed")', '2: string cause (absent = "allowed")'),
    ),
    "size-lowered": Case(
        "shelf.ShelfService.get_book.code",
        replacing(' (max_bytes = "4096")', ""),
        replacing('max_bytes = "4096"', 'max_bytes = "4097"'),
    ),
    "refusal-removed": Case(
        "shelf.ShelfService.put_book.full",
        replacing(", 2: ShelfFull full", ""),
        replacing("2: ShelfFull full", "2: ShelfFull shelf_full"),
    ),
    "refusal-renumbered": Case(
        "shelf.ShelfService.put_book.full",
        replacing("2: ShelfFull full", "3: ShelfFull full"),
        replacing(
            "1: common.InvalidInput invalid, 2: ShelfFull full", "2: ShelfFull full, 1: common.InvalidInput invalid"
        ),
    ),
    "refusal-changed": Case(
        "shelf.ShelfService.put_book.full",
        replacing("2: ShelfFull full", "2: common.NotFound full"),
        replacing("2: ShelfFull full", "2: ShelfFull full, 3: common.NotFound not_found"),
    ),
    "refusal-added": Case(
        "shelf.ShelfService.put_book.not_found",
        replacing("2: ShelfFull full", "2: ShelfFull full, 3: common.NotFound not_found"),
        replacing(
            "/** Drops a book; sent again, another one. */", "void lend() throws (1: ShelfFull full)\n  /** Drops. */"
        ),
    ),
    "silent-refusal-added": Case(
        "shelf.ShelfService.drop_book.not_found",
        replacing(
            "drop_book(1: common.Code code)", "drop_book(1: common.Code code) throws (1: common.NotFound not_found)"
        ),
        replacing("2: ShelfFull full", "2: ShelfFull full, 3: common.NotFound not_found"),
    ),
    "callers-narrowed": Case(
        "shelf.ShelfService.get_books",
        replacing('callers = "desk hall"', 'callers = "desk"'),
        replacing('callers = "desk hall"', 'callers = "hall desk gate"'),
    ),
    "readers-narrowed": Case(
        "shelf.ShelfEvent.added",
        replacing('readers = "desk hall"', 'readers = "hall"'),
        replacing('readers = "desk hall"', 'readers = "gate hall desk"'),
    ),
    "idempotent-removed": Case(
        "shelf.ShelfService.look",
        replacing('(callers = "any", idempotent = "true", ', '(callers = "any", '),
        replacing(
            'drop_book(1: common.Code code) (callers = "desk", ',
            'drop_book(1: common.Code code) (callers = "desk", idempotent = "true", ',
        ),
    ),
    "deadline-shortened": Case(
        "shelf.ShelfService.drop_book",
        replacing(
            'drop_book(1: common.Code code) (callers = "desk", deadline_ms = "1000")',
            'drop_book(1: common.Code code) (callers = "desk", deadline_ms = "999")',
        ),
        # What is left to the platform is 1,000 ms.
        replacing(
            'drop_book(1: common.Code code) (callers = "desk", deadline_ms = "1000")',
            'drop_book(1: common.Code code) (callers = "desk")',
        ),
    ),
}
