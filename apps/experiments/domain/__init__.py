"""The rules of flags, of buckets, and of who is assigned to variants."""

from apps.experiments.domain.commands import (
    create,
    edit,
    end,
    find,
    set_override,
    set_share,
    set_weights,
    ship,
    start,
    stop,
)
from apps.experiments.domain.history import audience_text, plan_text, summary
from apps.experiments.domain.state import NO_FLAGS, STATE, Flag, Flags, evolve
from apps.experiments.domain.subjects import (
    Customer,
    Unit,
    attribute,
    claim,
    evolve_customer,
    evolve_unit,
    expose,
    link,
    own_unit,
    unlink,
)
from apps.experiments.domain.validation import check_visitor, is_order_id, is_unit

__all__ = [
    "NO_FLAGS",
    "STATE",
    "Customer",
    "Flag",
    "Flags",
    "Unit",
    "attribute",
    "audience_text",
    "check_visitor",
    "claim",
    "create",
    "edit",
    "end",
    "evolve",
    "evolve_customer",
    "evolve_unit",
    "expose",
    "find",
    "is_order_id",
    "is_unit",
    "link",
    "own_unit",
    "plan_text",
    "set_override",
    "set_share",
    "set_weights",
    "ship",
    "start",
    "stop",
    "summary",
    "unlink",
]
