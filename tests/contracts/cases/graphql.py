"""Changes of the GraphQL contract."""

from tests.contracts.cases.case import Case, replacing

PLACE = "\n  BACK\n}"
CASES: dict[str, Case] = {
    "graphql-type-removed": Case(
        "Film",
        replacing("type Film {", "type Movie {", "  film: Film", "  film: Movie"),
        replacing('"""A film."""\ntype Film', '"""A tape."""\ntype Tape { length: Int }\n"""A film."""\ntype Film'),
    ),
    "graphql-type-changed-kind": Case(
        "Film",
        replacing("type Film {", "interface Film {"),
        replacing("type Film {", "type Film {\n  length: Int"),
    ),
    "graphql-type-removed-from-union": Case(
        "Magazine",
        replacing("union Found = Book | Magazine", "union Found = Book"),
        replacing("union Found = Book | Magazine", "union Found = Magazine | Book"),
    ),
    "graphql-value-removed-from-enum": Case(
        "Place",
        replacing(PLACE, "\n  BEHIND\n}"),
        replacing(PLACE, '\n  BACK @deprecated(reason: "Nothing is.")\n}'),
    ),
    "graphql-required-input-field-added": Case(
        "BookFilter",
        replacing("  words: String!", "  words: String!\n  place: Place!"),
        replacing("  words: String!", "  words: String!\n  place: Place! = FRONT"),
    ),
    "graphql-implemented-interface-removed": Case(
        "Book",
        replacing("type Book implements Node", "type Book"),
        replacing("type Book implements Node", "type Book implements Named & Node"),
    ),
    "graphql-field-removed": Case(
        "Magazine.title",
        replacing('type Magazine {\n  """Its title."""\n  title', "type Magazine {\n  name"),
        replacing('type Magazine {\n  """Its title."""\n  title', "type Magazine {\n  name: String\n  title"),
    ),
    "graphql-field-changed-kind": Case(
        "Query.books",
        replacing("): [Book]", "): Book"),
        replacing("): [Book]", "): [Book!]!"),
    ),
    "graphql-required-arg-added": Case(
        "Mutation.move",
        replacing("move(", "move(\n    place: Place!"),
        replacing("move(", "move(\n    place: Place! = FRONT"),
    ),
    "graphql-arg-removed": Case(
        "Query.books",
        replacing('    after: String = "x"\n', "    before: String\n"),
        replacing('    after: String = "x"\n', '    after: String = "x" @deprecated(reason: "Use before.")\n'),
    ),
    "graphql-arg-changed-kind": Case(
        "Mutation.move",
        replacing("    id: ID!\n  ): Book", "    id: Int!\n  ): Book"),
        replacing("    id: ID!\n  ): Book", "    id: ID\n  ): Book"),
    ),
    "graphql-directive-removed": Case(
        "idle",
        replacing("directive @idle on FIELD", "directive @lazy on FIELD"),
        replacing("directive @idle on FIELD", "directive @idle on FIELD\ndirective @lazy on FIELD"),
    ),
    "graphql-directive-arg-removed": Case(
        "cost",
        replacing('  unit: String = "ms"\n', "  size: String\n"),
        replacing('  unit: String = "ms"\n', '  unit: String = "s"\n'),
    ),
    "graphql-required-directive-arg-added": Case(
        "cost",
        replacing("  value: Int\n", "  value: Int\n  most: Int!\n"),
        replacing("  value: Int\n", "  value: Int\n  most: Int\n"),
    ),
    "graphql-directive-repeatable-removed": Case(
        "cost",
        replacing(") repeatable on", ") on"),
        replacing("directive @idle on FIELD", "directive @idle repeatable on FIELD"),
    ),
    "graphql-directive-location-removed": Case(
        "cost",
        replacing("FIELD | QUERY", "FIELD"),
        replacing("FIELD | QUERY", "QUERY | FIELD | MUTATION"),
    ),
    "graphql-root-changed": Case(
        "schema.mutation",
        replacing('"""What can be asked."""', 'schema { query: Query }\n"""What can be asked."""'),
        replacing('"""What can be asked."""', 'schema { query: Query mutation: Mutation }\n"""What can be asked."""'),
    ),
    "graphql-default-removed": Case(
        "BookFilter.first",
        replacing('  first: Int! = 20\n  """Ordered', '  first: Int!\n  """Ordered'),
        replacing('  first: Int! = 20\n  """Ordered', '  first: Int\n  """Ordered'),
    ),
    "graphql-value-added-to-enum": Case(
        "Place",
        replacing(PLACE, "\n  BACK\n  AWAY\n}"),
        replacing('FRONT\n  """Behind."""\n  BACK', "BACK\n  FRONT"),
    ),
    "graphql-type-added-to-union": Case(
        "Film",
        replacing("union Found = Book | Magazine", "union Found = Book | Magazine | Film"),
        replacing("union Found = Book | Magazine", "union Found = Magazine | Book\nunion Seen = Film"),
    ),
    "graphql-optional-input-field-added": Case(
        "BookFilter",
        replacing("  words: String!", "  words: String!\n  place: Place"),
        replacing("  words: String!", "  words: String"),
    ),
    "graphql-optional-arg-added": Case(
        "Mutation.move",
        replacing("move(", "move(\n    place: Place"),
        replacing("  found: Found", "  found: Found\n  seen(first: Int): Found"),
    ),
    "graphql-implemented-interface-added": Case(
        "Named",
        replacing("type Book implements Node", "type Book implements Node & Named"),
        replacing('"""A film."""\ntype Film', '"""A tape."""\ntype Tape implements Named { name: String }\ntype Film'),
    ),
    "graphql-arg-default-value-change": Case(
        "Query.books",
        replacing('after: String = "x"', 'after: String = "y"'),
        replacing("  found: Found", "  found(first: Int = 3): Found"),
    ),
    "graphql-input-default-changed": Case(
        "BookFilter.order",
        replacing('order: String = "name"', 'order: String = "price"'),
        replacing('order: String = "name"', 'order: String = """name"""'),
    ),
}
