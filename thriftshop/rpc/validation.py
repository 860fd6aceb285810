"""Values held against their contract: what thriftpy2 does not check (required fields, ranges, unions) is checked here."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from thriftpy2.thrift import TType

from thriftshop.rpc.errors import MalformedCall

Check = Callable[[Any, str], None]

RANGES = {TType.BYTE: 1 << 7, TType.I16: 1 << 15, TType.I32: 1 << 31, TType.I64: 1 << 63}


def check(struct: Any) -> None:
    """Raises MalformedCall, naming the field, unless the struct and all within it fit the contract."""
    struct_type: Any = type(struct)
    _struct_check(struct_type)(struct, struct_type.__name__)


def is_union(struct_type: Any) -> bool:
    """Whether a type was declared as a union."""
    return bool(getattr(struct_type, "__thrift_is_union__", False)) or struct_type.__name__.endswith("Event")


def check_arguments(args: Any, method_name: str) -> None:
    """As `check`, for a method's arguments: each is required unless its annotation says `absent = "allowed"`."""
    annotations = getattr(type(args), "__thrift_field_annotations__", {})
    for spec in args.thrift_spec.values():
        name, value = spec[1], getattr(args, spec[1])
        if value is None:
            if annotations.get(name, {}).get("absent") != "allowed":
                raise MalformedCall(f"{method_name} needs its argument {name!r}.")
            continue
        _value_check(spec[0], spec[2] if len(spec) == 4 else None)(value, f"{method_name}({name})")


@lru_cache(maxsize=1024)
def _struct_check(struct_type: Any) -> Check:
    if is_union(struct_type):
        return _union_check(struct_type)
    fields = [
        (spec[1], spec[-1], _lazily(spec[0], spec[2] if len(spec) == 4 else None))
        for spec in struct_type.thrift_spec.values()
    ]

    def check_struct(value: Any, path: str) -> None:
        if type(value) is not struct_type:
            raise MalformedCall(f"{path} is a {type(value).__name__}, not a {struct_type.__name__}.")
        for name, required, check_field in fields:
            field = getattr(value, name)
            if field is not None:
                check_field(field, f"{path}.{name}")
            elif required:
                raise MalformedCall(f"{path}.{name} is required.")

    return check_struct


def _union_check(union_type: Any) -> Check:
    members = {
        spec[1]: _lazily(spec[0], spec[2] if len(spec) == 4 else None) for spec in union_type.thrift_spec.values()
    }

    def check_union(value: Any, path: str) -> None:
        if type(value) is not union_type:
            raise MalformedCall(f"{path} is a {type(value).__name__}, not a {union_type.__name__}.")
        present = [name for name in members if getattr(value, name) is not None]
        if len(present) != 1:
            raise MalformedCall(f"{path} must have exactly one member, not {present or 'none'}.")
        members[present[0]](getattr(value, present[0]), f"{path}.{present[0]}")

    return check_union


def _lazily(ttype: int, detail: Any) -> Check:
    """The check of a field; a struct's own is looked up when used, for a struct may contain itself."""
    if ttype == TType.STRUCT:
        return lambda value, path: _struct_check(detail)(value, path)  # noqa: PLW0108 - looked up when used
    return _value_check(ttype, detail)


def _value_check(ttype: int, detail: Any) -> Check:
    if ttype == TType.STRUCT:
        return _lazily(ttype, detail)
    if ttype in RANGES:
        return _integer_check(ttype, detail)
    if ttype in (TType.LIST, TType.SET):
        return _sequence_check(_item_check(detail), set if ttype == TType.SET else list)
    if ttype == TType.MAP:
        return _map_check(_item_check(detail[0]), _item_check(detail[1]))
    return _plain_check({TType.STRING: str, TType.BINARY: bytes, TType.BOOL: bool, TType.DOUBLE: float}[ttype])


def _item_check(detail: Any) -> Check:
    return _lazily(detail[0], detail[1]) if isinstance(detail, tuple) else _value_check(detail, None)


def _plain_check(wanted: type) -> Check:
    def check_plain(value: Any, path: str) -> None:
        if type(value) is not wanted and not (wanted is float and type(value) is int):
            raise MalformedCall(f"{path} is a {type(value).__name__}, not a {wanted.__name__}.")

    return check_plain


def _integer_check(ttype: int, enum: Any) -> Check:
    limit = RANGES[ttype]
    names = getattr(enum, "_VALUES_TO_NAMES", None)

    def check_integer(value: Any, path: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise MalformedCall(f"{path} is a {type(value).__name__}, not a whole number.")
        if not -limit <= value < limit:
            raise MalformedCall(f"{path} is {value}, out of its range of {-limit} to {limit - 1}.")
        if names is not None and value not in names:
            raise MalformedCall(f"{path} is {value}, none of {', '.join(names.values())}.")

    return check_integer


def _sequence_check(check_item: Check, wanted: Any) -> Check:
    def check_sequence(value: Any, path: str) -> None:
        if not isinstance(value, wanted) and not (wanted is list and isinstance(value, tuple)):
            raise MalformedCall(f"{path} is a {type(value).__name__}, not a {wanted.__name__}.")
        for item in value:
            check_item(item, path)

    return check_sequence


def _map_check(check_key: Check, check_value: Check) -> Check:
    def check_map(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise MalformedCall(f"{path} is a {type(value).__name__}, not a map.")
        for key, item in value.items():
            check_key(key, path)
            check_value(item, path)

    return check_map
