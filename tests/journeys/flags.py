"""The journey of a flag: started, seen by visitors, carried over at login, recorded with events, and stopped."""

import time
import uuid

import orjson

from apps.gateway import flags
from idl import experiments, platform, recommender
from tests import acting
from tests.experiments import steps
from tests.journeys.shop import PASSWORD, REFUSAL, TIMEOUT_SECONDS, OneProcess
from thriftshop import rpc
from thriftshop.events import envelope

SEE = "{ recommendations(first: 1) { edges { reason } } }"
OPEN = f'mutation {{ openCart(input: {{currency: "GBP"}}) {{ {REFUSAL} ... on OpenCartSuccess {{ cart {{ id }} }} }} }}'
LOG_IN = f"mutation ($input: LogInInput!) {{ logIn(input: $input) {{ {REFUSAL} ... on LogInSuccess {{ token }} }} }}"
KEY = recommender.FLAG


def service():
    return rpc.connect(experiments.ExperimentsService)


def ask(shop, document, visitor, token="", **variables):
    body = orjson.dumps({"query": document, "variables": variables})
    answer = orjson.loads(shop.door.send(body, token, visitor=visitor))
    assert "errors" not in answer, answer
    return answer["data"]


def until(shop, holds):
    """Wait until the gateway has heard of a change, and has written what was seen."""
    limit = time.monotonic() + TIMEOUT_SECONDS
    while True:
        if isinstance(shop.door, OneProcess):
            flags.DEFINITIONS.refresh()
            flags.EXPOSURES.flush()
        if found := holds():
            return found
        assert time.monotonic() < limit
        time.sleep(0.05)


def seen(visitor):
    """The variant that was recorded for a visitor."""
    with acting.as_stranger():
        return service().resolve_subject(visitor).variants.get(KEY)


def recorded_variant(shop, visitor, token=""):
    """The variants in the envelope of the event of a new cart."""
    before = rpc.connect(platform.PlatformService, at="cart").get_ends("cart")
    ask(shop, OPEN, visitor, token)
    found = []
    for partition, cursor in before.items():
        batch = rpc.connect(platform.PlatformService, at="cart").read_feed("cart", partition, cursor, 100, None)
        found += [envelope.decode(message.envelope) for message in batch.messages]
    (opened,) = [record for record in found if record.kind == "CartOpened"]
    return opened.context.variant


def try_out_a_flag(shop):
    """A flag's whole life, with the same effects in one process and split."""
    shop.stock_up(2)
    shop.person("ann")
    choices = steps.variants({recommender.BASKETS: 50, recommender.POPULAR: 50})
    with acting.as_service("experiments"):
        service().create_flag(steps.draft(KEY, variants=choices, default_variant=recommender.BASKETS))
        service().start_flag(KEY)
    try:
        with acting.as_service("gateway"):
            follow_visitors(shop)
    finally:
        with acting.as_service("experiments"):
            service().stop_flag(KEY, "The journey is over.")
    with acting.as_service("gateway"):
        until(shop, lambda: recorded_variant(shop, uuid.uuid4().hex) is None)
    flags.DEFINITIONS.clear()
    flags.SUBJECTS.clear()


def follow_visitors(shop):
    """What two visitors see, and one of them after login on both devices."""
    phone, laptop = uuid.uuid4().hex, uuid.uuid4().hex
    first = until(shop, lambda: ask(shop, SEE, phone) and seen(phone))
    assert first in (recommender.BASKETS, recommender.POPULAR)
    assert recorded_variant(shop, phone) == f"{KEY}={first}"
    while (second := until(shop, lambda: ask(shop, SEE, laptop) and seen(laptop))) == first:  # noqa: B023 - called at once
        laptop = uuid.uuid4().hex
    assert recorded_variant(shop, laptop) == f"{KEY}={second}"
    login = {"email": shop.email("ann"), "password": PASSWORD}
    tokens = [ask(shop, LOG_IN, device, input=login)["logIn"]["token"] for device in (phone, laptop)]
    for device, token in zip((phone, laptop), tokens, strict=True):
        assert recorded_variant(shop, device, token) == f"{KEY}={first}"
