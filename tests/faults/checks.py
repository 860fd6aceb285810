"""Comparisons of what the shop has with what was acknowledged, refused or unknown; pure functions that list violations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from apps.trade.reconciliation import report
from idl import orders
from tests.faults import expected
from tests.faults.observed import Observed
from tests.faults.recorder import Operation, Outcome, Recorder
from tests.load.promise import comparing
from tests.load.promise.comparing import Result

ACKNOWLEDGED, UNKNOWN = Outcome.ACKNOWLEDGED, Outcome.UNKNOWN
Check = Callable[[Recorder, Observed], Iterator[str]]
# Changes of the quantity on hand and of the reserved quantity, by the kind of event.
MOVEMENTS = {
    "StockReceived": (1, 0),
    "StockReserved": (0, 1),
    "StockReleased": (0, -1),
    "StockShipped": (-1, -1),
    "StockTakenBack": (1, 0),
}


def nothing_acknowledged_is_lost(record: Recorder, observed: Observed) -> Iterator[str]:
    """Every acknowledged order, cart line, cancellation, delivery, reservation and shipment is there."""
    by_id = {order.id: order for order in observed.orders}
    for operation in record.of("place", ACKNOWLEDGED):
        order = by_id.get(operation.result["id"])
        if order is None:
            yield f"the order {operation.result['number']} is missing"
        elif expected.quantities(order) != operation.result["lines"]:
            yield f"the order {order.number} has {expected.quantities(order)}, not {operation.result['lines']}"
    for kind, status in (("cancel", orders.OrderStatus.CANCELLED), ("ship", orders.OrderStatus.SHIPPED)):
        for operation in record.of(kind, ACKNOWLEDGED):
            order = by_id.get(operation.arguments["order"])
            if order is None or order.status != status:
                yield f"{kind} of the order {operation.arguments['order']} has no effect"
    for actor, cart in expected.carts(record.operations, observed.orders).items():
        for sku, least in cart.least.items():
            if (there := observed.carts.get(actor, {}).get(sku, 0)) < least:
                yield f"the cart of {actor} has {there} of {sku}, at least {least} were acknowledged"
    yield from _stock_operations(record, observed, lambda count, is_known: is_known and count < 1, "is lost")


def nothing_is_applied_twice(record: Recorder, observed: Observed) -> Iterator[str]:
    """No operation has more than one effect, however often it was repeated, and nothing happened without a request."""
    sent = Counter(operation.actor for operation in record.of("place") if operation.outcome in (ACKNOWLEDGED, UNKNOWN))
    for customer, count in Counter(order.customer_id for order in observed.orders).items():
        if count > sent[customer]:
            yield f"{customer} has {count} orders, and sent {sent[customer]}"
    for actor, cart in expected.carts(record.operations, observed.orders).items():
        for sku, there in observed.carts.get(actor, {}).items():
            if there > (most := cart.most[sku] + cart.late[sku]):
                yield f"the cart of {actor} has {there} of {sku}, at most {most} were added"
    for event_id, count in Counter(event.id for event in observed.log).items():
        if count > 1:
            yield f"the event {event_id} is recorded {count} times"
    payments = Counter((event.stream, event.kind) for event in observed.log if event.kind == "PaymentAuthorised")
    yield from (f"{kind} {count} times for the order {order}" for (order, kind), count in payments.items() if count > 1)
    yield from _stock_operations(record, observed, lambda count, _: count > 1, "is applied more than once")


def _stock_operations(
    record: Recorder, observed: Observed, is_wrong: Callable[[int, bool], bool], problem: str
) -> Iterator[str]:
    """The deliveries, reservations and releases whose number of events is wrong."""
    events = Counter(
        (event.kind, event.stream, event.details.get(_REFERENCES[event.kind]))
        for event in observed.log
        if event.kind in _REFERENCES
    )
    for kind, recorded in _RECORDED.items():
        for operation in record.of(kind):
            if operation.outcome is not Outcome.REFUSED:
                count = events[recorded, operation.arguments["sku"], _reference(operation)]
                if is_wrong(count, operation.outcome is ACKNOWLEDGED):
                    yield f"{kind} {operation.key} {problem}: {count} events"


def _reference(operation: Operation) -> str:
    """What the events of an operation on the stock refer to."""
    return str(operation.arguments.get("reservation", operation.key))


_RECORDED = {"receive": "StockReceived", "reserve": "StockReserved", "release": "StockReleased"}
_REFERENCES = {"StockReceived": "reference", "StockReserved": "reservation_id", "StockReleased": "reservation_id"}


def versions_have_no_gaps(_: Recorder, observed: Observed) -> Iterator[str]:
    """The versions of every stream are 1, 2, 3 and so on."""
    versions: dict[tuple[str, str], list[int]] = {}
    for event in observed.log:
        versions.setdefault((event.topic, event.stream), []).append(event.version)
    for (topic, stream), numbers in versions.items():
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{topic}/{stream} has the versions {_shortened(numbers)}"


def order_is_kept_per_stream(_: Recorder, observed: Observed) -> Iterator[str]:
    """Consumers read the events of each stream once and in the order of its versions, and all of them."""
    recorded: dict[tuple[str, str], list[str]] = {}
    for event in observed.log:
        recorded.setdefault((event.topic, event.stream), []).append(event.id)
    published: dict[tuple[str, str], list[str]] = {}
    for message in observed.published:
        published.setdefault((message.topic, message.stream), []).append(message.id)
    for place in recorded.keys() | published.keys():
        if recorded.get(place) != published.get(place):
            counts = len(recorded.get(place, [])), len(published.get(place, []))
            yield f"{'/'.join(place)}: {counts[0]} events are recorded, {counts[1]} published, or in another order"


def nothing_is_oversold(_: Recorder, observed: Observed) -> Iterator[str]:
    """At no version of a SKU's ledger is more reserved than there is."""
    stock: dict[str, tuple[int, int]] = {}
    for event in observed.log:
        if event.kind in MOVEMENTS:
            quantity, before = event.details["quantity"], stock.get(event.stream, (0, 0))
            on_hand, reserved = (old + sign * quantity for old, sign in zip(before, MOVEMENTS[event.kind], strict=True))
            stock[event.stream] = on_hand, reserved
            if not 0 <= reserved <= on_hand:
                yield f"{event.stream} {event.version}: {reserved} reserved of {on_hand}"


