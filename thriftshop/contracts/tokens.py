"""An IDL file's text as tokens, each with its line and the doc comment right before it."""

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
    """An IDL file cannot be read; the message says which, at which line, and what stands there."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a sign, or a text in its quotes; `kind` is `word`, `sign`, `text`, or `end` after the last."""

    kind: str
    text: str
    doc: str
    line: int


class Tokens:
    """The tokens of a file, taken one after the other."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._tokens = [*_tokens(path, text), Token("end", "", "", text.count("\n") + 1)]
        self._at = 0

    @property
    def next(self) -> Token:
        """The token at hand."""
        return self._tokens[self._at]

    def take(self) -> Token:
        """The token at hand, which is left behind."""
        token = self.next
        if token.kind == "end":
            raise self.wrong("the file ends", token)
        self._at += 1
        return token

    def skip(self, *signs: str) -> bool:
        """Leaves the token at hand behind if it is one of these; says whether it was."""
        if self.next.kind in ("sign", "word") and self.next.text in signs:
            self._at += 1
            return True
        return False

    def until(self, end: str) -> Iterator[None]:
        """Once for each item of a list, until this sign, which is taken; items may have `,` or `;` between them."""
        while not self.skip(end):
            yield
            while self.skip(",", ";"):
                pass

    def expect(self, sign: str) -> Token:
        """Takes the token at hand, which must be this one."""
        token = self.take()
        if token.text != sign or token.kind == "text":
            raise self.wrong(f"{token.text!r} stands where {sign!r} should", token)
        return token

    def word(self, what: str) -> Token:
        """Takes the token at hand, which must be a word."""
        token = self.take()
        if token.kind != "word":
            raise self.wrong(f"{token.text!r} stands where {what} should", token)
        return token

    def whole_number(self, what: str) -> int:
        """Takes the token at hand, which must be a whole number."""
        token = self.word(what)
        try:
            return int(token.text, 0)
        except ValueError:
            raise self.wrong(f"{token.text!r} stands where {what} should", token) from None

    def wrong(self, problem: str, token: Token) -> Unreadable:
        """What to raise about a token."""
        return Unreadable(f"{self.path}, line {token.line}: {problem}.")


def _tokens(path: str, text: str) -> Iterator[Token]:
    doc, at, line = "", 0, 1
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"{path}, line {line}: {text[at]!r} has no meaning here.")
        kind = match.lastgroup or ""
        if kind == "doc":
            doc = plain(match["doc"])
        elif kind in ("text", "word", "sign"):
            yield Token(kind, match[0], doc, line)
            doc = ""
        line += match[0].count("\n")
        at = match.end()


def plain(doc: str) -> str:
    """A doc comment's words in one line, without the stars that frame them."""
    lines = (line.strip().lstrip("*").strip() for line in doc.strip().splitlines())
    return " ".join(line for line in lines if line)
