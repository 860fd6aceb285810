"""Experiments: feature flags, who gets which variant, and who has seen it."""

from thriftshop import contexts


class ExperimentsConfig(contexts.ContextConfig):
    """Experiments: feature flags, who gets which variant, and who has seen it."""

    name = "apps.experiments"
    label = "experiments"
    verbose_name = "Experiments"
    description = "Which variant of the shop serves customers better."
    menu_order = 80
    event_store = contexts.EventStore.STREAMS
    staff_groups = {"Buying": ["view_flag", "add_flag", "change_flag"], "Customer care": ["view_flag"]}
