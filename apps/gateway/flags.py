"""Flags in the gateway: who a request is assigned as, which variants it gets, and what it has seen.

Evaluation is lazy: a query evaluates what it uses. A mutation is made under the variants of all running flags, so that the
events that it causes can be attributed.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import orjson
from django.conf import settings

from apps.gateway import flag_reports, loaders, visitors
from apps.gateway.flag_reports import GuestOrder
from idl import common, experiments
from thriftshop import call_context, clock, reads, rpc
from thriftshop.events import Recorded
from thriftshop.flags import definitions, provider, upkeep, variants
from thriftshop.flags.evaluation import Audience, Evaluation, Flag, Ranges, Subject, evaluate, needs_record
from thriftshop.flags.exposures import LOST_REPORTS, Exposures, Reports
from thriftshop.flags.operations import Operations
from thriftshop.graphql.requests import Context

log = logging.getLogger("thriftshop.gateway.flags")
SUBSCRIPTION = "gateway.flags"
MAX_SUBJECTS = 20_000
NEW_MS = 30 * 86_400_000


def definition_of(flag: experiments.Flag) -> Flag:
    """A flag of the contract as it is evaluated."""
    audience = flag.audience
    return Flag(
        key=flag.key,
        values={variant.key: orjson.loads(variant.value) for variant in flag.variants},
        default=flag.default_variant,
        is_running=flag.state == experiments.FlagState.RUNNING,
        shipped=flag.shipped,
        layer=flag.layer,
        enrolment=_ranges(flag.enrolment),
        allocations=tuple(map(_ranges, flag.allocations)),
        overrides=flag.overrides,
        audience=Audience(
            audience.signed_in, frozenset(audience.countries or ()), audience.is_new, frozenset(audience.segments or ())
        ),
        starts_at=flag.starts_at,
        ends_at=flag.ends_at,
        is_public=flag.is_public,
        version=flag.version,
    )


def _ranges(allocation: experiments.Allocation) -> Ranges:
    return Ranges([(part.limit, part.variant) for part in allocation.ranges])


def _read() -> Iterable[Flag]:
    with call_context.using(caller="gateway", viewer=""):
        return [definition_of(flag) for flag in rpc.connect(experiments.ExperimentsService).get_flags()]


class Subjects:
    """The last subjects, by the customer's or the visitor's id, while their changes are followed."""

    def __init__(self) -> None:
        self._subjects: OrderedDict[str, Subject] = OrderedDict()

    def get(self, id_: str) -> Subject | None:
        """The subject of an id."""
        return self._subjects.get(id_)

    def put(self, id_: str, subject: Subject) -> None:
        """Keep a subject."""
        if DEFINITIONS.is_followed:
            self._subjects[id_] = subject
            if len(self._subjects) > MAX_SUBJECTS:
                self._subjects.popitem(last=False)

    def drop(self, id_: str) -> None:
        """Drop the subject of an id."""
        self._subjects.pop(id_, None)

    def clear(self) -> None:
        """Drop all subjects."""
        self._subjects.clear()


DEFINITIONS = definitions.Definitions(SUBSCRIPTION, _read)
EXPOSURES = Exposures(flag_reports.expose)
GUEST_ORDERS: Reports[GuestOrder] = Reports(flag_reports.attribute, LOST_REPORTS)
OPERATIONS = Operations(flag_reports.measure)
SUBJECTS = Subjects()
CLIENT = provider.client("gateway", DEFINITIONS.get, EXPOSURES.add)
upkeep.register("definitions", DEFINITIONS.complete)
upkeep.register("exposures", EXPOSURES.flush)
upkeep.register("guests' orders", GUEST_ORDERS.flush)
upkeep.register("operations", OPERATIONS.flush)


class Used(NamedTuple):
    """The value of a flag, and the variant that it is of; None if the viewer takes no part."""

    flag: str
    value: Any
    variant: str | None

    def in_calls(self) -> AbstractContextManager[Any]:
        """Make the calls of a block under this variant."""
        added = {self.flag: self.variant} if self.variant else {}
        return call_context.using(variant=variants.added(added))


async def use(context: Context, key: str, default: Any) -> Used:
    """The value of a flag for the viewer of a request, which is an exposure; the default if there is no such flag."""
    flag = DEFINITIONS.get(key)
    if flag is None:
        return Used(key, default, None)
    if not flag.is_active(clock.now()):
        definitions.expire(flag)
        return Used(key, provider.details(CLIENT, key, default, Subject("nobody")).value, None)
    reads.unknown()
    subject = await subject_of(context, [flag])
    if subject is None:
        usual = flag.values[flag.default]
        return Used(key, usual if type(usual) is type(default) else default, None)
    details = provider.details(CLIENT, key, default, subject)
    if details.variant is not None and details.flag_metadata.get(provider.COUNTED):
        _note(context, subject.unit, {key: details.variant})
    return Used(key, details.value, details.variant)


async def subject_of(context: Context, flags: Sequence[Flag]) -> Subject | None:
    """Who a request is assigned as; None for nobody: without any id, or where the client objects to tracking."""
    headers, viewer = context.received.headers, context.identified
    visitor = visitors.visitor_of(headers)
    if visitors.objects(headers) or (viewer is None and visitor is None):
        return None
    known = SUBJECTS.get(_own(viewer.id) if viewer else str(visitor))
    if known is None:
        known = await _subject(viewer, visitor, flags)
    if any(flag.audience for flag in flags):
        known = known._replace(attributes=await _attributes(context, flags))
    return known


def _own(customer: str) -> str:
    """The id of a customer who has no visitor's; no visitor's id looks like it."""
    return f"customer:{customer}"


async def visitor(unit: str, flags: Sequence[Flag]) -> Subject:
    """The subject of a visitor's id."""
    return SUBJECTS.get(unit) or await _subject(None, unit, flags)


