"""Promises to orders: made for a while, made firm, shipped or taken back, and swept when they have run out."""

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
    """Promises all lines or none, for a while or for good. Raises OutOfStock with every shortage, InvalidInput.

    The same reservation again changes nothing, also after it was shipped or taken back; one that ran out is made anew.
    """
    wanted = _checked(reservation_id, lines, hold_seconds)
    now, held_before = clock.now(), set[str]()
    promise = partial(_promise, reservation_id, now + hold_seconds * 1000, now, held_before, bool(firm))
    try:
        done = ledger.decide(ledger.for_each(wanted, promise), f"reserve:{reservation_id}")
        repeated = {sku: one.state for sku, one in done.items() if one.repeated}
        standing = {sku for sku, state in repeated.items() if reservation_id in domain.as_of(state, now).reservations}
        for sku in repeated.keys() - standing:
            _reserve_again(sku, reservation_id, partial(promise, sku, wanted[sku]))
    except inventory.OutOfStock as refusal:
        _give_back(reservation_id, [sku for sku in wanted if sku not in held_before])
        raise ledger.refuse_all_short(wanted, reservation_id) or refusal from refusal
    if firm and (held_before or standing):
        _insist(reservation_id, held_before | standing)


def _insist(reservation_id: str, skus: Iterable[str]) -> None:
    """Makes what another call has promised firm by a word of its own, so that the other does not give it back any more."""
    try:
        allocate(reservation_id, list(skus))
    except inventory.ReservationNotFound as gone:
        raise rpc.Unavailable("The reservation was taken back meanwhile; send the same again.") from gone


def _promise(
    reservation_id: str,
    expires_at: int,
    now: int,
    held_before: set[str],
    firm: bool,
    sku: str,
    quantity: int,
    state: domain.StockState,
) -> list[Any]:
    """The decision on one SKU; notes in `held_before` that the promise stands already."""
    made = domain.reserve(state, sku, reservation_id, quantity, expires_at, now, firm=firm)
    # A decision may be taken again on a later state: the last one counts.
    (held_before.discard if made else held_before.add)(sku)
    return made


def _reserve_again(sku: str, reservation_id: str, promise: Any) -> None:
    """Makes a promise anew that ended without its order's doing: it ran out, or another line was short then."""
    about = [one for one in ledger.stock.history(sku) if getattr(one.event, "reservation_id", None) == reservation_id]
    last = about[-1].event
    ended = type(last) is not inventory.StockReleased or last.reason in (domain.EXPIRED, domain.SHORT)
    if ended and type(last) is not inventory.StockShipped:
        made_before = max(one.version for one in about if type(one.event) is inventory.StockReserved)
        ledger.decide({sku: promise}, f"reserve:{reservation_id}:{made_before}")


def _give_back(reservation_id: str, skus: Iterable[str]) -> None:
    """Takes back what was promised before another SKU's race was lost."""
    ledger.decide({sku: partial(domain.give_back, reservation_id=reservation_id) for sku in skus})


def allocate(reservation_id: str, skus: list[str]) -> None:
    """Makes a reservation firm. Raises ReservationNotFound."""
    now = clock.now()
    ledger.decide(
        {sku: partial(_firm, sku, reservation_id, now) for sku in sorted(set(skus))}, f"allocate:{reservation_id}"
    )


def _firm(sku: str, reservation_id: str, now: int, state: domain.StockState) -> list[Any]:
    return domain.allocate(state, sku, reservation_id, now)


def release(reservation_id: str, skus: list[str], reason: str) -> None:
    """Takes back what is left of a reservation; where there is none, nothing happens."""
    why = reason.strip()[:LONGEST_REASON] or "released"
    ledger.decide(
        {sku: partial(domain.release, reservation_id=reservation_id, reason=why) for sku in sorted(set(skus))}
    )


def release_lines(key: str, reservation_id: str, lines: list[inventory.StockLine], reason: str) -> None:
    """Takes a part of a reservation back. Raises ReservationNotFound, InvalidInput."""
    ledger.require_key(key)
    domain.require_text(reason, "reason", LONGEST_REASON, needed=True)
    now = clock.now()

    def free(sku: str, quantity: int, state: domain.StockState) -> list[Any]:
        return domain.release_part(state, sku, reservation_id, quantity, reason, now)

    ledger.decide(ledger.for_each(ledger.totals_of(lines), free), f"release_lines:{key}")


def ship(key: str, reservation_id: str, lines: list[inventory.StockLine]) -> None:
    """Takes reserved goods off the shelf, all lines or none. Raises ReservationNotFound, InvalidInput."""
    ledger.require_key(key)
    now = clock.now()

    def leave(sku: str, quantity: int, state: domain.StockState) -> list[Any]:
        return domain.ship(state, sku, reservation_id, quantity, key, now)

    ledger.decide(ledger.for_each(ledger.totals_of(lines), leave), f"ship:{key}")


def sweep() -> int:
    """Releases every reservation that has run out; gives how many those were."""
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
            message=f"A reservation holds for 1 to {LONGEST_HOLD:,} seconds, not {hold_seconds}.", field="hold_seconds"
        )
    return ledger.totals_of(lines)
