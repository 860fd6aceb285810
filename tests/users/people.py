"""Users for tests, and ways to look at what became of them."""

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
    """The shop's hasher, counting how often it is put to work."""

    calls: Counter = Counter()

    def encode(self, password, salt):
        self.calls["hash"] += 1
        return super().encode(password, salt)

    def verify(self, password, encoded):
        self.calls["hash"] += 1
        return super().verify(password, encoded)


def service():
    """The users' service as others see it."""
    return rpc.connect(users.UsersService)


def a_user(email=EMAIL, password=None, name=NAME, **fields):
    """A user who is there already; without a password unless one is given."""
    return models.User.objects.create_user(email, password, name=name, **{"email_verified": True, **fields})


def again(user):
    """The user as the table has them now."""
    return models.User.objects.get(pk=user.pk)


def history(user):
    """The kinds of all that happened to a user, in order."""
    return [one.kind for one in streams.of("users").read({str(user.pk): 0})[str(user.pk)]]


def last_event(user):
    """What happened to a user last."""
    return streams.of("users").read({str(user.pk): 0})[str(user.pk)][-1].event


def token_in(message):
    """The token that an e-mail's link carries."""
    return re.search(r"#token=(\S+)", message.body).group(1)


def an_address(**fields):
    """A postal address that is good as it is."""
    good = {"name": NAME, "lines": ["12 Mill Lane"], "city": "York", "postcode": "YO1 7HD", "country": "GB"}
    return common.Address(**{**good, **fields})


def everything_recorded():
    """All events of all topics as the bytes and as the text that they hold."""
    for row in Event.objects.all():
        payload = bytes(row.payload)
        yield payload.decode(errors="replace") + repr(envelope.decode(payload))


def hold_time(monkeypatch, moment=None):
    """Stops the shop's clock; gives a function that moves it on by so many milliseconds."""
    held = [clock.now() if moment is None else moment]
    monkeypatch.setattr(clock, "now", lambda: held[0])

    def move_on(milliseconds):
        held[0] += milliseconds

    return move_on
