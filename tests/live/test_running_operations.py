"""An operation counts within the limits of its connection until it has ended, even if its client has completed it."""

import asyncio

import graphene
import pytest

from tests.graphql.sample import identify
from tests.live import in_process
from thriftshop.graphql import execution, live, schemas
from thriftshop.graphql.gateways import Gateway

_may_end: asyncio.Event
_quick: list[str] = []


async def wait(*_):
    """Resolve a field, or load a state, when the test allows it."""
    await _may_end.wait()
    return live.State("done", 1)


def follow(_context):
    return live.Source(wait, (), ("an object",), after=1)


def quick(*_):
    _quick.append("done")
    return _quick[-1]


def field(description):
    return graphene.String(description=description, resolver=wait)


SCHEMA = schemas.build(
    {"slow": field("Is slow."), "quick": graphene.String(description="Is not.", resolver=quick)},
    {"change": field("Is slow.")},
    subscriptions={"changes": live.field(graphene.String, "Has a first state that is slow to load.", follow)},
)
COST = 2_000
GATEWAY = Gateway(
    execution.engine(SCHEMA, {"Query.slow": COST, "Mutation.change": COST, "Subscription.changes": COST}),
    identify,
    "gateway",
)


@pytest.fixture
def served(settings):
    """Serve the schema of this module."""
    with in_process.serving(settings, f"{__name__}.GATEWAY"):
        yield


async def connected():
    """A client, while slow fields wait."""
    global _may_end
    _may_end = asyncio.Event()
    return await in_process.connected()


SLOW = pytest.mark.parametrize("text", ["{ slow }", "mutation { change }", "subscription { changes }"])


@SLOW
async def test_a_completed_operation_costs_until_it_has_ended(served, text):
    client = await connected()
    for _ in range(2):
        await client.abandon("1", text)
    await client.send("subscribe", "2", query="{ slow }")
    assert await client.code_of("2") == "LIMIT_COST"
    _may_end.set()
    await asyncio.sleep(0.05)
    await client.send("subscribe", "2", query="{ slow }")
    assert (await client.receive())["type"] == "next"
    await client.close()


@SLOW
async def test_a_completed_operation_is_counted_until_it_has_ended(served, settings, text):
    settings.GRAPHQL_MAX_SUBSCRIPTIONS = 2
    client = await connected()
    for _ in range(2):
        await client.abandon("1", text)
    await client.send("subscribe", "2", query="{ quick }")
    assert await client.code_of("2") == "LIMIT_SUBSCRIPTIONS"
    _may_end.set()
    await asyncio.sleep(0.05)
    await client.send("subscribe", "2", query="{ quick }")
    assert (await client.receive())["payload"]["data"] == {"quick": "done"}
    await client.close()


async def test_an_operation_that_is_completed_before_it_starts_does_not_run(served):
    client = await connected()
    _quick.clear()
    await client.send("subscribe", "1", query="{ quick }")
    await client.send("complete", "1")
    await client.send("subscribe", "1", query="{ quick }")
    assert [(await client.receive())["type"] for _ in range(2)] == ["next", "complete"]
    assert _quick == ["done"]
    await client.close()
