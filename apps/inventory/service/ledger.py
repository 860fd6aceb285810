"""The ledger: one stream of events per SKU, written by commands and read as levels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from apps.inventory import domain
from apps.inventory.domain import validation
from idl import common, inventory
from thriftshop import clock, events, rpc
from thriftshop import skus as rules

MAX_KEY_LENGTH = 100
MAX_LINES = inventory.MAX_LINES

stock: events.Decider[domain.StockState] = events.Decider("inventory", domain.EMPTY, domain.evolve, has_snapshots=True)

Decisions = Mapping[str, Callable[[domain.StockState], Sequence[Any]]]


def decide(decisions: Decisions, key: str | None = None) -> dict[str, events.Decided[domain.StockState]]:
    """Decide on many SKUs. Raises rpc.Unavailable if other processes kept writing to the same streams; safe to repeat."""
    try:
        return stock.decide_many(decisions, key)
    except events.Conflict as conflict:
        raise rpc.Unavailable("Too many processes are changing this stock; send the same again.") from conflict


def record(
    key: str, decisions: Mapping[str, Callable[[domain.StockState], Sequence[Any]]]
) -> list[inventory.StockLevel]:
    """Decide under an idempotency key and return the levels after it, in the order of SKUs."""
    return [level(sku, decided.state, decided.version) for sku, decided in decide(decisions, key).items()]


def level(sku: str, state: domain.StockState, version: int) -> inventory.StockLevel:
    """A state as a struct of the contract."""
    return inventory.StockLevel(
        sku=sku, on_hand=state.on_hand, reserved=state.reserved, available=state.available, version=version
    )


def levels(skus: Iterable[str]) -> list[inventory.StockLevel]:
    """The current levels, folded from the ledger, with expired reservations released."""
    requested, now = list(skus), clock.now()
    states = stock.load_many({sku for sku in requested if rules.is_valid(sku)})
    return [_level_now(sku, *states.get(sku, (domain.EMPTY, 0)), now) for sku in requested]


def _level_now(sku: str, state: domain.StockState, version: int, now: int) -> inventory.StockLevel:
    current = level(sku, domain.as_of(state, now), version)
    current.valid_until = domain.next_expiry(state, now)
    return current


def out_of_stock(quantities: Mapping[str, int], reservation_id: str = "") -> inventory.OutOfStock | None:
    """OutOfStock with every shortage among these quantities, or None if there is none by now.

    SKUs that the reservation already contains are not short.
    """
    now = clock.now()
    states = {sku: domain.as_of(state, now) for sku, (state, _) in stock.load_many(quantities).items()}
    checked = [
        domain.shortage(states[sku], sku, quantity)
        for sku, quantity in quantities.items()
        if reservation_id not in states[sku].reservations
    ]
    shortages = [shortage for shortage in checked if shortage is not None]
    return domain.out_of_stock(shortages) if shortages else None


def totals_of(lines: Sequence[Any]) -> dict[str, int]:
    """The lines as quantities by SKU. Raises InvalidInput for invalid or too many lines."""
    if len(lines) > MAX_LINES:
        raise common.InvalidInput(
            message=f"{len(lines):,} lines are too many; send up to {MAX_LINES:,} per call.", field="lines"
        )
    return validation.total_by_sku(lines)


def require_key(key: str, at: str = "key") -> None:
    """Raise InvalidInput for an invalid idempotency key or reservation id."""
    validation.require_text(key, at, MAX_KEY_LENGTH, required=True)


def for_each(
    quantities: Mapping[str, int], command: Callable[[str, int, domain.StockState], Sequence[Any]]
) -> Decisions:
    """The command bound to each SKU and its quantity."""
    return {sku: partial(command, sku, quantity) for sku, quantity in quantities.items()}
