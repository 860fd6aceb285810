"""Analytics: what visitors do in the shop."""

from thriftshop import contexts


class AnalyticsConfig(contexts.ContextConfig):
    """Analytics: what visitors do in the shop."""

    name = "apps.analytics"
    label = "analytics"
    verbose_name = "Analytics"
    description = "What visitors do, and what it leads to."
    menu_order = 65
    event_store = contexts.EventStore.OUTBOX
    staff_groups = {"Books": ["view_dashboard", "view_exclusion"]}
