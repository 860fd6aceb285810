"""Who is assigned to variants: visitors by their id, and customers by the id that they were linked to first."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from idl import experiments


@dataclass(frozen=True, slots=True)
class Unit:
    """What an id has seen, by flag, each variant once; the customer who claimed it; and the guests' orders that it placed."""

    seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    claimed_by: str | None = None
    ordered: frozenset[str] = frozenset()

    @property
    def variants(self) -> dict[str, str]:
        """The variant of each flag that was seen first."""
        return {flag: variants[0] for flag, variants in self.seen.items()}


@dataclass(frozen=True, slots=True)
class Customer:
    """The id by which a customer is assigned; None until they were linked to one."""

    unit: str | None = None


def own_unit(customer_id: str) -> str:
    """The id of a customer who has no visitor's."""
    return f"customer:{customer_id}"


def evolve_unit(unit: Unit, event: Any) -> Unit:
    """An id after an event of its stream."""
    if isinstance(event, experiments.VisitorClaimed):
        return replace(unit, claimed_by=event.customer_id)
    if isinstance(event, experiments.VisitorOrdered):
        return replace(unit, ordered=unit.ordered | {event.order_id})
    return replace(unit, seen={**unit.seen, event.flag: (*unit.seen.get(event.flag, ()), event.variant)})


def evolve_customer(customer: Customer, event: Any) -> Customer:
    """A customer after an event of their stream."""
    return Customer(event.unit if isinstance(event, experiments.CustomerLinked) else None)


def expose(unit: Unit, exposures: list[experiments.Exposure]) -> list[Any]:
    """Record what an id has seen, each variant of a flag once."""
    new: dict[tuple[str, str], int] = {}
    for exposure in exposures:
        if exposure.variant not in unit.seen.get(exposure.flag, ()):
            new.setdefault((exposure.flag, exposure.variant), exposure.at)
    return [experiments.VariantExposed(flag=flag, variant=variant, at=at) for (flag, variant), at in new.items()]


def attribute(unit: Unit, orders: list[experiments.GuestOrder]) -> list[Any]:
    """Record guests' orders of a visitor, each once."""
    new = {order.order_id: order.at for order in orders if order.order_id not in unit.ordered}
    return [experiments.VisitorOrdered(order_id=order_id, at=at) for order_id, at in new.items()]


def claim(unit: Unit, customer_id: str, at: int) -> list[Any]:
    """Claim a visitor's id for a customer; the first one gets it."""
    return [experiments.VisitorClaimed(customer_id=customer_id, at=at)] if unit.claimed_by is None else []


def link(customer: Customer, unit: str, at: int) -> list[Any]:
    """Link a customer to an id; the first link stays."""
    return [experiments.CustomerLinked(unit=unit, at=at)] if customer.unit is None else []


def unlink(customer: Customer, at: int) -> list[Any]:
    """Remove a customer's link."""
    return [] if customer.unit is None else [experiments.CustomerUnlinked(at=at)]
