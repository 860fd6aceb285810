"""The canonical form of SKUs, applied to the arguments of calls before the service sees them.

The fields that hold SKUs are named `sku` and `skus`; a test checks the contracts for it. With an older database that has SKUs
in lower case, the setting SKU_CASE leaves them unchanged.
"""

import copy
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from thriftpy2.thrift import TType

from thriftshop import skus
from thriftshop.rpc.call import Call

Normalise = Callable[[Any], Any]
UPPER, KEPT = "upper", "kept"
NAMES = {"sku", "itemId"}  # `itemId` in the contracts of 2018


def normalise_arguments(call: Call) -> None:
    """Convert the SKUs in the arguments of a call to their canonical form."""
    normalise = _struct_normaliser(call.method.args_type)
    if normalise is not None and settings.SKU_CASE == UPPER:
        call.args = normalise(call.args)


def canonical(sku: str) -> str:
    """The canonical form of a SKU, for lookups without a call."""
    return skus.canonical(sku) if settings.SKU_CASE == UPPER else sku


@lru_cache(maxsize=1024)
def _struct_normaliser(struct_type: Any) -> Normalise | None:
    """A function that returns a struct of this type with canonical SKUs, as a copy if any changes; None if it has none."""
    normalisers = [(spec[1], _field_normaliser(spec)) for spec in struct_type.thrift_spec.values()]
    fields = [(name, normalise) for name, normalise in normalisers if normalise is not None]
    if not fields:
        return None

    def normalise_struct(struct: Any) -> Any:
        changed = struct
        for name, normalise in fields:
            value = getattr(struct, name)
            normalised = None if value is None else normalise(value)
            if normalised is not value:
                changed = copy.copy(struct) if changed is struct else changed
                setattr(changed, name, normalised)
        return changed

    return normalise_struct


def _field_normaliser(spec: tuple[Any, ...]) -> Normalise | None:
    ttype, name = spec[0], spec[1]
    if name in NAMES and ttype == TType.STRING:
        return skus.canonical
    if name == "skus" and ttype == TType.LIST:
        return _list_normaliser(skus.canonical)
    if ttype == TType.STRUCT:
        return _struct_normaliser(spec[2])
    if ttype == TType.LIST and isinstance(spec[2], tuple) and spec[2][0] == TType.STRUCT:
        inner = _struct_normaliser(spec[2][1])
        return None if inner is None else _list_normaliser(inner)
    return None


def _list_normaliser(normalise: Normalise) -> Normalise:
    def normalise_list(values: Any) -> Any:
        normalised = [normalise(value) for value in values]
        return values if all(map(_is, normalised, values)) else normalised

    return normalise_list


def _is(value: Any, other: Any) -> bool:
    return value is other
