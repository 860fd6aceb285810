"""Claiming: guests' orders are moved to the account with their verified e-mail address, whichever came first."""

from apps.orders.models import GuestEmail, personal
from apps.orders.models.guests import email_digest
from apps.orders.service import claims
from apps.orders.service.streams import ORDERS
from idl import users
from thriftshop import events, rpc


def claim_earlier(record: events.Recorded) -> None:
    """Move earlier orders to the account whose address was verified."""
    for user in rpc.connect(users.UsersService).get_users([record.event.id]):
        if user.email_verified and user.active:
            for order_id in GuestEmail.objects.orders_of(user.email):
                claims.claim(order_id, user.id)


def claim_new(record: events.Recorded) -> None:
    """Move a guest's new order to the account with its verified address, if there is one.

    The address is recorded first, so that accounts verified from then on find the order, and earlier ones are found here.
    """
    if record.event.customer_id is not None or record.event.sealed is None:
        return
    state, _ = ORDERS.load_including(record.stream, record.version)
    if state.customer_id is not None:
        # An earlier run was interrupted.
        claims.claim(record.stream, state.customer_id)
        return
    email = personal.unseal({record.stream: (record.stream, state.sealed)})[record.stream].email
    if email is None:
        return
    GuestEmail.objects.put({record.stream: email_digest(email)})
    for user in rpc.connect(users.UsersService).find_verified([email]):
        claims.claim(record.stream, user.id)
