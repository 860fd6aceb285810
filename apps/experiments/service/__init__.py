"""The experiments' contract and the functions that implement it."""

from apps.experiments.service import flags, operations, subjects
from idl import experiments


class Service(experiments.ExperimentsService):
    """idl/experiments.thrift, implemented."""

    get_flags = staticmethod(flags.get_flags)
    resolve_subject = staticmethod(subjects.resolve_subject)
    expose = staticmethod(subjects.expose)
    attribute = staticmethod(subjects.attribute)
    measure = staticmethod(operations.measure)
    create_flag = staticmethod(flags.create_flag)
    edit_flag = staticmethod(flags.edit_flag)
    set_weights = staticmethod(flags.set_weights)
    set_share = staticmethod(flags.set_share)
    start_flag = staticmethod(flags.start_flag)
    stop_flag = staticmethod(flags.stop_flag)
    ship_variant = staticmethod(flags.ship_variant)
    set_override = staticmethod(flags.set_override)
    get_history = staticmethod(flags.get_history)
