"""The validation of values against their contract: required fields, ranges and unions, which thriftpy2 does not check."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from thriftpy2.thrift import TType

from thriftshop.contracts import annotations
from thriftshop.rpc.errors import MalformedCall

Check = Callable[[Any], None]

RANGES = {TType.BYTE: 1 << 7, TType.I16: 1 << 15, TType.I32: 1 << 31, TType.I64: 1 << 63}


class _Invalid(Exception):
    """An invalid value: the problem, and the path to the value, which is built while the exception propagates.

    Valid values, which are nearly all, need no path.
    """

    def __init__(self, problem: str) -> None:
        self.path, self.problem = "", problem

    def under(self, step: str) -> "_Invalid":
        """The same error, seen from one level further up."""
        self.path = step + self.path
        return self


def check(struct: Any) -> None:
    """Raise MalformedCall, naming the field, unless the struct and all within it fit the contract."""
    struct_type: Any = type(struct)
    try:
        _struct_check(struct_type)(struct)
    except _Invalid as invalid:
        raise MalformedCall(f"{struct_type.__name__}{invalid.path} {invalid.problem}") from None


def is_union(struct_type: Any) -> bool:
    """Whether a type was declared as a union."""
    return bool(getattr(struct_type, "__thrift_is_union__", False)) or struct_type.__name__.endswith("Event")


def check_arguments(args: Any, method: object) -> None:
    """As `check`, for a method's arguments: each is required unless its annotation says `absent = "allowed"`."""
    args_type: Any = type(args)
    for name, may_be_absent, check_value in _arguments_checks(args_type):
        value = getattr(args, name)
        if value is None:
            if not may_be_absent:
                raise MalformedCall(f"{method} needs its argument {name!r}.")
            continue
        try:
            check_value(value)
        except _Invalid as invalid:
            raise MalformedCall(f"{method}({name}){invalid.path} {invalid.problem}") from None


@lru_cache(maxsize=1024)
def _arguments_checks(args_type: Any) -> list[tuple[str, bool, Check]]:
    declared = getattr(args_type, "__thrift_field_annotations__", {})
    return [
        (spec[1], annotations.may_be_absent(declared.get(spec[1], {})), _field_check(spec))
        for spec in args_type.thrift_spec.values()
    ]


def _field_check(spec: tuple[Any, ...]) -> Check:
    return _value_check(spec[0], spec[2] if len(spec) == 4 else None)


@lru_cache(maxsize=1024)
def _struct_check(struct_type: Any) -> Check:
    if is_union(struct_type):
        return _union_check(struct_type)
    fields = [(spec[1], spec[-1], _field_check(spec)) for spec in struct_type.thrift_spec.values()]

    def check_struct(value: Any) -> None:
        if type(value) is not struct_type:
            raise _Invalid(f"is a {type(value).__name__}, not a {struct_type.__name__}.")
        name = ""
        try:
            for name, required, check_field in fields:
                field = getattr(value, name)
                if field is not None:
                    check_field(field)
                elif required:
                    raise _Invalid("is required.")
        except _Invalid as invalid:
            raise invalid.under(f".{name}") from None

    return check_struct


def _union_check(union_type: Any) -> Check:
    members = {spec[1]: _field_check(spec) for spec in union_type.thrift_spec.values()}

    def check_union(value: Any) -> None:
        if type(value) is not union_type:
            raise _Invalid(f"is a {type(value).__name__}, not a {union_type.__name__}.")
        present = [name for name in members if getattr(value, name) is not None]
        if len(present) != 1:
            raise _Invalid(f"must have exactly one member, not {present or 'none'}.")
        try:
            members[present[0]](getattr(value, present[0]))
        except _Invalid as invalid:
            raise invalid.under(f".{present[0]}") from None

    return check_union


def _value_check(ttype: int, detail: Any) -> Check:
    if ttype == TType.STRUCT:
        # A struct may contain itself: its own check is made at its first use.
        return lambda value: _struct_check(detail)(value)  # noqa: PLW0108 - looked up when used
    if ttype in RANGES:
        return _integer_check(ttype, detail)
    if ttype in (TType.LIST, TType.SET):
        return _sequence_check(_item_check(detail), set if ttype == TType.SET else list)
    if ttype == TType.MAP:
        return _map_check(_item_check(detail[0]), _item_check(detail[1]))
    return _plain_check({TType.STRING: str, TType.BINARY: bytes, TType.BOOL: bool, TType.DOUBLE: float}[ttype])


def _item_check(detail: Any) -> Check:
    return _value_check(*detail) if isinstance(detail, tuple) else _value_check(detail, None)


def _plain_check(expected: type) -> Check:
    def check_plain(value: Any) -> None:
        if type(value) is not expected and not (expected is float and type(value) is int):
            raise _Invalid(f"is a {type(value).__name__}, not a {expected.__name__}.")

    return check_plain


def _integer_check(ttype: int, enum: Any) -> Check:
    limit = RANGES[ttype]
    names = getattr(enum, "_VALUES_TO_NAMES", None)

    def check_integer(value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _Invalid(f"is a {type(value).__name__}, not a whole number.")
        if not -limit <= value < limit:
            raise _Invalid(f"is {value}, out of its range of {-limit} to {limit - 1}.")
        if names is not None and value not in names:
            raise _Invalid(f"is {value}, none of {', '.join(names.values())}.")

    return check_integer


def _sequence_check(check_item: Check, expected: Any) -> Check:
    def check_sequence(value: Any) -> None:
        if not isinstance(value, expected) and not (expected is list and isinstance(value, tuple)):
            raise _Invalid(f"is a {type(value).__name__}, not a {expected.__name__}.")
        for item in value:
            check_item(item)

    return check_sequence


def _map_check(check_key: Check, check_value: Check) -> Check:
    def check_map(value: Any) -> None:
        if not isinstance(value, dict):
            raise _Invalid(f"is a {type(value).__name__}, not a map.")
        for key, item in value.items():
            check_key(key)
            check_value(item)

    return check_map
