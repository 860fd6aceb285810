"""GraphQL documents in a client's files: `.graphql` files, and tagged templates in JavaScript and TypeScript."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from graphql import Source
from graphql.language import SourceLocation

DOCUMENTS = frozenset({".graphql", ".gql"})
SCRIPTS = frozenset({".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte"})
IGNORED = frozenset({"node_modules", ".git", "dist", "build", "__generated__"})
# What hides a template (comments and strings), and templates with the tags of Apollo, Relay, urql and editors.
TOKENS = re.compile(
    r"""/\*\ *GraphQL\ *\*/\s*`(?P<marked>(?:\\.|[^`\\])*)`
    |//[^\n]* | /\*.*?\*/
    |'(?:\\.|[^'\\\n])*' | "(?:\\.|[^"\\\n])*"
    |(?<![\w.$])(?:gql|graphql)\s*(?:\(\s*)?(?:/\*.*?\*/\s*)?`(?P<tagged>(?:\\.|[^`\\])*)`
    |`(?:\\.|[^`\\])*`""",
    re.VERBOSE | re.DOTALL,
)
EXPRESSION = re.compile(r"\$\{[^{}]*\}")


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files of these paths and below these folders that may have documents, in the order of their names."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*")):
            is_read = file.suffix in DOCUMENTS | SCRIPTS and not file.name.endswith(".d.ts")
            if is_read and not IGNORED & set(file.relative_to(path).parts) and file.is_file():
                yield file


def documents(name: str, text: str) -> list[Source]:
    """The documents of a file, which know their place in it."""
    if Path(name).suffix not in SCRIPTS:
        return [Source(text, name)]
    sources = []
    for match in TOKENS.finditer(text):
        group = match.lastgroup
        if group is not None:
            sources.append(Source(_body(match.group(group)), name, _location(text, match.start(group))))
    return sources


def _body(template: str) -> str:
    """The document of a template. Expressions insert fragments, which are looked up by name instead."""
    blank = EXPRESSION.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), template)
    return blank.replace("\\`", " `")  # in a comment or a description, of the same length


def _location(text: str, position: int) -> SourceLocation:
    line_start = text.rfind("\n", 0, position) + 1
    return SourceLocation(text.count("\n", 0, position) + 1, position - line_start + 1)
