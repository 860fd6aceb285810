"""The rules of one SKU's stock: the quantity on hand, its reservations, and the commands on it."""

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
    """A reservation of an order: the quantity left, and when it expires.

    It does not expire if it was `firm` from the start, or was `allocated` by a second event on which a caller relies.
    """

    quantity: int
    allocated: bool
    expires_at: int  # milliseconds
    firm: bool = False

    def lapsed(self, now: int) -> bool:
        """Whether the reservation has expired."""
        return self.expires_at <= now and not (self.firm or self.allocated)


@dataclass(frozen=True, slots=True)
class StockState:
    """One SKU's stock. `reservations` is never changed in place."""

    on_hand: int = 0
    reserved: int = 0
    reservations: Mapping[str, Reservation] = field(default_factory=dict)

    @property
    def available(self) -> int:
        """The quantity that can be sold."""
        return self.on_hand - self.reserved


EMPTY = StockState()

# -- what events do -------------------------------------------------------------------------------


def changes(event: Any) -> tuple[int, int]:
    """The changes of the quantities on hand and reserved by an event. Raises LookupError for an unknown event."""
    try:
        on_hand, reserved, amount = _EFFECTS[type(event)]
    except KeyError:
        raise LookupError(f"{type(event).__name__} is not a known event of the inventory.") from None
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
    """The state after an event. Raises LookupError for an unknown event.

    A stream that is read up to a past time may lack the reservation of an event; the totals are correct nevertheless.
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
    """The releases of expired reservations."""
    return [
        inventory.StockReleased(reservation_id=reservation_id, quantity=one.quantity, reason=EXPIRED)
        for reservation_id, one in state.reservations.items()
        if one.lapsed(now)
    ]


def as_of(state: StockState, now: int) -> StockState:
    """The current state, without expired reservations."""
    for event in lapse(state, now):
        state = evolve(state, event)
    return state


# -- commands: they return events, or raise a refusal ---------------------------------------------


def receive(quantity: int, reference: str | None = None, reason: str | None = None) -> list[Any]:
    """Receives goods."""
    return [inventory.StockReceived(quantity=quantity, reference=reference, reason=reason)]


def take_back(quantity: int, reference: str | None = None, reason: str | None = None) -> list[Any]:
    """Restocks returned goods."""
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
    """Reserves goods, until they expire or permanently; idempotent per reservation. Raises OutOfStock."""
    freed = lapse(state, now)
    for event in freed:
        state = evolve(state, event)
    if reservation_id in state.reservations:
        return []
    require_available(state, sku, quantity)
    reserved = inventory.StockReserved(
        reservation_id=reservation_id, quantity=quantity, expires_at=expires_at, firm=firm or None
    )
    return [*freed, reserved]


def allocate(state: StockState, sku: str, reservation_id: str, now: int) -> list[Any]:
    """Makes a reservation permanent. Raises ReservationNotFound."""
    one = _reservation(state, sku, reservation_id, now)
    return [] if one.allocated else [inventory.StockAllocated(reservation_id=reservation_id)]


def release(state: StockState, reservation_id: str, reason: str) -> list[Any]:
    """Releases the rest of a reservation, if there is one."""
    one = state.reservations.get(reservation_id)
    if one is None:
        return []
    return [inventory.StockReleased(reservation_id=reservation_id, quantity=one.quantity, reason=reason)]


def release_unallocated(state: StockState, reservation_id: str) -> list[Any]:
    """Releases a reservation because another line of the order is out of stock, unless it was allocated meanwhile."""
    one = state.reservations.get(reservation_id)
    return [] if one is None or one.allocated else release(state, reservation_id, SHORT)


def release_part(state: StockState, sku: str, reservation_id: str, quantity: int, reason: str, now: int) -> list[Any]:
    """Releases a part of a reservation. Raises ReservationNotFound, or InvalidInput for more than is left of it."""
    _require_left(_reservation(state, sku, reservation_id, now), sku, reservation_id, quantity)
    return [inventory.StockReleased(reservation_id=reservation_id, quantity=quantity, reason=reason)]


def ship(state: StockState, sku: str, reservation_id: str, quantity: int, reference: str | None, now: int) -> list[Any]:
    """Ships reserved goods. Raises ReservationNotFound, or InvalidInput for more than is left of the reservation."""
    _require_left(_reservation(state, sku, reservation_id, now), sku, reservation_id, quantity)
    return [inventory.StockShipped(reservation_id=reservation_id, quantity=quantity, reference=reference)]


def write_off(state: StockState, sku: str, quantity: int, reason: str, reference: str | None, now: int) -> list[Any]:
    """Writes off goods, at most the available quantity. Raises OutOfStock."""
    require_available(as_of(state, now), sku, quantity)
    lost = inventory.StockWrittenOff(quantity=quantity, reason=reason, reference=reference)
    return [*lapse(state, now), lost]


def count(state: StockState, sku: str, counted: int, reason: str, now: int) -> list[Any]:
    """Sets the quantity on hand to a count, which must not be below the reserved quantity. Raises InvalidInput."""
    reserved = as_of(state, now).reserved
    if counted < reserved:
        raise common.InvalidInput(
            message=f"{reserved} of {sku} are reserved for orders, so the count cannot be {counted}: cancel orders first.",
            field="counted",
        )
    difference = counted - state.on_hand
    found = inventory.StockCounted(counted=counted, difference=difference, reason=reason)
    return [*lapse(state, now), found]


def undo_write_off(state: StockState, quantity: int, reason: str) -> list[Any]:
    """Reverts a write-off that was refused for other lines, as a count would."""
    return [inventory.StockCounted(counted=state.on_hand + quantity, difference=quantity, reason=reason)]


def reduce(state: StockState, sku: str, quantity: int, now: int) -> list[Any]:
    """Takes goods for a client of 2018. Raises OutOfStock."""
    require_available(as_of(state, now), sku, quantity)
    return [*lapse(state, now), inventory.StockReduced(quantity=quantity)]


# -- preconditions --------------------------------------------------------------------------------


def shortage(state: StockState, sku: str, quantity: int) -> Any:
    """The shortage of a SKU for a quantity; None if there is enough."""
    if quantity <= state.available:
        return None
    return inventory.Shortage(sku=sku, requested=quantity, available=state.available)


def require_available(state: StockState, sku: str, quantity: int) -> None:
    """Raises OutOfStock unless the quantity is available."""
    lacking = shortage(state, sku, quantity)
    if lacking is not None:
        raise out_of_stock([lacking])


def out_of_stock(shortages: Sequence[Any]) -> Any:
    """The refusal with all shortages; its message names the first five."""
    named = [f"{one.sku} ({one.requested} requested, {one.available} available)" for one in shortages[:5]]
    more = f" and {len(shortages) - 5} more" if len(shortages) > 5 else ""
    message = f"There is not enough of {', '.join(named)}{more}."
    return inventory.OutOfStock(message=message, shortages=list(shortages))


def _reservation(state: StockState, sku: str, reservation_id: str, now: int) -> Reservation:
    one = state.reservations.get(reservation_id)
    if one is None or one.lapsed(now):
        ended = "has expired" if one is not None else "does not exist (any more)"
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
    """The quantities by SKU, sorted by SKU. Raises InvalidInput for an invalid line."""
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
    """Raises InvalidInput unless the SKU is valid."""
    skus.check(sku, at)


def require_text(text: str | None, at: str, longest: int, *, needed: bool) -> None:
    """Raises InvalidInput for a text that is required but blank, too long, or not printable."""
    if text is None or not text.strip():
        if needed:
            raise common.InvalidInput(message=f"The {at} is missing.", field=at)
        return
    if len(text) > longest:
        raise common.InvalidInput(message=f"The {at} has {len(text):,} characters; the maximum is {longest}.", field=at)
    if not text.isprintable():
        raise common.InvalidInput(message=f"The {at} has unprintable characters.", field=at)
