"""Rounds: what cannot be loaded delays nothing else."""

import asyncio

import graphene
import pytest

from idl import events as idl_events
from tests.graphql.sample import identify
from tests.live import in_process
from thriftshop import clock
from thriftshop.events import Recorded
from thriftshop.graphql import execution, live, schemas
from thriftshop.graphql.gateways import Gateway
from thriftshop.rpc import errors as rpc

_unavailable: set[str] = set()
_versions: dict[str, int] = {}


async def load(_context, key):
    await asyncio.sleep(0)
    if key in _unavailable:
        raise rpc.Unavailable("http://10.0.0.7:9000 refused")
    return live.State(f"{key} {_versions[key]}", _versions[key])


def follow(_context):
    return live.Source(load, (), (), announced_as=("test", "all"), is_public=True)


SCHEMA = schemas.build(
    {"hello": graphene.String(description="Says hello.")},
    {"greet": graphene.String(description="Says hello.")},
    subscriptions={"objects": live.field(graphene.String, "Follows all objects.", follow)},
)
GATEWAY = Gateway(execution.engine(SCHEMA, {}), identify, "gateway")


@pytest.fixture
def served(settings):
    """Serve the schema of this module."""
    with in_process.serving(settings, f"{__name__}.GATEWAY"):
        yield


def change(key):
    """Tell that an object has changed."""
    version = _versions[key] = _versions.get(key, 0) + 1
    now = clock.now()
    context = idl_events.EventContext(caller="test")
    live.notify(Recorded(f"{key}-{version}", "test", key, version, now, now, None, context), "all")


async def test_an_object_that_cannot_be_loaded_does_not_delay_others_and_is_sent_later(served):
    client = await in_process.connected()
    for id_ in ("1", "2"):
        await client.send("subscribe", id_, query="subscription { objects }")
    await asyncio.sleep(0.1)
    _unavailable.add("bad")
    change("bad")
    change("good")
    messages = [await client.receive() for _ in range(2)]
    assert {(one["id"], one["payload"]["data"]["objects"]) for one in messages} == {("1", "good 1"), ("2", "good 1")}
    change("good")
    messages = [await client.receive() for _ in range(2)]
    assert {one["payload"]["data"]["objects"] for one in messages} == {"good 2"}
    _unavailable.clear()
    messages = [await client.receive() for _ in range(2)]
    assert {(one["id"], one["payload"]["data"]["objects"]) for one in messages} == {("1", "bad 1"), ("2", "bad 1")}
    await client.close()
