"""Reservations of orders: reserve, allocate, ship and release; expired ones are released by a sweep."""

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
    """Reserves all lines or none, until they expire or permanently. Raises OutOfStock with all shortages, or InvalidInput.

    The same reservation again changes nothing, also after it was shipped or released; an expired one is renewed.
    """
    wanted = _checked(reservation_id, lines, hold_seconds)
    now, held_before = clock.now(), set[str]()
    reserve_one = partial(_reserve_one, reservation_id, now + hold_seconds * 1000, now, held_before, bool(firm))
    try:
        done = ledger.decide(ledger.for_each(wanted, reserve_one), f"reserve:{reservation_id}")
        repeated = {sku: one.state for sku, one in done.items() if one.repeated}
        standing = {sku for sku, state in repeated.items() if reservation_id in domain.as_of(state, now).reservations}
        for sku in repeated.keys() - standing:
            _renew(sku, reservation_id, partial(reserve_one, sku, wanted[sku]))
    except inventory.OutOfStock as refusal:
        _undo(reservation_id, [sku for sku in wanted if sku not in held_before])
        raise ledger.refuse_all_short(wanted, reservation_id) or refusal from refusal
    if firm and (held_before or standing):
        _allocate_existing(reservation_id, held_before | standing)


def _allocate_existing(reservation_id: str, skus: Iterable[str]) -> None:
    """Allocates reservations made by another call, so that the other call can no longer release them."""
    try:
        allocate(reservation_id, list(skus))
    except inventory.ReservationNotFound as gone:
        raise rpc.Unavailable("The reservation was released meanwhile; repeat the call.") from gone


def _reserve_one(
    reservation_id: str,
    expires_at: int,
    now: int,
    held_before: set[str],
    firm: bool,
    sku: str,
    quantity: int,
    state: domain.StockState,
) -> list[Any]:
    """The command for one SKU; adds it to `held_before` if the reservation already exists."""
    made = domain.reserve(state, sku, reservation_id, quantity, expires_at, now, firm=firm)
    # After a concurrent write the command runs again on the later state: the last run counts.
    (held_before.discard if made else held_before.add)(sku)
    return made


def _renew(sku: str, reservation_id: str, command: Any) -> None:
    """Renews a reservation that expired, or was released because another line was out of stock."""
    about = [one for one in ledger.stock.history(sku) if getattr(one.event, "reservation_id", None) == reservation_id]
    last = about[-1].event
    ended = type(last) is not inventory.StockReleased or last.reason in (domain.EXPIRED, domain.SHORT)
    if ended and type(last) is not inventory.StockShipped:
        made_before = max(one.version for one in about if type(one.event) is inventory.StockReserved)
        ledger.decide({sku: command}, f"reserve:{reservation_id}:{made_before}")


def _undo(reservation_id: str, skus: Iterable[str]) -> None:
    """Releases what was reserved before another SKU turned out to be out of stock."""
    ledger.decide({sku: partial(domain.release_unallocated, reservation_id=reservation_id) for sku in skus})


def allocate(reservation_id: str, skus: list[str]) -> None:
    """Makes a reservation permanent. Raises ReservationNotFound."""
    now = clock.now()
    ledger.decide(
        {sku: partial(_allocate_one, sku, reservation_id, now) for sku in sorted(set(skus))},
        f"allocate:{reservation_id}",
    )


def _allocate_one(sku: str, reservation_id: str, now: int, state: domain.StockState) -> list[Any]:
    return domain.allocate(state, sku, reservation_id, now)


def release(reservation_id: str, skus: list[str], reason: str) -> None:
    """Releases the rest of a reservation, if there is one."""
    why = reason.strip()[:LONGEST_REASON] or "released"
    ledger.decide(
        {sku: partial(domain.release, reservation_id=reservation_id, reason=why) for sku in sorted(set(skus))}
    )


def release_lines(key: str, reservation_id: str, lines: list[inventory.StockLine], reason: str) -> None:
    """Releases a part of a reservation. Raises ReservationNotFound, InvalidInput."""
    ledger.require_key(key)
    domain.require_text(reason, "reason", LONGEST_REASON, needed=True)
    now = clock.now()

    def free(sku: str, quantity: int, state: domain.StockState) -> list[Any]:
        return domain.release_part(state, sku, reservation_id, quantity, reason, now)

    ledger.decide(ledger.for_each(ledger.totals_of(lines), free), f"release_lines:{key}")


def ship(key: str, reservation_id: str, lines: list[inventory.StockLine]) -> None:
    """Ships reserved goods, all lines or none. Raises ReservationNotFound, InvalidInput."""
    ledger.require_key(key)
    now = clock.now()

    def leave(sku: str, quantity: int, state: domain.StockState) -> list[Any]:
        return domain.ship(state, sku, reservation_id, quantity, key, now)

    ledger.decide(ledger.for_each(ledger.totals_of(lines), leave), f"ship:{key}")


def sweep() -> int:
    """Releases all expired reservations and returns their number."""
    now = clock.now()
    holding = models.Level.objects.filter(reserved__gt=0).order_by("sku").values_list("sku", flat=True)
    skus = list(holding)
    with call_context.within(call_context.CallContext(caller="inventory")):
        return sum(_sweep(skus[start : start + SWEPT_AT_ONCE], now) for start in range(0, len(skus), SWEPT_AT_ONCE))


def _sweep(skus: list[str], now: int) -> int:
    due = [sku for sku, (state, _) in ledger.stock.load_many(skus).items() if domain.lapse(state, now)]
    done = ledger.decide({sku: partial(domain.lapse, now=now) for sku in due})
    return sum(len(one.recorded) for one in done.values())


def _checked(reservation_id: str, lines: list[inventory.StockLine], hold_seconds: int) -> Mapping[str, int]:
    ledger.require_key(reservation_id, "reservation_id")
    if not 1 <= hold_seconds <= LONGEST_HOLD:
        raise common.InvalidInput(
            message=f"A reservation is valid for 1 to {LONGEST_HOLD:,} seconds, not {hold_seconds}.",
            field="hold_seconds",
        )
    return ledger.totals_of(lines)