async def _subject(viewer: common.Viewer | None, visitor: str | None, flags: Sequence[Flag]) -> Subject:
    """A subject as the service knows it, where that matters; without the service, by the visitor's own id."""
    customer = viewer.id if viewer else ""
    assumed = Subject(visitor or _own(customer), customer, is_known=viewer is None)
    if viewer is None and not any(needs_record(flag, assumed.unit) for flag in flags):
        return assumed
    try:
        with call_context.half_the_time(), call_context.using(caller="gateway"):
            found = await rpc.aconnect(experiments.ExperimentsService).resolve_subject(visitor)
    except rpc.RpcError as error:
        log.warning("visitor assigned without a record", extra={"problem": type(error).__name__})
        return assumed
    subject = Subject(found.unit, customer, found.variants)
    SUBJECTS.put(_own(customer) if customer else found.unit, subject)
    return subject


async def _attributes(context: Context, flags: Sequence[Flag]) -> Mapping[str, Any]:
    viewer = context.identified
    country = context.received.headers.get(settings.COUNTRY_HEADER, "") if settings.COUNTRY_HEADER else ""
    attributes: dict[str, Any] = {"signed_in": viewer is not None, "is_new": True, "country": country.upper()}
    if viewer is not None:
        try:
            account = await loaders.user(context, viewer.id)
        except rpc.RpcError:
            account = None
        attributes["is_new"] = account and clock.now() - account.joined_at < NEW_MS
        if any(flag.audience.segments for flag in flags):
            attributes["segment"] = await _segment(viewer.id)
    return attributes


async def _segment(customer: str) -> str | None:
    """The segment of the viewer; None if there is none, or while analytics is down."""
    try:
        with call_context.half_the_time(), call_context.using(caller="gateway"):
            return await loaders.segment(customer) or None
    except rpc.RpcError as error:
        log.warning("customer taken for one without a segment", extra={"problem": type(error).__name__})
        return None


async def record_variants(context: Context) -> None:
    """Make the rest of a request under the variants of all running flags that its viewer is assigned to."""
    running = DEFINITIONS.running()
    subject = await subject_of(context, running) if running else None
    assigned = _assigned(subject, running) if subject else {}
    if subject and assigned:
        context.stack.enter_context(call_context.using(variant=variants.text(assigned)))
        _note(context, subject.unit, assigned)


async def variants_of(unit: str) -> str:
    """The variants that the current request is made under; without any, those of this visitor."""
    running, own = DEFINITIONS.running(), call_context.current().variant
    if own or not running or not visitors.VISITOR.fullmatch(unit):
        return own
    return variants.text(_assigned(await visitor(unit, running), running))


def _assigned(subject: Subject, running: Sequence[Flag]) -> dict[str, str]:
    """The variants of running flags that a subject is assigned to."""
    now = clock.now()
    evaluations: dict[str, Evaluation] = {flag.key: evaluate(flag, subject, now) for flag in running}
    return {key: evaluation.variant for key, evaluation in evaluations.items() if evaluation.is_counted}


def _note(context: Context, unit: str, assigned: Mapping[str, str]) -> None:
    """Note that the operation of a request is under these variants."""
    context.under = {**(context.under or {}), **dict.fromkeys(assigned.items(), unit)}


def measure(context: Context, has_failed: bool, seconds: float) -> None:
    """Add an operation that was executed under variants."""
    for (flag, variant), unit in (context.under or {}).items():
        OPERATIONS.add(flag, variant, unit, has_failed, seconds)


def ordered(context: Context, order_id: str, at: int) -> None:
    """Report by which visitor a guest's order was placed, if any flag runs; a customer's order names the customer."""
    if context.identified is None and DEFINITIONS.running():
        unit = visitors.visitor_of(context.received.headers)
        if unit is not None:
            GUEST_ORDERS.add(GuestOrder(unit, order_id, at))


def changed(record: Recorded) -> None:
    """Follow the experiments' events: a flag that was stopped is stopped at once, then all are read again."""
    event = record.event
    if isinstance(event, experiments.CustomerLinked | experiments.CustomerUnlinked):
        SUBJECTS.drop(_own(record.stream.removeprefix("customer/")))
        return
    if isinstance(event, experiments.FlagStopped):
        DEFINITIONS.stop(event.key)
    try:
        if isinstance(event, experiments.WeightsSet):
            # What was seen before matters from now on.
            EXPOSURES.flush()
    finally:
        SUBJECTS.clear()
        DEFINITIONS.refresh()
