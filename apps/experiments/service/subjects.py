"""Who is assigned to variants, and what they have seen."""

from collections.abc import Sequence

from apps.experiments import domain
from apps.experiments.service.flags import STREAM, flags
from idl import common, experiments
from thriftshop import call_context, events, identity

MAX_EXPOSURES = 500
units: events.Decider[domain.Unit] = events.Decider("experiments", domain.Unit(), domain.evolve_unit)
customers: events.Decider[domain.Customer] = events.Decider("experiments", domain.Customer(), domain.evolve_customer)


def resolve_subject(visitor: str | None = None) -> experiments.Subject:
    """By which id the viewer is assigned, and what it has seen. Raises InvalidInput without a viewer and a valid id."""
    if visitor is not None:
        domain.check_visitor(visitor, "visitor")
    viewer = identity.viewer()
    if viewer is not None:
        unit = _unit_of(viewer.id, visitor)
    elif visitor is not None:
        unit = visitor
    else:
        raise common.InvalidInput(message="Log in, or give the visitor's id.", field="visitor")
    return experiments.Subject(unit=unit, variants=units.load(_unit_stream(unit))[0].variants)


def expose(exposures: Sequence[experiments.Exposure]) -> int:
    """Record what was seen, of running flags, once each; returns the number of new ones. Raises InvalidInput for too many."""
    if len(exposures) > MAX_EXPOSURES:
        raise common.InvalidInput(message=f"At most {MAX_EXPOSURES} exposures at a time.", field="exposures")
    running, _ = flags.load(STREAM)
    seen: dict[str, list[experiments.Exposure]] = {}
    for exposure in exposures:
        if _is_valid(exposure, running):
            seen.setdefault(_unit_stream(exposure.unit), []).append(exposure)
    if not seen:
        return 0
    decisions = {stream: lambda unit, of_unit=of_unit: domain.expose(unit, of_unit) for stream, of_unit in seen.items()}
    return sum(len(decided.recorded) for decided in units.decide_many(decisions).values())


def attribute(orders: Sequence[experiments.GuestOrder]) -> int:
    """Record which visitors placed guests' orders; returns the number of new ones. Raises InvalidInput for too many."""
    if len(orders) > MAX_EXPOSURES:
        raise common.InvalidInput(message=f"At most {MAX_EXPOSURES} orders at a time.", field="orders")
    placed: dict[str, list[experiments.GuestOrder]] = {}
    for order in orders:
        if domain.is_unit(order.unit) and domain.is_order_id(order.order_id):
            placed.setdefault(_unit_stream(order.unit), []).append(order)
    if not placed:
        return 0
    decisions = {stream: lambda unit, own=own: domain.attribute(unit, own) for stream, own in placed.items()}
    return sum(len(decided.recorded) for decided in units.decide_many(decisions).values())


def unlink(customer_id: str) -> None:
    """Remove the link of an erased customer."""
    at = call_context.happened_at()
    customers.decide(_customer_stream(customer_id), lambda customer: domain.unlink(customer, at))


def _unit_of(customer_id: str, visitor: str | None) -> str:
    """The id of a customer: the one that they were linked to first.

    A visitor's id is claimed before it is linked, so that no two customers share one; after a crash in between, the next
    call continues. What a customer saw without a visitor's id is kept: then they stay with their own.
    """
    own, at = domain.own_unit(customer_id), call_context.happened_at()
    customer, _ = customers.load(_customer_stream(customer_id))
    if customer.unit is not None:
        return customer.unit
    if visitor is None or visitor == own:
        return own
    unit = own if units.load(_unit_stream(own))[0].seen else _claimed(visitor, customer_id, at)
    linked = customers.decide(_customer_stream(customer_id), lambda state: domain.link(state, unit, at))
    return linked.state.unit or own


def _claimed(visitor: str, customer_id: str, at: int) -> str:
    """The visitor's id, if this customer is the first to claim it; otherwise the customer's own."""
    claimed = units.decide(_unit_stream(visitor), lambda unit: domain.claim(unit, customer_id, at))
    return visitor if claimed.state.claimed_by == customer_id else domain.own_unit(customer_id)


def _is_valid(exposure: experiments.Exposure, running: domain.Flags) -> bool:
    flag = running.get(exposure.flag)
    is_running = flag is not None and flag.state == domain.STATE.RUNNING and exposure.variant in flag.weights
    return is_running and domain.is_unit(exposure.unit)


def _unit_stream(unit: str) -> str:
    return f"unit/{unit}"


def _customer_stream(customer_id: str) -> str:
    return f"customer/{customer_id}"
