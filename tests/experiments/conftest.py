"""Fixtures of the experiments' tests: a gateway that follows flags, whose events arrive when a test says so."""

import time

import pytest

from apps.gateway import flags, subscriptions
from tests.experiments import steps
from thriftshop.events import broadcast


class Following:
    """The gateway's subscription to the experiments' events."""

    def __init__(self):
        (subscription,) = (one for one in subscriptions.SUBSCRIPTIONS if one.topic == "experiments")
        self._follower = broadcast.Broadcast("experiments", "gateway", subscription.kinds)
        self._follower.subscribe(subscription.handle)
        self.deliver()

    def deliver(self):
        """Deliver all events recorded so far."""
        self._follower.follow(0)

    def start(self, key="button", **changes):
        """A flag that runs, as the gateway knows it."""
        steps.start(key, **changes)
        self.deliver()

    def do(self, method, *arguments):
        """A change that staff make, as the gateway knows it."""
        steps.do(method, *arguments)
        self.deliver()


def forget():
    flags.DEFINITIONS.clear()
    flags.SUBJECTS.clear()
    flags.EXPOSURES.clear()
    flags.GUEST_ORDERS.clear()
    flags.OPERATIONS.clear()


@pytest.fixture
def following(db, monkeypatch):
    """The flags in the gateway's memory, which follow their events."""
    monkeypatch.setattr(broadcast, "current_at", lambda _name: time.monotonic())
    forget()
    yield Following()
    forget()
