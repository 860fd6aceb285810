"""The rules of one SKU's stock: quantity on hand, reservations, and the commands that change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from apps.inventory.domain.shared_map import SharedMap
from idl import common, inventory

MAX_QUANTITY = inventory.MAX_QUANTITY
V = TypeVar("V")
EXPIRED = "expired"
SHORT = "out of stock"


@dataclass(frozen=True, slots=True)
class Reservation:
    """The unshipped quantity reserved for an order, and when it expires.

    A reservation that was `firm` from the start or `allocated` later does not expire.
    """

    quantity: int
    allocated: bool
    expires_at: int  # milliseconds
    firm: bool = False

    def is_expired(self, now: int) -> bool:
        """Whether the reservation has expired."""
        return self.expires_at <= now and not (self.firm or self.allocated)


@dataclass(frozen=True, slots=True)
class StockState:
    """One SKU's stock. Its mappings are never changed in place.

    `expiring` has the expiry of each temporary reservation, so that thousands of firm ones cost nothing to pass over;
    `first_expiry` is the earliest of them, so that no decision looks at all of them before one has expired.
    """

    on_hand: int = 0
    reserved: int = 0
    reservations: Mapping[str, Reservation] = field(default_factory=SharedMap)
    expiring: Mapping[str, int] = field(default_factory=SharedMap)
    first_expiry: int | None = None

    @property
    def available(self) -> int:
        """The quantity that can still be sold."""
        return self.on_hand - self.reserved


EMPTY = StockState()

# -- events --------------------------------------------------------------------------------------


def changes(event: Any) -> tuple[int, int]:
    """By how much an event changes the quantities on hand and reserved. Raises LookupError for an unknown one."""
    try:
        on_hand, reserved, amount = _EFFECTS[type(event)]
    except KeyError:
        raise LookupError(f"The inventory has no event {type(event).__name__}.") from None
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
    """The state after an event. Raises LookupError for an unknown one.

    A stream read up to a past moment may lack the reservation that an event refers to; the sums are correct anyway.
    """
    on_hand, reserved = changes(event)
    reservations, expiring, first_expiry = state.reservations, state.expiring, state.first_expiry
    kind = type(event)
    if kind is inventory.StockReserved:
        reservation = Reservation(event.quantity, False, event.expires_at, bool(event.firm))
        reservations = _shared(reservations).including(event.reservation_id, reservation)
        expiring, first_expiry = _expiring_after(state, event.reservation_id, reservation)
    elif kind in _RESERVATION_EVENTS and event.reservation_id in reservations:
        reservations = _with_change(reservations, event)
        after = reservations.get(event.reservation_id)
        expiring, first_expiry = _expiring_after(state, event.reservation_id, after)
    return StockState(state.on_hand + on_hand, state.reserved + reserved, reservations, expiring, first_expiry)


_RESERVATION_EVENTS = frozenset({inventory.StockAllocated, inventory.StockReleased, inventory.StockShipped})


def _expiring_after(
    state: StockState, reservation_id: str, after: Reservation | None
) -> tuple[Mapping[str, int], int | None]:
    """The expiries, and the first of them, after a reservation was made, changed or ended (None)."""
    expiring, first, before = state.expiring, state.first_expiry, state.expiring.get(reservation_id)
    if after is not None and not (after.firm or after.allocated):
        expiring = _shared(expiring).including(reservation_id, after.expires_at)
        first = after.expires_at if first is None else min(first, after.expires_at)
    elif before is not None:
        expiring = _shared(expiring).without(reservation_id)
    is_outdated = before is not None and before == state.first_expiry
    return expiring, min(expiring.values(), default=None) if is_outdated else first


def _shared(items: Mapping[str, V]) -> SharedMap[str, V]:
    """The items of a state; those of one that was read from a snapshot are a dictionary."""
    return items if isinstance(items, SharedMap) else SharedMap(items)


def _with_change(reservations: Mapping[str, Reservation], event: Any) -> Mapping[str, Reservation]:
    before, shared = reservations[event.reservation_id], _shared(reservations)
    if type(event) is inventory.StockAllocated:
        return shared.including(event.reservation_id, replace(before, allocated=True))
    remaining = before.quantity - event.quantity
    if remaining > 0:
        return shared.including(event.reservation_id, replace(before, quantity=remaining))
    return shared.without(event.reservation_id)


def expire(state: StockState, now: int) -> list[Any]:
    """Release the reservations that have expired."""
    if state.first_expiry is None or now < state.first_expiry:
        return []
    return [
        inventory.StockReleased(
            reservation_id=reservation_id, quantity=state.reservations[reservation_id].quantity, reason=EXPIRED
        )
        for reservation_id, expires_at in state.expiring.items()
        if expires_at <= now
    ]


def next_expiry(state: StockState, now: int) -> int | None:
    """When the next temporary reservation expires; None if there is none."""
    if state.first_expiry is None or state.first_expiry > now:
        return state.first_expiry
    return min((expires_at for expires_at in state.expiring.values() if expires_at > now), default=None)


def as_of(state: StockState, now: int) -> StockState:
    """The state now, with expired reservations released."""
    for event in expire(state, now):
        state = evolve(state, event)
    return state


# -- commands: events or a refusal ---------------------------------------------------------------


def receive(quantity: int, reference: str | None = None, reason: str | None = None) -> list[Any]:
    """Receive goods."""
    return [inventory.StockReceived(quantity=quantity, reference=reference, reason=reason)]


def return_to_stock(quantity: int, reference: str | None = None, reason: str | None = None) -> list[Any]:
    """Return goods from a customer to stock."""
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
    """Reserve goods until a moment or, if `firm`, without limit. Repeated, it changes nothing. Raises OutOfStock."""
    released = expire(state, now)
    for event in released:
        state = evolve(state, event)
    if reservation_id in state.reservations:
        return []
    require_available(state, sku, quantity)
    reserved = inventory.StockReserved(
        reservation_id=reservation_id, quantity=quantity, expires_at=expires_at, firm=firm or None
    )
    return [*released, reserved]


def allocate(state: StockState, sku: str, reservation_id: str, now: int) -> list[Any]:
    """Allocate a reservation, so that it does not expire. Raises ReservationNotFound."""
    reservation = _reservation(state, sku, reservation_id, now)
    return [] if reservation.allocated else [inventory.StockAllocated(reservation_id=reservation_id)]


def release(state: StockState, reservation_id: str, reason: str) -> list[Any]:
    """Release the rest of a reservation, if it exists."""
    reservation = state.reservations.get(reservation_id)
    if reservation is None:
        return []
    return [inventory.StockReleased(reservation_id=reservation_id, quantity=reservation.quantity, reason=reason)]


def release_short(state: StockState, reservation_id: str) -> list[Any]:
    """Release a reservation because another line of its order is out of stock, unless it was allocated meanwhile."""
    reservation = state.reservations.get(reservation_id)
    return [] if reservation is None or reservation.allocated else release(state, reservation_id, SHORT)


def release_part(state: StockState, sku: str, reservation_id: str, quantity: int, reason: str, now: int) -> list[Any]:
    """Release a part of a reservation. Raises ReservationNotFound, InvalidInput for more than its quantity."""
    _require_remaining(_reservation(state, sku, reservation_id, now), sku, reservation_id, quantity)
    return [inventory.StockReleased(reservation_id=reservation_id, quantity=quantity, reason=reason)]


def ship(state: StockState, sku: str, reservation_id: str, quantity: int, reference: str | None, now: int) -> list[Any]:
    """Ship reserved goods. Raises ReservationNotFound, InvalidInput for more than its quantity."""
    _require_remaining(_reservation(state, sku, reservation_id, now), sku, reservation_id, quantity)
    return [inventory.StockShipped(reservation_id=reservation_id, quantity=quantity, reference=reference)]


def write_off(state: StockState, sku: str, quantity: int, reason: str, reference: str | None, now: int) -> list[Any]:
    """Write off lost goods: never more than are available. Raises OutOfStock."""
    require_available(as_of(state, now), sku, quantity)
    return [*expire(state, now), inventory.StockWrittenOff(quantity=quantity, reason=reason, reference=reference)]


def count(state: StockState, sku: str, counted: int, reason: str, now: int) -> list[Any]:
    """Set the quantity on hand to the counted one, never below what is reserved. Raises InvalidInput."""
    reserved = as_of(state, now).reserved
    if counted < reserved:
        raise common.InvalidInput(
            message=f"{reserved} of {sku} are reserved for orders, so the count cannot be {counted}: cancel orders first.",
            field="counted",
        )
    difference = counted - state.on_hand
    return [*expire(state, now), inventory.StockCounted(counted=counted, difference=difference, reason=reason)]


def undo_write_off(state: StockState, quantity: int, reason: str) -> list[Any]:
    """Undo a write-off whose other lines were out of stock, with a count."""
    return [inventory.StockCounted(counted=state.on_hand + quantity, difference=quantity, reason=reason)]


def reduce(state: StockState, sku: str, quantity: int, now: int) -> list[Any]:
    """Reduce the stock at once, for clients of 2018. Raises OutOfStock."""
    require_available(as_of(state, now), sku, quantity)
    return [*expire(state, now), inventory.StockReduced(quantity=quantity)]


# -- conditions -----------------------------------------------------------------------------------


def shortage(state: StockState, sku: str, quantity: int) -> Any:
    """The shortage of a SKU for this quantity, None if there is enough."""
    if quantity <= state.available:
        return None
    return inventory.Shortage(sku=sku, requested=quantity, available=state.available)


def require_available(state: StockState, sku: str, quantity: int) -> None:
    """Raise OutOfStock unless this quantity is available."""
    short = shortage(state, sku, quantity)
    if short is not None:
        raise out_of_stock([short])


def out_of_stock(shortages: Sequence[Any]) -> Any:
    """The refusal that names every shortage; its message names the first five."""
    named = [f"{short.sku} ({short.requested} requested, {short.available} available)" for short in shortages[:5]]
    more = f" and {len(shortages) - 5} more" if len(shortages) > 5 else ""
    message = f"There is not enough of {', '.join(named)}{more}."
    return inventory.OutOfStock(message=message, shortages=list(shortages))


def _reservation(state: StockState, sku: str, reservation_id: str, now: int) -> Reservation:
    reservation = state.reservations.get(reservation_id)
    if reservation is None or reservation.is_expired(now):
        ended = "has expired" if reservation is not None else "does not exist or has ended"
        raise inventory.ReservationNotFound(
            message=f"The reservation {reservation_id[:100]} of {sku} {ended}: reserve again.",
            reservation_id=reservation_id,
        )
    return reservation


def _require_remaining(reservation: Reservation, sku: str, reservation_id: str, quantity: int) -> None:
    if quantity > reservation.quantity:
        raise common.InvalidInput(
            message=f"Only {reservation.quantity} of {sku} are left of the reservation {reservation_id}, not {quantity}.",
            field="lines",
        )
