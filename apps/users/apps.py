"""Users: accounts of customers and staff."""

from thriftshop import contexts


class UsersConfig(contexts.ContextConfig):
    """Users: accounts of customers and staff."""

    name = "apps.users"
    label = "users"
    verbose_name = "People"
    description = "Customers and colleagues: close, open and help accounts."
    menu_order = 50
    event_store = contexts.EventStore.OUTBOX
    keeps_accounts = True
    staff_groups = {"Customer care": ["view_user", "change_user"]}
