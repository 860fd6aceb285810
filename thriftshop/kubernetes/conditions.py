"""Parts of objects that a Helm chart includes if a value says so: markers among keys and items, which become template lines."""

import re
from typing import Any

from thriftshop.kubernetes.objects import Object

END = "@end"
# A marker alone on its line, as a key or as an item of a list, in quotes or not.
LINE = re.compile(
    r"""^[ \t]*(?:-[ ])?['"]?@(if|unless|end)(?:[ ]([\w.]+))?(?:[ ]\d+)?['"]?(?::[ ]null)?$""", re.MULTILINE
)


def included(items: list[Any], index: int, value: str, word: str = "if") -> None:
    """Include the item at this index of a list only if (`unless`: only if not) a value is true."""
    items[index : index + 1] = [f"@{word} {value}", items[index], END]


def keyed(parent: Object, key: str, value: str, word: str = "if") -> None:
    """Include a key of a mapping only if (`unless`: only if not) a value is true. Its position stays the same."""
    entries = list(parent.items())
    number = len([name for name in parent if name.startswith("@")])
    parent.clear()
    for name, content in entries:
        if name == key:
            parent |= {f"@{word} {value} {number}": None, name: content, f"{END} {number}": None}
        else:
            parent[name] = content


def template(text: str) -> str:
    """The text with markers as lines of a template."""
    return LINE.sub(_line, text)


def whole(text: str, value: str) -> str:
    """A text that is included only if a value is true."""
    return f"{{{{- if .Values.{value} }}}}\n{text}{{{{- end }}}}\n"


def _line(found: re.Match[str]) -> str:
    word, value = found[1], found[2]
    if word == "end":
        return "{{- end }}"
    return f"{{{{- if {'not ' if word == 'unless' else ''}.Values.{value} }}}}"
