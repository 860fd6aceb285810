"""Sessions: who is logged in, on which device."""

from thriftshop import contexts


class SessionsConfig(contexts.ContextConfig):
    """Sessions: who is logged in, on which device."""

    name = "apps.sessions"
    label = "sessions"
    verbose_name = "Sessions"
    description = "Who is logged in, on which device."
    menu_order = 60
    event_store = contexts.EventStore.OUTBOX
    staff_groups = {"Customer care": ["view_session", "change_session"]}
