"""Reservations for orders: reserved, allocated, shipped, released, and swept when they have expired."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from apps.inventory import domain, models
from apps.inventory.domain import validation
from apps.inventory.service import ledger
from idl import common, inventory
from thriftshop import call_context, clock, rpc

MAX_HOLD_SECONDS = 7 * 24 * 3600
MAX_REASON_LENGTH = 200
SWEEP_BATCH = 500


def reserve(reservation_id: str, lines: list[inventory.StockLine], hold_seconds: int, firm: bool | None = None) -> None:
    """Reserve all lines or none, for some seconds or firmly. Raises OutOfStock with every shortage, InvalidInput.

    Repeated, it changes nothing, also after the reservation was shipped or released; an expired one is made again.
    """
    quantities = _validated(reservation_id, lines, hold_seconds)
    now, already_reserved = clock.now(), set[str]()
    decision = partial(_reserve, reservation_id, now + hold_seconds * 1000, now, already_reserved, bool(firm))
    try:
        done = ledger.decide(ledger.for_each(quantities, decision), f"reserve:{reservation_id}")
        repeated = {sku: decided.state for sku, decided in done.items() if decided.repeated}
        still_reserved = {
            sku for sku, state in repeated.items() if reservation_id in domain.as_of(state, now).reservations
        }
        for sku in repeated.keys() - still_reserved:
            _reserve_again(sku, reservation_id, partial(decision, sku, quantities[sku]))
    except inventory.OutOfStock as refusal:
        _release_short(reservation_id, [sku for sku in quantities if sku not in already_reserved])
        raise ledger.out_of_stock(quantities, reservation_id) or refusal from refusal
    if firm and (already_reserved or still_reserved):
        _allocate_at_once(reservation_id, already_reserved | still_reserved)


def _allocate_at_once(reservation_id: str, skus: Iterable[str]) -> None:
    """Allocate lines that a concurrent call has reserved, so that it cannot release them."""
    try:
        allocate(reservation_id, list(skus))
    except inventory.ReservationNotFound as refusal:
        raise rpc.Unavailable("The reservation was released meanwhile; send the same again.") from refusal


def _reserve(
    reservation_id: str,
    expires_at: int,
    now: int,
    already_reserved: set[str],
    firm: bool,
    sku: str,
    quantity: int,
    state: domain.StockState,
) -> list[Any]:
    """The decision on one SKU, which is added to `already_reserved` if the reservation exists."""
    decided = domain.reserve(state, sku, reservation_id, quantity, expires_at, now, firm=firm)
    # A decision may be repeated on a later state; the last one counts.
    (already_reserved.discard if decided else already_reserved.add)(sku)
    return decided


def _reserve_again(sku: str, reservation_id: str, decision: Any) -> None:
    """Repeat a reservation that expired, or was released because another line was out of stock."""
    history = [
        record
        for record in ledger.stock.history(sku)
        if getattr(record.event, "reservation_id", None) == reservation_id
    ]
    last = history[-1].event
    is_renewable = type(last) is not inventory.StockReleased or last.reason in (domain.EXPIRED, domain.SHORT)
    if is_renewable and type(last) is not inventory.StockShipped:
        previous = max(record.version for record in history if type(record.event) is inventory.StockReserved)
        ledger.decide({sku: decision}, f"reserve:{reservation_id}:{previous}")


def _release_short(reservation_id: str, skus: Iterable[str]) -> None:
    """Release the lines that were reserved before another one was found out of stock."""
    ledger.decide({sku: partial(domain.release_short, reservation_id=reservation_id) for sku in skus})


def allocate(reservation_id: str, skus: list[str]) -> None:
    """Allocate a reservation, so that it does not expire. Raises ReservationNotFound."""
    now = clock.now()
    ledger.decide(
        {sku: partial(_allocate, sku, reservation_id, now) for sku in sorted(set(skus))}, f"allocate:{reservation_id}"
    )


def _allocate(sku: str, reservation_id: str, now: int, state: domain.StockState) -> list[Any]:
    return domain.allocate(state, sku, reservation_id, now)


def release(reservation_id: str, skus: list[str], reason: str) -> None:
    """Release the rest of a reservation, if it exists."""
    normalised = reason.strip()[:MAX_REASON_LENGTH] or "released"
    ledger.decide(
        {sku: partial(domain.release, reservation_id=reservation_id, reason=normalised) for sku in sorted(set(skus))}
    )


def release_lines(key: str, reservation_id: str, lines: list[inventory.StockLine], reason: str) -> None:
    """Release a part of a reservation. Raises ReservationNotFound, InvalidInput."""
    ledger.require_key(key)
    validation.require_text(reason, "reason", MAX_REASON_LENGTH, required=True)
    now = clock.now()

    def release_line(sku: str, quantity: int, state: domain.StockState) -> list[Any]:
        return domain.release_part(state, sku, reservation_id, quantity, reason, now)

    ledger.decide(ledger.for_each(ledger.totals_of(lines), release_line), f"release_lines:{key}")


def ship(key: str, reservation_id: str, lines: list[inventory.StockLine]) -> None:
    """Ship reserved goods, all lines or none. Raises ReservationNotFound, InvalidInput."""
    ledger.require_key(key)
    now = clock.now()

    def ship_line(sku: str, quantity: int, state: domain.StockState) -> list[Any]:
        return domain.ship(state, sku, reservation_id, quantity, key, now)

    ledger.decide(ledger.for_each(ledger.totals_of(lines), ship_line), f"ship:{key}")


def sweep() -> int:
    """Release all expired reservations and return their number."""
    now = clock.now()
    skus = list(models.Level.objects.filter(reserved__gt=0).order_by("sku").values_list("sku", flat=True))
    with call_context.within(call_context.CallContext(caller="inventory")):
        return sum(_sweep(skus[start : start + SWEEP_BATCH], now) for start in range(0, len(skus), SWEEP_BATCH))


def _sweep(skus: list[str], now: int) -> int:
    expired = [sku for sku, (state, _) in ledger.stock.load_many(skus).items() if domain.expire(state, now)]
    done = ledger.decide({sku: partial(domain.expire, now=now) for sku in expired})
    return sum(len(decided.recorded) for decided in done.values())


def _validated(reservation_id: str, lines: list[inventory.StockLine], hold_seconds: int) -> Mapping[str, int]:
    ledger.require_key(reservation_id, "reservation_id")
    if not 1 <= hold_seconds <= MAX_HOLD_SECONDS:
        raise common.InvalidInput(
            message=f"A reservation is valid for 1 to {MAX_HOLD_SECONDS:,} seconds, not {hold_seconds}.",
            field="hold_seconds",
        )
    return ledger.totals_of(lines)
