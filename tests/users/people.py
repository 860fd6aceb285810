"""Users for tests, and their stored rows, events and e-mails."""

import re
from collections import Counter

from apps.users import models
from idl import common, users
from thriftshop import clock, rpc
from thriftshop.event_store.models import Event
from thriftshop.events import envelope, streams
from thriftshop.identity import hashers

PASSWORD = "a lamp from the attic"
OTHER_PASSWORD = "two chairs and a table"
EMAIL = "ann.miller@example.com"
NAME = "Ann Miller"


class CountingHasher(hashers.Argon2idHasher):
    """The shop's hasher, which counts its calls."""

    calls: Counter = Counter()

    def encode(self, password, salt):
        self.calls["hash"] += 1
        return super().encode(password, salt)

    def verify(self, password, encoded):
        self.calls["hash"] += 1
        return super().verify(password, encoded)


def service():
    """A client of the users' service."""
    return rpc.connect(users.UsersService)


def a_user(email=EMAIL, password=None, name=NAME, **fields):
    """An existing user, without a password by default."""
    return models.User.objects.create_user(email, password, name=name, **{"email_verified": True, **fields})


def reloaded(user):
    """The user, read again from the database."""
    return models.User.objects.get(pk=user.pk)


def history(user):
    """The kinds of a user's events, in order."""
    return [one.kind for one in streams.of("users").read({str(user.pk): 0})[str(user.pk)]]


def last_event(user):
    """The last event of a user."""
    return streams.of("users").read({str(user.pk): 0})[str(user.pk)][-1].event


def token_in(message):
    """The token in the link of an e-mail."""
    return re.search(r"#token=(\S+)", message.body).group(1)


def an_address(**fields):
    """A valid postal address."""
    valid = {"name": NAME, "lines": ["12 Mill Lane"], "city": "York", "postcode": "YO1 7HD", "country": "GB"}
    return common.Address(**{**valid, **fields})


def recorded_texts():
    """All events of all topics, each as text of its bytes and its decoded fields."""
    for row in Event.objects.all():
        payload = bytes(row.payload)
        yield payload.decode(errors="replace") + repr(envelope.decode(payload))


def stop_clock(monkeypatch, moment=None):
    """Stop the clock; return a function that advances it by milliseconds."""
    times = [clock.now() if moment is None else moment]
    monkeypatch.setattr(clock, "now", lambda: times[0])

    def move_on(milliseconds):
        times[0] += milliseconds

    return move_on
