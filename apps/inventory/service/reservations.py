"""Reservations for orders: reserved, allocated, shipped, released, and swept when they have expired."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from apps.inventory import domain, models
from apps.inventory.service import ledger
from idl import common, inventory
from thriftshop import call_context, clock, rpc

LONGEST_HOLD = 7 * 24 * 3600
LONGEST_REASON = 200
SWEPT_AT_ONCE = 500


def reserve(reservation_id: str, lines: list[inventory.StockLine], hold_seconds: int, firm: bool | None = None) -> None:
    """Reserve all lines or none, for some seconds or firmly. Raises OutOfStock with every shortage, InvalidInput.

    Repeated, it changes nothing, also after the reservation was shipped or released; an expired one is made again.
    """
    wanted = _checked(reservation_id, lines, hold_seconds)
    now, held_before = clock.now(), set[str]()
    decision = partial(_reserve, reservation_id, now + hold_seconds * 1000, now, held_before, bool(firm))
    try:
        done = ledger.decide(ledger.for_each(wanted, decision), f"reserve:{reservation_id}")
        repeated = {sku: one.state for sku, one in done.items() if one.repeated}
        standing = {sku for sku, state in repeated.items() if reservation_id in domain.as_of(state, now).reservations}
        for sku in repeated.keys() - standing:
            _reserve_again(sku, reservation_id, partial(decision, sku, wanted[sku]))
    except inventory.OutOfStock as refusal:
        _release_short(reservation_id, [sku for sku in wanted if sku not in held_before])
        raise ledger.refuse_all_short(wanted, reservation_id) or refusal from refusal
    if firm and (held_before or standing):
        _allocate_at_once(reservation_id, held_before | standing)


def _allocate_at_once(reservation_id: str, skus: Iterable[str]) -> None:
    """Allocate what a concurrent call has reserved, so that it cannot release it again."""
    try:
        allocate(reservation_id, list(skus))
    except inventory.ReservationNotFound as gone:
        raise rpc.Unavailable("The reservation was released meanwhile; send the same again.") from gone


def _reserve(
    reservation_id: str,
    expires_at: int,
    now: int,
    held_before: set[str],
    firm: bool,
    sku: str,
    quantity: int,
    state: domain.StockState,
) -> list[Any]:
    """The decision on one SKU; adds it to `held_before` if the reservation exists already."""
    made = domain.reserve(state, sku, reservation_id, quantity, expires_at, now, firm=firm)
    # A decision may be repeated on a later state: the last one counts.
    (held_before.discard if made else held_before.add)(sku)
    return made


def _reserve_again(sku: str, reservation_id: str, decision: Any) -> None:
    """Repeat a reservation that expired, or was released because another line was out of stock."""
    about = [one for one in ledger.stock.history(sku) if getattr(one.event, "reservation_id", None) == reservation_id]
    last = about[-1].event
    ended = type(last) is not inventory.StockReleased or last.reason in (domain.EXPIRED, domain.SHORT)
    if ended and type(last) is not inventory.StockShipped:
        made_before = max(one.version for one in about if type(one.event) is inventory.StockReserved)
        ledger.decide({sku: decision}, f"reserve:{reservation_id}:{made_before}")


def _release_short(reservation_id: str, skus: Iterable[str]) -> None:
    """Release the lines that were reserved before another one turned out to be out of stock."""
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
    """Release what is left of a reservation, if there is one."""
    why = reason.strip()[:LONGEST_REASON] or "released"
    ledger.decide(
        {sku: partial(domain.release, reservation_id=reservation_id, reason=why) for sku in sorted(set(skus))}
    )


def release_lines(key: str, reservation_id: str, lines: list[inventory.StockLine], reason: str) -> None:
    """Release a part of a reservation. Raises ReservationNotFound, InvalidInput."""
    ledger.require_key(key)
    domain.require_text(reason, "reason", LONGEST_REASON, required=True)
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
        return sum(_sweep(skus[start : start + SWEPT_AT_ONCE], now) for start in range(0, len(skus), SWEPT_AT_ONCE))


def _sweep(skus: list[str], now: int) -> int:
    expired = [sku for sku, (state, _) in ledger.stock.load_many(skus).items() if domain.expire(state, now)]
    done = ledger.decide({sku: partial(domain.expire, now=now) for sku in expired})
    return sum(len(one.recorded) for one in done.values())


def _checked(reservation_id: str, lines: list[inventory.StockLine], hold_seconds: int) -> Mapping[str, int]:
    ledger.require_key(reservation_id, "reservation_id")
    if not 1 <= hold_seconds <= LONGEST_HOLD:
        raise common.InvalidInput(
            message=f"A reservation holds for 1 to {LONGEST_HOLD:,} seconds, not {hold_seconds}.", field="hold_seconds"
        )
    return ledger.totals_of(lines)
