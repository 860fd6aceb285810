"""The rules of one SKU's stock: what is on hand, what is promised to whom, and what may happen to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from idl import common, inventory
from thriftshop import skus

LARGEST_QUANTITY = inventory.MAX_QUANTITY
EXPIRED = "expired"
SHORT = "out of stock"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A promise to an order: how many of it are left, and when it lapses unless it is firm.

    It is `firm` since it was given, or was `allocated` by a second word that somebody relies on.
    """

    quantity: int
    allocated: bool
    expires_at: int  # milliseconds
    firm: bool = False

    def lapsed(self, now: int) -> bool:
        """Whether the promise has run out."""
        return self.expires_at <= now and not (self.firm or self.allocated)


@dataclass(frozen=True, slots=True)
class StockState:
    """One SKU's stock. `reservations` is never changed in place."""

    on_hand: int = 0
    reserved: int = 0
    reservations: Mapping[str, Reservation] = field(default_factory=dict)

    @property
    def available(self) -> int:
        """How many can still be sold."""
        return self.on_hand - self.reserved


EMPTY = StockState()

# -- what events do -------------------------------------------------------------------------------


def changes(event: Any) -> tuple[int, int]:
    """By how much an event changes what is on hand and what is reserved. Raises LookupError for one that is not known."""
    try:
        on_hand, reserved, amount = _EFFECTS[type(event)]
    except KeyError:
        raise LookupError(f"The inventory knows no event {type(event).__name__}.") from None
    quantity = getattr(event, amount) if amount else 0
    return on_hand * quantity, reserved * quantity


_EFFECTS: dict[type, tuple[int, int, str]] = {
    inventory.StockReceived: (1, 0, "quantity"),
    inventory.StockReserved: (0, 1, "quantity"),
    inventory.StockAllocated: (0, 0, ""),
    inventory.StockReleased: (0, -1, "quantity"),
    inventory.StockShipped: (-1, -1, "quantity"),
    inventory.StockTakenBack: (1, 0, "quantity"),
    inventory.StockWrittenOff: (-1, 0, "quantity"),
    inventory.StockCounted: (1, 0, "difference"),
    inventory.StockReduced: (-1, 0, "quantity"),
}


def evolve(state: StockState, event: Any) -> StockState:
    """The state after an event. Raises LookupError for one that is not known.

    Read up to a past moment, a stream may lack the reservation that a later event speaks of: the sums still hold.
    """
    on_hand, reserved = changes(event)
    held = state.reservations
    kind = type(event)
    if kind is inventory.StockReserved:
        held = {**held, event.reservation_id: Reservation(event.quantity, False, event.expires_at, bool(event.firm))}
    elif kind in _ON_RESERVATIONS and event.reservation_id in held:
        held = _with_rest(held, event)
    return StockState(state.on_hand + on_hand, state.reserved + reserved, held)


_ON_RESERVATIONS = frozenset({inventory.StockAllocated, inventory.StockReleased, inventory.StockShipped})


def _with_rest(held: Mapping[str, Reservation], event: Any) -> Mapping[str, Reservation]:
    before = held[event.reservation_id]
    if type(event) is inventory.StockAllocated:
        return {**held, event.reservation_id: Reservation(before.quantity, True, before.expires_at, before.firm)}
    left = before.quantity - event.quantity
    if left > 0:
        return {**held, event.reservation_id: Reservation(left, before.allocated, before.expires_at, before.firm)}
    return {reservation_id: one for reservation_id, one in held.items() if reservation_id != event.reservation_id}


def lapse(state: StockState, now: int) -> list[Any]:
    """The releases that are due: promises which ran out before they were made firm."""
    return [
        inventory.StockReleased(reservation_id=reservation_id, quantity=one.quantity, reason=EXPIRED)
        for reservation_id, one in state.reservations.items()
        if one.lapsed(now)
    ]


def next_lapse(state: StockState, now: int) -> int | None:
    """When the next temporary reservation expires; None if there is none."""
    moments = (one.expires_at for one in state.reservations.values() if not (one.firm or one.allocated))
    return min((moment for moment in moments if moment > now), default=None)


