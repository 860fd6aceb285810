"""What a gateway reports to the experiments service, in batches, by a thread (`thriftshop.flags.upkeep`)."""

from collections.abc import Sequence
from typing import NamedTuple

from idl import experiments
from thriftshop import call_context, rpc
from thriftshop.flags.exposures import Exposure
from thriftshop.flags.operations import Sums


class GuestOrder(NamedTuple):
    """A visitor placed an order as a guest at a moment (milliseconds)."""

    unit: str
    order_id: str
    at: int


def expose(exposures: Sequence[Exposure]) -> None:
    """Report what visitors saw."""
    structs = [experiments.Exposure(**exposure._asdict()) for exposure in exposures]
    with call_context.within(call_context.CallContext(caller="gateway")):
        rpc.connect(experiments.ExperimentsService).expose(structs)


def attribute(orders: Sequence[GuestOrder]) -> None:
    """Report by which visitors guests' orders were placed."""
    structs = [experiments.GuestOrder(**order._asdict()) for order in orders]
    with call_context.within(call_context.CallContext(caller="gateway")):
        rpc.connect(experiments.ExperimentsService).attribute(structs)


def measure(key: str, sums: Sequence[Sums]) -> None:
    """Report operations under variants, once for each key."""
    structs = [_sums_of(each) for each in sums]
    with call_context.within(call_context.CallContext(caller="gateway")):
        rpc.connect(experiments.ExperimentsService).measure(key, structs)


def _sums_of(sums: Sums) -> experiments.OperationSums:
    operations, failed, duration = sums.totals
    squared, with_failed, with_duration, failed_squared, failed_duration, duration_squared = sums.products
    return experiments.OperationSums(
        flag=sums.flag,
        variant=sums.variant,
        at=sums.at,
        visitors=sums.visitors,
        operations=operations,
        failed=failed,
        duration=duration,
        operations_squared=squared,
        failed_squared=failed_squared,
        duration_squared=duration_squared,
        operations_failed=with_failed,
        operations_duration=with_duration,
        failed_duration=failed_duration,
    )
