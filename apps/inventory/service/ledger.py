"""The ledger that all verbs write to: streams of stock events by SKU, decided on and read as levels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from apps.inventory import domain
from idl import common, inventory
from thriftshop import clock, events, rpc
from thriftshop import skus as rules

LONGEST_KEY = 100
MOST_LINES = inventory.MAX_LINES

stock: events.Decider[domain.StockState] = events.Decider("inventory", domain.EMPTY, domain.evolve)

Decisions = Mapping[str, Callable[[domain.StockState], Sequence[Any]]]


def decide(decisions: Decisions, key: str | None = None) -> dict[str, events.Decided[domain.StockState]]:
    """Decides on many SKUs at once. Raises rpc.Unavailable where other processes won every race; nothing is lost then."""
    try:
        return stock.decide_many(decisions, key)
    except events.Conflict as conflict:
        raise rpc.Unavailable("The stock is being moved by many at once; send the same again.") from conflict


def record(key: str, made: Mapping[str, Callable[[domain.StockState], Sequence[Any]]]) -> list[inventory.StockLevel]:
    """Decides under a key and gives the levels after it, in the order of SKUs."""
    return [level(sku, one.state, one.version) for sku, one in decide(made, key).items()]


def level(sku: str, state: domain.StockState, version: int) -> inventory.StockLevel:
    """A state as the contract shows it."""
    return inventory.StockLevel(
        sku=sku, on_hand=state.on_hand, reserved=state.reserved, available=state.available, version=version
    )


def levels(skus: Iterable[str]) -> list[inventory.StockLevel]:
    """The levels now, as a decision would find them: folded from the ledger, with what has lapsed released."""
    wanted, now = list(skus), clock.now()
    states = stock.load_many({sku for sku in wanted if rules.is_valid(sku)})
    return [_level_now(sku, *states.get(sku, (domain.EMPTY, 0)), now) for sku in wanted]


def _level_now(sku: str, state: domain.StockState, version: int, now: int) -> inventory.StockLevel:
    found = level(sku, domain.as_of(state, now), version)
    found.valid_until = domain.next_lapse(state, now)
    return found


def refuse_all_short(wanted: Mapping[str, int], holder: str = "") -> inventory.OutOfStock | None:
    """The refusal that names every shortage among these quantities; None where by now there is none.

    What the reservation `holder` has of a SKU already is not short.
    """
    now = clock.now()
    states = {sku: domain.as_of(state, now) for sku, (state, _) in stock.load_many(wanted).items()}
    found = [
        domain.shortage(states[sku], sku, quantity)
        for sku, quantity in wanted.items()
        if holder not in states[sku].reservations
    ]
    shortages = [one for one in found if one is not None]
    return domain.out_of_stock(shortages) if shortages else None


def totals_of(lines: Sequence[Any]) -> dict[str, int]:
    """The lines as quantities by SKU. Raises InvalidInput for lines that cannot be, or are too many."""
    if len(lines) > MOST_LINES:
        raise common.InvalidInput(
            message=f"{len(lines):,} lines are too many at once; send up to {MOST_LINES:,}.", field="lines"
        )
    return domain.total_by_sku(lines)


def require_key(key: str, at: str = "key") -> None:
    """Raises InvalidInput unless this can be an idempotency key or a reservation's id."""
    domain.require_text(key, at, LONGEST_KEY, needed=True)


def for_each(wanted: Mapping[str, int], verb: Callable[[str, int, domain.StockState], Sequence[Any]]) -> Decisions:
    """The verb bound to each SKU and its quantity: what `decide` takes."""
    return {sku: partial(verb, sku, quantity) for sku, quantity in wanted.items()}
