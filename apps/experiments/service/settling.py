"""Results are settled: what ids bought is made again from the tables of the projections, wherever something changed.

The tables that results are made from have events of two topics, and of many streams. A result is a function of them, so
it does not depend on the order in which events arrived.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from apps.experiments.domain import outcomes, purchases
from apps.experiments.models import (
    CustomerUnit,
    DailySums,
    Exposure,
    GuestOrder,
    Participant,
    Purchase,
    Settlement,
    Unsettled,
)
from apps.experiments.service import schedules
from thriftshop import clock, days
from thriftshop.database import bulk, statements

BATCH = 500
OWN = "customer:"
Key = tuple[str, str]
"""An id and a flag."""
Place = tuple[str, int, str, str]
"""A flag, a period, a variant and a day."""
PARTICIPANT = ("flag", "unit", "variant", "exposed_at", "period", "states")
DAILY = ("key", "flag", "period", "variant", "day", "sums")


def settle() -> int:
    """Settle all that is unsettled; returns how many notes that were."""
    total = 0
    while notes := list(Unsettled.objects.order_by("id")[:BATCH]):
        # Read after the notes, so that it has what they are about; and outside of the transaction.
        histories = schedules.load()
        with transaction.atomic():
            _lock()
            total += _settle_notes(notes, histories)
    return total


def _settle_notes(notes: Sequence[Unsettled], histories: schedules.Histories) -> int:
    for note in notes:
        if note.kind == Unsettled.Kind.FLAG:
            _spread(note.key, note.since)
    _settle_units(_units_of(notes), histories)
    Unsettled.objects.filter(pk__in=[note.pk for note in notes]).delete()
    return len(notes)


def _lock() -> None:
    """Let others wait until the transaction ends: each would add the same difference."""
    ending = " ON CONFLICT (id) DO UPDATE SET at = excluded.at"
    bulk.insert(Settlement.objects.all(), ("id", "at"), [(1, clock.now())], ending)


def _spread(flag: str, since: int) -> None:
    """Note the ids in a flag that saw it, or bought something, since a moment."""
    kind, exposed = Unsettled.Kind.UNIT.value, Exposure.objects.filter(flag=flag)
    if not exposed.exists():
        return
    late = exposed.filter(at__gte=since).values_list("unit", flat=True)
    orders = Purchase.objects.filter(placed_at__gte=since).values_list("order_id", flat=True)
    bulk.insert(Unsettled.objects.all(), ("kind", "key", "since"), [(kind, unit, 0) for unit in late.iterator()])
    order = Unsettled.Kind.ORDER.value
    bulk.insert(Unsettled.objects.all(), ("kind", "key", "since"), [(order, id_, 0) for id_ in orders.iterator()])


def _units_of(notes: Iterable[Unsettled]) -> set[str]:
    """The ids that are noted, and those of whom orders are noted."""
    keys: dict[str, set[str]] = defaultdict(set)
    for note in notes:
        keys[note.kind].add(note.key)
    units, order_ids = keys[Unsettled.Kind.UNIT], keys[Unsettled.Kind.ORDER]
    if order_ids:
        units |= set(GuestOrder.objects.filter(order_id__in=order_ids).values_list("unit", flat=True))
        customers = set(Purchase.objects.filter(pk__in=order_ids).values_list("customer_id", flat=True)) - {""}
        linked = dict(CustomerUnit.objects.filter(pk__in=customers).values_list("customer_id", "unit"))
        units |= {linked.get(customer, OWN + customer) for customer in customers}
    return units


@dataclass(slots=True)
class _Known:
    """What is known of some ids: what they saw, by flag, and the orders that count for them."""

    seen: Mapping[Key, list[outcomes.Seen]]
    purchases: Mapping[str, list[purchases.Purchase]]


def _settle_units(units: Collection[str], histories: schedules.Histories) -> None:
    """Replace what these ids have added to the sums."""
    before = {(row.unit, row.flag): row for row in Participant.objects.filter(unit__in=units)}
    known = _known(units)
    after = {
        (unit, flag): outcomes.participate(
            seen, known.purchases.get(unit, ()), histories[flag].schedule, settings.CURRENCIES[0], _day_of
        )
        for (unit, flag), seen in known.seen.items()
    }
    earlier = {key: _parsed(row) for key, row in before.items()}
    changed = {key for key in before.keys() | after.keys() if earlier.get(key) != after.get(key)}
    added: dict[Place, outcomes.Sums] = {}
    for key in changed:
        for participation, times in ((earlier.get(key), -1), (after.get(key), 1)):
            if participation is not None:
                _accumulate(added, key[1], participation, times)
    _add(added)
    rows = [_row(key, after[key]) for key in sorted(changed & after.keys())]
    bulk.upsert(Participant.objects.all(), PARTICIPANT, rows, "unit, flag")
    Participant.objects.filter(pk__in=[before[key].pk for key in before.keys() - after.keys()]).delete()


def _known(units: Collection[str]) -> _Known:
    seen: dict[Key, list[outcomes.Seen]] = defaultdict(list)
    for unit, flag, variant, at in Exposure.objects.filter(unit__in=units).values_list("unit", "flag", "variant", "at"):
        seen[unit, flag].append(outcomes.Seen(variant, at))
    exposed = {unit for unit, _ in seen}
    return _Known(seen, _purchases(exposed) if exposed else {})


def _purchases(units: Collection[str]) -> dict[str, list[purchases.Purchase]]:
    """The orders that count for these ids."""
    own = {unit.removeprefix(OWN) for unit in units if unit.startswith(OWN)}
    linked = dict(CustomerUnit.objects.filter(unit__in=units).values_list("customer_id", "unit"))
    linked |= dict(CustomerUnit.objects.filter(pk__in=own).values_list("customer_id", "unit"))
    claimed = GuestOrder.objects.filter(unit__in=units).values_list("order_id", flat=True)
    rows = {row.pk: row for row in Purchase.objects.filter(customer_id__in=own | linked.keys())}
    rows |= {row.pk: row for row in Purchase.objects.filter(pk__in=set(claimed) - rows.keys())}
    claims: dict[str, list[outcomes.Claim]] = defaultdict(list)
    for order_id, unit, at in GuestOrder.objects.filter(order_id__in=rows).values_list("order_id", "unit", "at"):
        claims[order_id].append(outcomes.Claim(at, unit))
    found: dict[str, list[purchases.Purchase]] = defaultdict(list)
    for order_id in sorted(rows):
        purchase = rows[order_id].parsed()
        found[outcomes.unit_of(purchase, claims[order_id], linked) or ""].append(purchase)
    return found


def _accumulate(
    added: dict[Place, outcomes.Sums], flag: str, participation: outcomes.Participation, times: int
) -> None:
    for day, sums in outcomes.sums_of(participation).items():
        place = (flag, participation.period, participation.variant, day)
        added[place] = outcomes.add(added.get(place, outcomes.NOTHING), sums, times)


def _add(added: Mapping[Place, outcomes.Sums]) -> None:
    """Add to the sums of days; a day without any id or order is removed."""
    keys = {place: " ".join(map(str, place)) for place in added}
    stored = {row.key: tuple(json.loads(row.sums)) for row in DailySums.objects.filter(pk__in=keys.values())}
    sums = {place: outcomes.add(stored.get(keys[place], outcomes.NOTHING), more) for place, more in added.items()}
    rows = [(keys[place], *place, json.dumps(sums[place])) for place in sorted(sums) if any(sums[place])]
    bulk.upsert(DailySums.objects.all(), DAILY, rows, "key")
    DailySums.objects.filter(pk__in=[keys[place] for place in sums if not any(sums[place])]).delete()


def _day_of(at: int) -> str:
    return days.day_of(at, settings.TIME_ZONE)


def _parsed(row: Participant) -> outcomes.Participation:
    states = tuple(outcomes.State(day, tuple(values)) for day, values in json.loads(row.states))
    return outcomes.Participation(row.variant, row.exposed_at, row.period, states)


def _row(key: Key, participation: outcomes.Participation) -> tuple[object, ...]:
    unit, flag = key
    variant, exposed_at, period, states = participation
    return flag, unit, variant, exposed_at, period, json.dumps(states)


def settle_anew() -> int:
    """Settle everything again, from nothing."""
    with transaction.atomic():
        _lock()
        for table in (Participant, DailySums):
            table.objects.all()._raw_delete(table.objects.db)
        names = (Unsettled._meta.db_table, Exposure._meta.db_table)
        statements.execute(
            f"INSERT INTO {names[0]} (kind, key, since) SELECT DISTINCT 'unit', unit, 0 FROM {names[1]}"  # noqa: S608 - our own names only
        )
    return settle()
