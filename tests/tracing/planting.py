"""Values for every field of a struct, in which each one that a contract marks as personal contains a mark to search for."""

import itertools
from typing import Any

from thriftpy2.thrift import TType

MARK = "planted"
_numbers = itertools.count(1)
# Each looks like something that may be exported: an identifier, an address, a sentence.
_FORMS = (f"{MARK}-{{}}", f"{MARK}.{{}}@example.com", f"{MARK} {{}} Mill Lane")
_PLAIN: dict[int, Any] = {TType.BOOL: True, TType.DOUBLE: 1.5, TType.STRING: "MUG", TType.BINARY: b"MUG"}


def planted(struct_type: Any, depth: int = 0) -> Any:
    """A struct with all of its fields; a union with its first member."""
    marked = getattr(struct_type, "__thrift_field_annotations__", {})
    specs = list(struct_type.thrift_spec.values())
    if depth > 3:
        specs = [spec for spec in specs if spec[-1]]
    return struct_type(**{spec[1]: _value(spec[0], spec, "pii" in marked.get(spec[1], {}), depth) for spec in specs})


def _value(kind: int, spec: Any, is_marked: bool, depth: int) -> Any:
    nested: Any = spec[2] if len(spec) > 3 else None
    if kind == TType.STRUCT:
        return planted(nested, depth + 1)
    if kind in (TType.LIST, TType.SET):
        return [_element(nested, is_marked, depth)]
    if kind == TType.MAP:
        return {_element(nested[0], is_marked, depth): _element(nested[1], is_marked, depth)}
    return _scalar(kind, is_marked)


def _element(nested: Any, is_marked: bool, depth: int) -> Any:
    kind, of = nested if isinstance(nested, tuple) else (nested, None)
    return _value(kind, (kind, "", of, True), is_marked, depth)


def _scalar(kind: int, is_marked: bool) -> Any:
    if not is_marked:
        return _PLAIN.get(kind, 1)
    number = next(_numbers)
    text = _FORMS[number % len(_FORMS)].format(number)
    return text if kind == TType.STRING else text.encode() if kind == TType.BINARY else _PLAIN.get(kind, 1)
