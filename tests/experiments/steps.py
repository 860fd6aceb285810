"""Steps of the experiments' tests: drafts of flags, and what staff do with them."""

from idl import experiments
from tests import acting
from thriftshop import rpc
from thriftshop.events import processor

AT = 1_700_000_000_000


def service():
    """The experiments by their contract."""
    return rpc.connect(experiments.ExperimentsService)


def variants(weights, values=None):
    values = values or {}
    return [
        experiments.Variant(key=key, weight=weight, value=values.get(key, f'"{key}"'))
        for key, weight in weights.items()
    ]


def draft(key="button", weights=None, **changes):
    """A draft of a flag with two variants, half of the visitors each."""
    fields = {
        "key": key,
        "title": key.capitalize(),
        "description": "",
        "variants": variants(weights or {"blue": 50, "green": 50}),
        "default_variant": "blue",
        "audience": experiments.Audience(),
        "share": 10_000,
        "is_public": True,
    }
    return experiments.FlagDraft(**(fields | changes))


def as_staff():
    return acting.as_staff("experiments")


def create(key="button", **changes):
    with as_staff():
        return service().create_flag(draft(key, **changes))


def start(key="button", **changes):
    """A flag that runs."""
    create(key, **changes)
    with as_staff():
        return service().start_flag(key)


def do(method, *arguments):
    """A change that staff make."""
    with as_staff():
        return getattr(service(), method)(*arguments)


def exposure(unit, variant="blue", flag="button", at=AT):
    return experiments.Exposure(unit=unit, flag=flag, variant=variant, at=at)


def expose(*exposures):
    with acting.as_stranger():
        return service().expose(list(exposures))


def project_all():
    from apps.experiments import projections  # a process that does not host the context has no tables

    for projection in projections.PROJECTIONS:
        while processor.process(projection):
            pass


def attribute(*orders, unit="visitor-0000000001", at=AT):
    """These orders were placed by a visitor as a guest."""
    with acting.as_stranger():
        return service().attribute([experiments.GuestOrder(unit=unit, order_id=id_, at=at) for id_ in orders])


def operations(variant="blue", flag="button", at=AT, visitors=2, each=3, failed=0, duration=500):
    """The sums of visitors with equal numbers of operations, equally long."""
    total, spent = visitors * each, visitors * each * duration
    return experiments.OperationSums(
        flag=flag,
        variant=variant,
        at=at,
        visitors=visitors,
        operations=total,
        failed=failed,
        duration=spent,
        operations_squared=visitors * each**2,
        failed_squared=failed**2,
        duration_squared=visitors * (each * duration) ** 2,
        operations_failed=each * failed,
        operations_duration=visitors * each**2 * duration,
        failed_duration=failed * each * duration,
    )


def measure(*sums, key="a gateway, minute 1"):
    with acting.as_stranger():
        return service().measure(key, list(sums))
