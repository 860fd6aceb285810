"""Facts for the tests of results: events of visitors and orders, and their projections without a feed."""

from apps.experiments import projections
from idl import common, experiments, orders
from tests.experiments import steps
from thriftshop import call_context, clock
from thriftshop.events import envelope

DAY = 86_400_000
APPLY = {projection.name.partition(".")[2]: projection.apply for projection in projections.PROJECTIONS}


def event(topic, stream, version, at, member):
    context = envelope.stamp().context
    return envelope.Recorded(f"{stream}-{version}", topic, stream, version, at, at, member, context)


def exposed(unit, variant, at, version=1, flag="button"):
    member = experiments.VariantExposed(flag=flag, variant=variant, at=at)
    return event("experiments", f"unit/{unit}", version, at, member)


def linked(customer, unit, at):
    return event("experiments", f"customer/{customer}", 1, at, experiments.CustomerLinked(unit=unit, at=at))


def ordered(unit, order_id, at, version=2):
    member = experiments.VisitorOrdered(order_id=order_id, at=at)
    return event("experiments", f"unit/{unit}", version, at, member)


def order(order_id, at, customer=None, amount=1_000, *, cancelled=False):
    """The events of an order."""
    money = common.Money(amount=amount, currency="GBP")
    line = orders.OrderLine(
        number=1,
        sku="CUP",
        name="Cup",
        quantity=2,
        unit_price=money,
        agreed_price=False,
        shipped=0,
        cancelled=0,
        returned=0,
    )
    placed = orders.OrderPlaced(
        number="TS-1", customer_id=customer, lines=[line], charges=[], total=money, provider="card", fingerprint="",
        placed_at=at, cancellable_until=at,
    )  # fmt: skip
    members = [placed, orders.OrderConfirmed(lines=[line], customer_id=customer)]
    members += [orders.OrderCancelled(reason="Twice.", by="customer")] if cancelled else []
    return [event("orders", order_id, version, at, member) for version, member in enumerate(members, start=1)]


PROJECTION_OF = {
    experiments.VariantExposed: "exposures",
    experiments.CustomerLinked: "subjects",
    experiments.CustomerUnlinked: "subjects",
    experiments.VisitorOrdered: "subjects",
}


def apply(*records):
    """Project these events one by one."""
    for record in records:
        apply_together([record])


def apply_together(records):
    """Project these events, those of each projection together."""
    of_projection = {}
    for record in records:
        of_projection.setdefault(PROJECTION_OF.get(type(record.event), "purchases"), []).append(record)
    for name, own in of_projection.items():
        APPLY[name](own)


def plant(began, *, visitors, rates, days=14, flag="button", amount=2_000):
    """So many visitors of each variant, spread over the days, of whom these shares order something."""
    records = []
    for variant, count in visitors.items():
        for number in range(count):
            unit, at = f"{variant}-{number:08}", began + number * days * DAY // count
            records.append(exposed(unit, variant, at, flag=flag))
            if int((number + 1) * rates[variant]) > int(number * rates[variant]):
                order_id = f"order-{unit}"
                records += [
                    *order(order_id, at + 60_000, amount=amount + number % 7 * 100),
                    ordered(unit, order_id, at),
                ]
    apply_together(records)


def start_in_the_past(days=14, flag="button", **changes):
    """A flag that was started some days ago; returns when."""
    began = clock.now() - days * DAY
    with call_context.using(occurred_at=began):
        steps.start(flag, **changes)
    steps.project_all()
    return began