def all_orders_are_finished(_: Recorder, observed: Observed) -> Iterator[str]:
    """No order is pending, and no event waits as a dead letter."""
    for order in observed.orders:
        if order.status == orders.OrderStatus.PENDING:
            yield f"the order {order.number} is pending"
    yield from (f"dead letter: {letter}" for letter in observed.dead_letters)


def each_party_is_notified_once(_: Recorder, observed: Observed) -> Iterator[str]:
    """Every event that a customer is told of has one e-mail, sent again only after a process was killed, with the same id."""
    due = {f"<{event.id}@orders.thriftshop>" for event in observed.log if event.kind in NOTIFIED}
    yield from (f"the e-mail {message} was not sent" for message in sorted(due - observed.emails.keys()))
    yield from (f"nothing has happened that {message} tells of" for message in sorted(observed.emails.keys() - due))
    for message, count in observed.emails.items():
        if count > 1 + observed.deaths:
            yield f"the e-mail {message} was sent {count} times"


NOTIFIED = {"OrderConfirmed", "OrderRejected", "OrderShipped", "OrderCancelled", "LinesCancelled", "PaymentRefunded"}


def projections_equal_their_rebuild(_: Recorder, observed: Observed) -> Iterator[str]:
    """A rebuild from the events changes no table, and projected stock levels are those of the events."""
    yield from (f"a rebuild would change {table}" for table in observed.changed_by_rebuild)
    projected = {level.sku: level for level in observed.projected}
    yield from _problems(
        comparing.levels(projected, {level.sku: level for level in observed.decided if level.sku in projected})
    )


def books_are_exact(record: Recorder, observed: Observed) -> Iterator[str]:
    """Orders add up, the books have their amounts, and the stock is what was received less what was shipped."""
    results = [*comparing.totals(observed.orders), *comparing.books(observed.orders, observed.revenue)]
    results += [Result(check, []) for check in report.consistency_checks(observed.totals)]
    for result in results:
        yield from _problems(result)
    yield from _reserved_for_nobody(record, observed)


def _reserved_for_nobody(record: Recorder, observed: Observed) -> Iterator[str]:
    """What is reserved is what open orders and the recorded reservations hold."""
    least, most = Counter[str](), Counter[str]()
    for order in observed.orders:
        for line in order.lines if order.status not in comparing.GONE else ():
            least[line.sku] += line.quantity - line.shipped - line.cancelled
            most[line.sku] += line.quantity - line.shipped - line.cancelled
    released = {_reference(operation): operation.outcome for operation in record.of("release")}
    for operation in record.of("reserve"):
        if operation.outcome is not Outcome.REFUSED and released.get(operation.key) is not ACKNOWLEDGED:
            most[operation.arguments["sku"]] += operation.arguments["quantity"]
            if operation.outcome is ACKNOWLEDGED and operation.key not in released:
                least[operation.arguments["sku"]] += operation.arguments["quantity"]
    for level in observed.decided:
        if not least[level.sku] <= level.reserved <= most[level.sku]:
            yield f"{level.reserved} of {level.sku} are reserved; orders hold {least[level.sku]} to {most[level.sku]}"


def _problems(result: Result) -> Iterator[str]:
    if not result.check.holds:
        yield f"{result.check.name}: {result.check.expected} expected, {result.check.found} found {result.examples}"


def _shortened(numbers: list[int]) -> str:
    return str(numbers if len(numbers) < 20 else [*numbers[:10], "...", *numbers[-5:]])


def refusals_are_clear(record: Recorder, _: Observed) -> Iterator[str]:
    """No client was answered with an internal error, or told that a valid session or a valid request is not."""
    for operation in record.of_outcome(Outcome.REFUSED):
        if operation.code.startswith(UNCLEAR):
            yield f"{operation.kind} {operation.key} was refused with {operation.code}"


UNCLEAR = (
    "INTERNAL",
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "BAD_",
    "GRAPHQL_",
    "MALFORMED_CALL",
    "CALLER_NOT_ALLOWED",
    "HTTP ",
)


CHECKS: dict[str, Check] = {
    "nothing acknowledged is lost": nothing_acknowledged_is_lost,
    "nothing is applied twice": nothing_is_applied_twice,
    "versions have no gaps": versions_have_no_gaps,
    "the order is kept per stream": order_is_kept_per_stream,
    "nothing is oversold": nothing_is_oversold,
    "all orders are finished": all_orders_are_finished,
    "each party is notified once": each_party_is_notified_once,
    "projections equal their rebuild": projections_equal_their_rebuild,
    "books are exact": books_are_exact,
    "refusals are clear": refusals_are_clear,
}


def violations(record: Recorder, observed: Observed) -> dict[str, list[str]]:
    """The violations of each check that does not hold."""
    found = {name: list(check(record, observed)) for name, check in CHECKS.items()}
    return {name: problems for name, problems in found.items() if problems}


def outcomes(operations: list[Operation]) -> Counter[str]:
    """How many operations were acknowledged, refused and unknown."""
    return Counter(operation.outcome.value for operation in operations)
