"""Events of visitors and customers: what they saw, who they are, and what they ordered as guests."""

from collections.abc import Sequence

from apps.experiments.models import CustomerUnit, Exposure, GuestOrder, Unsettled
from apps.experiments.projections import unsettled
from idl import experiments
from thriftshop import events
from thriftshop.database import bulk

UNIT_PREFIX, CUSTOMER_PREFIX = "unit/", "customer/"


def apply_exposures(records: Sequence[events.Recorded]) -> None:
    """Store new exposures."""
    rows = [(record.event.flag, _unit(record), record.event.variant, record.event.at) for record in records]
    bulk.insert(Exposure.objects.all(), ("flag", "unit", "variant", "at"), rows, " ON CONFLICT DO NOTHING")
    unsettled.mark(Unsettled.Kind.UNIT, {_unit(record) for record in records})


def apply_links(records: Sequence[events.Recorded]) -> None:
    """Store by which ids customers are assigned, and which visitors placed orders as guests."""
    links = {record.stream: record for record in records if record.stream.startswith(CUSTOMER_PREFIX)}
    after = {_customer(stream): getattr(record.event, "unit", None) for stream, record in links.items()}
    before = dict(CustomerUnit.objects.filter(pk__in=after).values_list("customer_id", "unit"))
    linked = sorted((customer, unit) for customer, unit in after.items() if unit is not None)
    bulk.upsert(CustomerUnit.objects.all(), ("customer_id", "unit"), linked, "customer_id")
    CustomerUnit.objects.filter(pk__in=[customer for customer, unit in after.items() if unit is None]).delete()
    ordered = [record for record in records if isinstance(record.event, experiments.VisitorOrdered)]
    rows = sorted((record.event.order_id, _unit(record), record.event.at) for record in ordered)
    bulk.insert(GuestOrder.objects.all(), ("order_id", "unit", "at"), rows, " ON CONFLICT DO NOTHING")
    own = {f"customer:{customer}" for customer in after}
    units = {*before.values(), *(unit for unit in after.values() if unit), *own}
    unsettled.mark(Unsettled.Kind.UNIT, units)
    unsettled.mark(Unsettled.Kind.ORDER, {record.event.order_id for record in ordered})


def _unit(record: events.Recorded) -> str:
    return record.stream.removeprefix(UNIT_PREFIX)


def _customer(stream: str) -> str:
    return stream.removeprefix(CUSTOMER_PREFIX)
