"""The canonical form of SKUs, applied to the arguments of calls before the service sees them.

The fields that hold SKUs are named `sku` and `skus`; a test checks the contracts for it. With an older database that has SKUs
in lower case, the setting SKU_CASE keeps them as they are written.
"""

import copy
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from thriftpy2.thrift import TType

from thriftshop import skus
from thriftshop.rpc.call import Call

Spell = Callable[[Any], Any]
UPPER, KEPT = "upper", "kept"
NAMES = {"sku", "itemId"}  # `itemId` in the contracts of 2018


def canonical_skus(call: Call) -> None:
    """Brings the SKUs in the call's arguments into capitals."""
    spell = _struct_speller(call.method.args_type) if settings.SKU_CASE == UPPER else None
    if spell is not None:
        call.args = spell(call.args)


def spelled(sku: str) -> str:
    """The canonical form of a SKU, for lookups without a call."""
    return skus.canonical(sku) if settings.SKU_CASE == UPPER else sku


@lru_cache(maxsize=1024)
def _struct_speller(struct_type: Any) -> Spell | None:
    """A function that returns a struct of this type with canonical SKUs, as a copy if any changes; None if it has none."""
    found = [(spec[1], _field_speller(spec)) for spec in struct_type.thrift_spec.values()]
    fields = [(name, spell) for name, spell in found if spell is not None]
    if not fields:
        return None

    def spell_struct(struct: Any) -> Any:
        changed = struct
        for name, spell in fields:
            value = getattr(struct, name)
            spelled = None if value is None else spell(value)
            if spelled is not value:
                changed = copy.copy(struct) if changed is struct else changed
                setattr(changed, name, spelled)
        return changed

    return spell_struct


def _field_speller(spec: tuple[Any, ...]) -> Spell | None:
    ttype, name = spec[0], spec[1]
    if name in NAMES and ttype == TType.STRING:
        return skus.canonical
    if name == "skus" and ttype == TType.LIST:
        return _list_speller(skus.canonical)
    if ttype == TType.STRUCT:
        return _struct_speller(spec[2])
    if ttype == TType.LIST and isinstance(spec[2], tuple) and spec[2][0] == TType.STRUCT:
        inner = _struct_speller(spec[2][1])
        return None if inner is None else _list_speller(inner)
    return None


def _list_speller(spell: Spell) -> Spell:
    def spell_list(values: Any) -> Any:
        spelled = [spell(value) for value in values]
        return values if all(map(_is, spelled, values)) else spelled

    return spell_list


def _is(one: Any, other: Any) -> bool:
    return one is other