def as_of(state: StockState, now: int) -> StockState:
    """The state that a decision finds now: with what has lapsed released."""
    for event in lapse(state, now):
        state = evolve(state, event)
    return state


# -- verbs: the events that follow, or a refusal --------------------------------------------------


def receive(quantity: int, reference: str | None = None, reason: str | None = None) -> list[Any]:
    """Goods come in."""
    return [inventory.StockReceived(quantity=quantity, reference=reference, reason=reason)]


def take_back(quantity: int, reference: str | None = None, reason: str | None = None) -> list[Any]:
    """Goods come back from a customer."""
    return [inventory.StockTakenBack(quantity=quantity, reference=reference, reason=reason)]


def reserve(
    state: StockState,
    sku: str,
    reservation_id: str,
    quantity: int,
    expires_at: int,
    now: int,
    *,
    firm: bool = False,
) -> list[Any]:
    """Goods are promised, for a while or for good. The same promise again changes nothing. Raises OutOfStock."""
    freed = lapse(state, now)
    for event in freed:
        state = evolve(state, event)
    if reservation_id in state.reservations:
        return []
    require_available(state, sku, quantity)
    promise = inventory.StockReserved(
        reservation_id=reservation_id, quantity=quantity, expires_at=expires_at, firm=firm or None
    )
    return [*freed, promise]


def allocate(state: StockState, sku: str, reservation_id: str, now: int) -> list[Any]:
    """A promise is made firm. Raises ReservationNotFound."""
    one = _reservation(state, sku, reservation_id, now)
    return [] if one.allocated else [inventory.StockAllocated(reservation_id=reservation_id)]


def release(state: StockState, reservation_id: str, reason: str) -> list[Any]:
    """What is left of a promise is taken back; where there is none, nothing happens."""
    one = state.reservations.get(reservation_id)
    if one is None:
        return []
    return [inventory.StockReleased(reservation_id=reservation_id, quantity=one.quantity, reason=reason)]


def give_back(state: StockState, reservation_id: str) -> list[Any]:
    """A promise is taken back because another line of the same order cannot be had; not one that was allocated since."""
    one = state.reservations.get(reservation_id)
    return [] if one is None or one.allocated else release(state, reservation_id, SHORT)


def release_part(state: StockState, sku: str, reservation_id: str, quantity: int, reason: str, now: int) -> list[Any]:
    """A part of a promise is taken back. Raises ReservationNotFound, InvalidInput for more than is left of it."""
    _require_left(_reservation(state, sku, reservation_id, now), sku, reservation_id, quantity)
    return [inventory.StockReleased(reservation_id=reservation_id, quantity=quantity, reason=reason)]


def ship(state: StockState, sku: str, reservation_id: str, quantity: int, reference: str | None, now: int) -> list[Any]:
    """Promised goods leave. Raises ReservationNotFound, InvalidInput for more than is left of the promise."""
    _require_left(_reservation(state, sku, reservation_id, now), sku, reservation_id, quantity)
    return [inventory.StockShipped(reservation_id=reservation_id, quantity=quantity, reference=reference)]


def write_off(state: StockState, sku: str, quantity: int, reason: str, reference: str | None, now: int) -> list[Any]:
    """Goods are lost: never more than are available. Raises OutOfStock."""
    require_available(as_of(state, now), sku, quantity)
    lost = inventory.StockWrittenOff(quantity=quantity, reason=reason, reference=reference)
    return [*lapse(state, now), lost]


def count(state: StockState, sku: str, counted: int, reason: str, now: int) -> list[Any]:
    """What is on hand becomes what was counted: never fewer than are promised. Raises InvalidInput."""
    promised = as_of(state, now).reserved
    if counted < promised:
        raise common.InvalidInput(
            message=f"{promised} of {sku} are reserved for orders, so the count cannot be {counted}: cancel orders first.",
            field="counted",
        )
    difference = counted - state.on_hand
    found = inventory.StockCounted(counted=counted, difference=difference, reason=reason)
    return [*lapse(state, now), found]


