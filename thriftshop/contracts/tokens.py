"""A tokenizer for IDL files; tokens have a line number and the doc comment before them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<blank>\s+) | /\*\*(?!/)(?P<doc>.*?)\*/ | (?P<comment>/\*.*?\*/ | //[^\n]* | \#[^\n]*)
    | (?P<text>"[^"]*"|'[^']*') | (?P<word>[\w.+-]+) | (?P<sign>[{}()<>\[\],;:=*&])
    """,
    re.VERBOSE | re.DOTALL,
)


class Unreadable(Exception):
    """An IDL file cannot be parsed; the message names the file, the line and the token."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token: `kind` is `word`, `sign`, `text` (in its quotes), or `end` after the last."""

    kind: str
    text: str
    doc: str
    line: int


class Tokens:
    """The tokens of a file and the current position."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._tokens = [*_tokens(path, text), Token("end", "", "", text.count("\n") + 1)]
        self._at = 0

    @property
    def next(self) -> Token:
        """The current token."""
        return self._tokens[self._at]

    def take(self) -> Token:
        """Consume the current token."""
        token = self.next
        if token.kind == "end":
            raise self.wrong("the file ends", token)
        self._at += 1
        return token

    def skip(self, *signs: str) -> bool:
        """Consume the current token if it is one of these; return whether it was."""
        if self.next.kind in ("sign", "word") and self.next.text in signs:
            self._at += 1
            return True
        return False

    def until(self, end: str) -> Iterator[None]:
        """Yield once for each item of a list that ends with this sign; consume separators and the sign."""
        while not self.skip(end):
            yield
            while self.skip(",", ";"):
                pass

    def expect(self, sign: str) -> Token:
        """Consume the current token, which must be this one."""
        token = self.take()
        if token.text != sign or token.kind == "text":
            raise self.wrong(f"{token.text!r} found where {sign!r} was expected", token)
        return token

    def word(self, what: str) -> Token:
        """Consume the current token, which must be a word."""
        token = self.take()
        if token.kind != "word":
            raise self.wrong(f"{token.text!r} found where {what} was expected", token)
        return token

    def whole_number(self, what: str) -> int:
        """Consume the current token, which must be an integer."""
        token = self.word(what)
        try:
            return int(token.text, 0)
        except ValueError:
            raise self.wrong(f"{token.text!r} found where {what} was expected", token) from None

    def wrong(self, problem: str, token: Token) -> Unreadable:
        """The exception for a token."""
        return Unreadable(f"{self.path}, line {token.line}: {problem}.")


def _tokens(path: str, text: str) -> Iterator[Token]:
    doc, at, line = "", 0, 1
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"{path}, line {line}: {text[at]!r} is not allowed here.")
        kind = match.lastgroup or ""
        if kind == "doc":
            doc = plain(match["doc"])
        elif kind in ("text", "word", "sign"):
            yield Token(kind, match[0], doc, line)
            doc = ""
        line += match[0].count("\n")
        at = match.end()


def plain(doc: str) -> str:
    """A doc comment in one line, without its leading stars."""
    lines = (line.strip().lstrip("*").strip() for line in doc.strip().splitlines())
    return " ".join(line for line in lines if line)
