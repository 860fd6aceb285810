"""A strict HTML reader: a page's links, the text of each element with an id, and problems of its HTML."""

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "hr"}
# The elements that an element must not be in.
NOT_WITHIN = {
    "a": {"a", "button"},
    "button": {"a", "button"},
    "form": {"form"},
    "p": {"p", "h1", "h2", "h3", "code", "span"},
    "ul": {"p", "h1", "h2", "h3", "code", "span"},
    "div": {"p", "code", "span", "ul", "dl"},
    "table": {"p", "code", "span"},
}
ONLY_WITHIN = {"li": {"ul", "ol"}, "tr": {"thead", "tbody"}, "td": {"tr"}, "th": {"tr"}, "dt": {"dl"}, "dd": {"dl"}}


class Page(HTMLParser):
    """A page. `problems` is empty if the HTML is valid."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.ids: dict[str, list[str]] = {}
        self.problems: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._words: list[str] = []
        self._headings: list[int] = []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag, _ in self._open]
        if not text.startswith("<!doctype html>"):
            self.problems.append("no doctype")
        if self._headings.count(1) != 1:
            self.problems.append(f"{self._headings.count(1)} h1")

    @property
    def text(self) -> str:
        """The text of the page."""
        return _joined(self._words)

    def at(self, id_: str) -> str:
        """The text of the element with this id."""
        return _joined(self.ids[id_])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if len(attributes) != len(attrs):
            self.problems.append(f"<{tag}> has an attribute twice")
        self._check_place(tag)
        id_ = attributes.get("id") or ""
        if id_:
            if id_ in self.ids or " " in id_:
                self.problems.append(f"id {id_!r} occurs twice or is invalid")
            self.ids[id_] = []
        if tag in ("a", "link") and attributes.get("href") is not None:
            self.links.append(attributes["href"] or "")
        if tag == "img" and attributes.get("alt") is None:
            self.problems.append("an image without alt")
        if tag in ("h1", "h2", "h3", "h4"):
            self._headings.append(int(tag[1]))
        if tag not in VOID:
            self._open.append((tag, id_))

    def _check_place(self, tag: str) -> None:
        outer = [one for one, _ in self._open]
        if NOT_WITHIN.get(tag, set()) & set(outer):
            self.problems.append(f"<{tag}> within {'/'.join(outer)}")
        if tag in ONLY_WITHIN and (not outer or outer[-1] not in ONLY_WITHIN[tag]):
            self.problems.append(f"<{tag}> straight within {'/'.join(outer[-1:])}")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.problems.append(f"</{tag}> closes nothing at line {self.getpos()[0]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        for _, id_ in self._open:
            if id_:
                self.ids[id_].append(data)


def _joined(words: list[str]) -> str:
    return " ".join("".join(words).split())
