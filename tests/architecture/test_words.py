"""Words and phrases that the project does not use, with the term to use instead."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUFFIXES = {".py", ".md", ".thrift", ".graphql", ".html", ".txt", ".js", ".css", ".toml", ".yml", ".svg", ".example"}
ELSEWHERE = {"node_modules", "var", "stubs", ".venv", ".git"}

# Each pattern is searched in every line, ignoring case unless it has capitals.
WORDS = {
    r"circumstances?": "call context",
    r"farewell|take(s|n)? (its|their) leave": "GOAWAY, graceful shutdown, drain",
    r"call(s|ed|ing)? (\w+ )?off": "cancel",
    r"CallOff\w*": "Cancel...",
    r"(give|gives|gave|given|giving) (\w+ )?back": "refund, return, release, void",
    r"take(s|n)? (\w+ )?back|taking (\w+ )?back": "return, restock, roll back, reverse",
    r"in hand": "in progress, being processed",
    r"who asks|(the )?asker": "the viewer, the caller",
    r"PASSING": "TRANSIENT",
    r"in passing": "transient error",
    r"so long|how(ever)? long it may": "timeout, duration, deadline, while",
    r"clock on (its|the) wall|by the clock": "wall-clock time",
    r"bear(s)? (being )?repeat(ed|ing)": "idempotent",
    r"promises?|promised|promising": "reserve, authorise, allocate, guarantee",
    r"is (no|none of) (cursor|this list)": "invalid cursor",
    r"less is owed|owe(s)? .* less": "reduced by",
    r"gone on with|goes on with": "resume, continue",
}
# Other meanings of a phrase: a path (as a regular expression) and the part of the line that is meant.
EXCEPTIONS = (
    (r".*", r"[Cc]ompromised|await |new Promise|Promise\.|promise library"),
    (r"tests/architecture/test_words\.py", r".*"),
    (r"idl/.*|apps/.*|thriftshop/.*|tests/.*", r"take_back|TakenBack|taken_back"),
    (r"apps/demo/content/.*|tests/.*", r"^\s*(name|description|reason|about|lines) = "),
    (r"tests/.*|thriftshop/rpc/http/.*", r"rarely|back(ed)? off|PUSH_PROMISE|[^a-z]PROMISE"),
    # The command that measures what the README promises.
    (r".*", r"make promise|tests[./]load[./]promise|\bpromise\.md"),
    (r"tests/load/promise/.*|docs/promise\.md", r"[Pp]romise[sd]?|PROMISED"),
    # Stored names: a column and the field for it.
    (r"apps/orders/(models|migrations)/.*", r"promised('|\")"),
)


def test_no_discarded_word_is_used():
    problems = [problem for path in _files() for problem in _problems(path)]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("The money is given back.", "refund"),
        ("raise Refused('Called off by staff')", "cancel"),
        ("PASSING = (Timeout, Unavailable)", "TRANSIENT"),
        ("# so long a body may take", "timeout"),
    ],
)
def test_a_discarded_word_is_found_with_its_replacement(line, instead):
    (problem,) = _problems_of("apps/sample.py", line)
    assert problem.startswith("apps/sample.py:1: ")
    assert instead in problem


def test_other_meanings_are_allowed():
    assert _problems_of("apps/sample.js", "return new Promise((resolve) => setTimeout(resolve));") == []
    assert _problems_of("docs/sample.md", "A compromised recommender cannot use it.") == []
    assert _problems_of("apps/sample.py", "passing = 1") == []


def _files() -> list[str]:
    found = []
    for folder in sorted(path for path in ROOT.iterdir() if path.name not in ELSEWHERE):
        inside = folder.rglob("*") if folder.is_dir() else [folder]
        found += [
            str(path.relative_to(ROOT))
            for path in inside
            if path.suffix in SUFFIXES and path.is_file() and not ELSEWHERE & set(path.parts)
        ]
    return sorted(found)


def _problems(path: str) -> list[str]:
    return _problems_of(path, (ROOT / path).read_text(errors="replace"))


def _problems_of(path: str, text: str) -> list[str]:
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, instead in PATTERNS if ANY.search(line) else ():
            found = pattern.search(line)
            if found and not _is_exception(path, line):
                problems.append(f"{path}:{number}: {found[0]!r}; use instead: {instead}")
    return problems


def _is_exception(path: str, line: str) -> bool:
    return any(re.fullmatch(where, path) and re.search(what, line) for where, what in EXCEPTIONS)


def _compiled(pattern: str) -> re.Pattern[str]:
    ignored = "" if any(letter.isupper() for letter in pattern) else "i"
    return re.compile(rf"(?<![a-zA-Z])(?{ignored}:{pattern})(?![a-zA-Z])")


PATTERNS = [(_compiled(pattern), instead) for pattern, instead in WORDS.items()]
ANY = re.compile("|".join(pattern.pattern for pattern, _ in PATTERNS))
