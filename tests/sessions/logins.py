"""Logins for tests, and their results."""

from apps.sessions import models
from idl import sessions
from tests import acting
from tests.users import people
from thriftshop import rpc
from thriftshop.events import streams

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
ADDRESS = "203.0.113.77"


def service():
    """The sessions' service as others see it."""
    return rpc.connect(sessions.SessionsService)


def log_in(email=people.EMAIL, password=people.PASSWORD, device=FIREFOX, address=ADDRESS):
    """A login through the gateway, as a stranger."""
    with acting.as_stranger():
        return service().log_in(email, password, device, address)


def authenticate(token):
    """Who bears this token."""
    with acting.as_stranger():
        return service().authenticate(token)


def is_open(login):
    """Whether the token still opens something."""
    try:
        return authenticate(login.token).session_id == login.session.id
    except sessions.InvalidSession:
        return False


def as_bearer(login):
    """Act as who is logged in, with that session."""
    return acting.as_customer(login.viewer.id, login.session.id)


def history(login):
    """All that happened to a session, in order: `started`, or why it ended."""
    recorded = streams.of("sessions").read({login.session.id: 0})[login.session.id]
    return [getattr(one.event, "reason", "started") for one in recorded]


def row(login):
    """The session as the table has it."""
    return models.Session.objects.get(pk=login.session.id)
