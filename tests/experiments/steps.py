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
