"""Past levels, the list of all levels, movements and totals."""

from apps.inventory import models
from apps.inventory.domain import validation
from apps.inventory.service import ledger
from idl import common, inventory
from thriftshop import identity, paging

MAX_PER_CALL = 1_000


def levels_at(skus: list[str], at: int) -> list[inventory.StockLevel]:
    """The levels as of a moment (milliseconds). Raises InvalidInput for too many."""
    identity.require_staff()
    if len(skus) > MAX_PER_CALL:
        raise common.InvalidInput(message=f"Ask for up to {MAX_PER_CALL:,} SKUs at once.", field="skus")
    for number, sku in enumerate(skus):
        validation.require_sku(sku, f"skus.{number}")
    return [ledger.level(sku, *ledger.stock.load_at(sku, at)) for sku in skus]


def list_levels(after: str | None, first: int) -> list[inventory.StockLevel]:
    """The levels of SKUs after the given one, ordered by SKU. Raises InvalidInput unless `first` is 1 to 1,000."""
    identity.require_staff()
    if not 1 <= first <= MAX_PER_CALL:
        raise common.InvalidInput(message=f"Ask for 1 to {MAX_PER_CALL:,} at a time, not {first}.", field="first")
    rows = models.Level.objects.filter(sku__gt=after or "").order_by("sku")[:first]
    return [row.to_struct() for row in rows]


def movements(sku: str, page: common.Page) -> inventory.MovementPage:
    """A page of a SKU's ledger, newest first. Raises InvalidInput for an invalid page."""
    identity.require_staff()
    cursors = paging.cursors("movements", (int,), sku)
    requested = paging.read(page, cursors)
    rows = paging.walked(models.Movement.objects.filter(sku=sku), ("version",), requested, descending=True)
    page_rows, more = requested.cut(list(rows))
    total = models.Level.objects.filter(sku=sku).values_list("version", flat=True).first() or 0
    info = requested.info([cursors.encode((row.version,)) for row in page_rows], more, total)
    return inventory.MovementPage(movements=[row.to_struct() for row in page_rows], page_info=info)


def totals() -> inventory.StockTotals:
    """Totals of the whole ledger, summed from its movements."""
    identity.require_staff()
    totals_by_kind = models.Total.objects.in_bulk()

    def change_of(kind: str, sign: int = 1) -> int:
        return sign * totals_by_kind[kind].on_hand_change if kind in totals_by_kind else 0

    return inventory.StockTotals(
        skus=models.Level.objects.count(),
        on_hand=sum(total.on_hand_change for total in totals_by_kind.values()),
        reserved=sum(total.reserved_change for total in totals_by_kind.values()),
        received=change_of("StockReceived"),
        shipped=change_of("StockShipped", -1),
        taken_back=change_of("StockTakenBack"),
        written_off=change_of("StockWrittenOff", -1),
        counted=change_of("StockCounted"),
        reduced=change_of("StockReduced", -1),
    )
