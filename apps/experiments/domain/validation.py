"""What a flag may look like."""

import json
import re
from collections.abc import Mapping, Sequence

from apps.experiments.domain.allocation import BUCKETS
from idl import common, experiments

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
VARIANT_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}")
VISITOR = re.compile(r"[A-Za-z0-9_-]{1,64}")
UNIT = re.compile(r"(customer:)?[A-Za-z0-9_-]{1,64}")
ORDER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
COUNTRY = re.compile(r"[A-Z]{2}")
MAX_VARIANTS, MAX_WEIGHT, MAX_VALUE = 10, 10_000, 2_000
MAX_TITLE, MAX_TEXT = 100, 2_000
MAX_AUDIENCE = 250
MAX_LIFT, MIN_VISITORS, MAX_VISITORS = 10_000, 200, 1_000_000_000
MAX_FLAGS, MAX_OVERRIDES, MAX_ALLOCATIONS = 500, 1_000, 50


def invalid(field: str, message: str) -> common.InvalidInput:
    """The refusal of a field."""
    return common.InvalidInput(message=message, field=field)


def check_draft(draft: experiments.FlagDraft) -> None:
    """Raise InvalidInput, naming the field, unless a flag may look like this."""
    if not KEY.fullmatch(draft.key):
        raise invalid("key", "A key has 1 to 40 characters of a-z 0-9 - _ and begins with a letter or a digit.")
    if not 1 <= len(draft.title.strip()) <= MAX_TITLE:
        raise invalid("title", f"A title has 1 to {MAX_TITLE} characters.")
    if len(draft.description) > MAX_TEXT:
        raise invalid("description", f"A description has at most {MAX_TEXT:,} characters.")
    if draft.layer is not None and not KEY.fullmatch(draft.layer):
        raise invalid("layer", "A layer has 1 to 40 characters of a-z 0-9 - _ and begins with a letter or a digit.")
    check_share(draft.share)
    if draft.starts_at is not None and draft.ends_at is not None and draft.ends_at <= draft.starts_at:
        raise invalid("ends_at", "The end must be after the start.")
    if draft.plan is not None:
        check_plan(draft.plan)
    _check_variants(draft)
    _check_audience(draft.audience)


def check_plan(plan: experiments.Plan) -> None:
    """Raise InvalidInput, naming the field, unless results can be judged by this plan."""
    if not 1 <= plan.min_lift <= MAX_LIFT:
        raise invalid("plan.min_lift", f"The least lift is 1 to {MAX_LIFT:,}, of 10,000.")
    if not MIN_VISITORS <= plan.visitors <= MAX_VISITORS:
        raise invalid("plan.visitors", f"The planned visitors are {MIN_VISITORS:,} to {MAX_VISITORS:,}.")


def check_share(share: int) -> None:
    """Raise InvalidInput unless this is a share of the buckets."""
    if not 0 <= share <= BUCKETS:
        raise invalid("share", f"A share is 0 to {BUCKETS:,}, of {BUCKETS:,}.")


def check_weights(weights: Mapping[str, int], variants: Sequence[str]) -> None:
    """Raise InvalidInput unless each of the variants has a weight, and their sum is positive."""
    if set(weights) != set(variants):
        raise invalid("weights", f"Give a weight for each variant: {', '.join(variants)}.")
    if not all(0 <= weight <= MAX_WEIGHT for weight in weights.values()):
        raise invalid("weights", f"A weight is 0 to {MAX_WEIGHT:,}.")
    if not sum(weights.values()):
        raise invalid("weights", "At least one weight must be positive.")


def check_reason(reason: str) -> None:
    """Raise InvalidInput unless this is a reason for the history."""
    if not 1 <= len(reason.strip()) <= MAX_TEXT:
        raise invalid("reason", f"A reason has 1 to {MAX_TEXT:,} characters.")


def check_visitor(visitor: str, field: str) -> None:
    """Raise InvalidInput unless this may be a visitor's id."""
    if not VISITOR.fullmatch(visitor):
        raise invalid(field, "A visitor's id has 1 to 64 characters of A-Z a-z 0-9 - _.")


def is_unit(unit: str) -> bool:
    """Whether this may be a visitor's id, or a customer's with its prefix."""
    return UNIT.fullmatch(unit) is not None


def is_order_id(order_id: str) -> bool:
    """Whether this may be an order's id."""
    return ORDER_ID.fullmatch(order_id) is not None


def _check_variants(draft: experiments.FlagDraft) -> None:
    keys = [variant.key for variant in draft.variants]
    if not 1 <= len(keys) <= MAX_VARIANTS:
        raise invalid("variants", f"A flag has 1 to {MAX_VARIANTS} variants.")
    if len(set(keys)) < len(keys):
        raise invalid("variants", "Each variant needs a key of its own.")
    if not all(VARIANT_KEY.fullmatch(key) for key in keys):
        message = "A variant's key has 1 to 20 characters of a-z 0-9 - _ and begins with a letter or a digit."
        raise invalid("variants", message)
    if draft.default_variant not in keys:
        raise invalid("default_variant", f"The default must be one of the variants: {', '.join(keys)}.")
    check_weights({variant.key: variant.weight for variant in draft.variants}, keys)
    if len({_json_type(variant) for variant in draft.variants}) > 1:
        raise invalid("variants", "The values of all variants must have the same type.")


def _json_type(variant: experiments.Variant) -> type:
    if len(variant.value) > MAX_VALUE:
        raise invalid("variants", f"The value of {variant.key} is longer than {MAX_VALUE:,} characters.")
    try:
        value = json.loads(variant.value, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        message = f'The value of {variant.key} is not JSON. Examples: true, 3, "green", {{"columns": 3}}.'
        raise invalid("variants", message) from None
    if value is None:
        raise invalid("variants", f"The value of {variant.key} is null; leave the default variant to say nothing.")
    return float if type(value) is int else type(value)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")


def _check_audience(audience: experiments.Audience) -> None:
    countries, segments = audience.countries or [], audience.segments or []
    if not all(COUNTRY.fullmatch(country) for country in countries):
        raise invalid("audience.countries", "Countries are two capital letters each (ISO 3166-1): GB, DE.")
    if not all(KEY.fullmatch(segment) for segment in segments):
        raise invalid("audience.segments", "Segments have 1 to 40 characters of a-z 0-9 - _.")
    if max(len(countries), len(segments)) > MAX_AUDIENCE:
        raise invalid("audience", f"At most {MAX_AUDIENCE} countries and segments.")