def undo_write_off(state: StockState, quantity: int, reason: str) -> list[Any]:
    """Goods written off together with others that could not be are put back, as a count would."""
    return [inventory.StockCounted(counted=state.on_hand + quantity, difference=quantity, reason=reason)]


def reduce(state: StockState, sku: str, quantity: int, now: int) -> list[Any]:
    """Goods are taken at once by a client of 2018. Raises OutOfStock."""
    require_available(as_of(state, now), sku, quantity)
    return [*lapse(state, now), inventory.StockReduced(quantity=quantity)]


# -- what verbs require ---------------------------------------------------------------------------


def shortage(state: StockState, sku: str, quantity: int) -> Any:
    """What a SKU lacks for so many, None where there is enough."""
    if quantity <= state.available:
        return None
    return inventory.Shortage(sku=sku, requested=quantity, available=state.available)


def require_available(state: StockState, sku: str, quantity: int) -> None:
    """Raises OutOfStock unless so many can be had."""
    lacking = shortage(state, sku, quantity)
    if lacking is not None:
        raise out_of_stock([lacking])


def out_of_stock(shortages: Sequence[Any]) -> Any:
    """The refusal that names every shortage; its message names the first five."""
    named = [f"{one.sku} ({one.requested} wanted, {one.available} available)" for one in shortages[:5]]
    more = f" and {len(shortages) - 5} more" if len(shortages) > 5 else ""
    message = f"There is not enough of {', '.join(named)}{more}."
    return inventory.OutOfStock(message=message, shortages=list(shortages))


def _reservation(state: StockState, sku: str, reservation_id: str, now: int) -> Reservation:
    one = state.reservations.get(reservation_id)
    if one is None or one.lapsed(now):
        ended = "ran out" if one is not None else "is not (or no longer) there"
        raise inventory.ReservationNotFound(
            message=f"The reservation {reservation_id[:100]} of {sku} {ended}: reserve again.",
            reservation_id=reservation_id,
        )
    return one


def _require_left(one: Reservation, sku: str, reservation_id: str, quantity: int) -> None:
    if quantity > one.quantity:
        raise common.InvalidInput(
            message=f"Only {one.quantity} of {sku} are left of the reservation {reservation_id}, not {quantity}.",
            field="lines",
        )


# -- input ----------------------------------------------------------------------------------------


def total_by_sku(lines: Sequence[Any]) -> dict[str, int]:
    """The lines as quantities by SKU, in the order of SKUs. Raises InvalidInput for a line that cannot be."""
    if not lines:
        raise common.InvalidInput(message="Give at least one line.", field="lines")
    totals: dict[str, int] = {}
    for number, line in enumerate(lines):
        require_sku(line.sku, f"lines.{number}.sku")
        if not 1 <= line.quantity <= LARGEST_QUANTITY:
            raise common.InvalidInput(
                message=f"Line {number + 1} has quantity {line.quantity} of {line.sku}: give 1 to {LARGEST_QUANTITY:,}.",
                field=f"lines.{number}.quantity",
            )
        totals[line.sku] = totals.get(line.sku, 0) + line.quantity
    return dict(sorted(totals.items()))


def require_sku(sku: str, at: str) -> None:
    """Raises InvalidInput unless this can be a SKU."""
    skus.check(sku, at)


def require_text(text: str | None, at: str, longest: int, *, needed: bool) -> None:
    """Raises InvalidInput for a text that is needed and blank, too long, or not printable."""
    if text is None or not text.strip():
        if needed:
            raise common.InvalidInput(message=f"The {at} is missing.", field=at)
        return
    if len(text) > longest:
        raise common.InvalidInput(message=f"The {at} has {len(text):,} characters; the maximum is {longest}.", field=at)
    if not text.isprintable():
        raise common.InvalidInput(message=f"The {at} has unprintable characters.", field=at)
