"""Rate limits hold for the operations of sockets and streams as for requests."""

import pytest

from tests.graphql.sample import GATEWAY
from thriftshop.graphql import rates
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.live import operations
from thriftshop.graphql.live.connections import Connection
from thriftshop.graphql.requests import Incoming


@pytest.fixture
def connection(monkeypatch):
    monkeypatch.setattr(rates, "buckets", rates.Buckets())
    return Connection("websocket", Incoming("GET", {}, address="192.0.2.7"), lambda _close: None)


async def send(connection, query):
    with operations.in_context(GATEWAY, connection):
        ready = operations.prepare(GATEWAY, connection, {"query": query})
        return await operations.run(GATEWAY, connection, ready)


async def code_of(connection, query):
    with pytest.raises(RequestRefused) as refused:
        await send(connection, query)
    return refused.value.errors[0].extensions["code"]


async def test_the_operations_of_a_connection_are_charged_to_its_address(settings, connection):
    settings.GRAPHQL_RATE_ADDRESS = 14
    for _ in range(2):
        await send(connection, '{ hello(name: "Ann") }')
    assert await code_of(connection, '{ hello(name: "Ann") }') == rates.CODE


async def test_refused_documents_are_charged_to_the_address(settings, connection):
    settings.GRAPHQL_RATE_ADDRESS = rates.REFUSED_COST
    assert await code_of(connection, "{ nothing }") == "GRAPHQL_VALIDATION_FAILED"
    assert await code_of(connection, "{ nothing }") == rates.CODE


async def test_a_new_document_beyond_the_rate_counts_as_refused(settings, connection):
    settings.GRAPHQL_RATE_ADDRESS = limit = rates.REFUSED_COST
    rates.buckets.take("address 192.0.2.7", limit, limit)
    assert await code_of(connection, "{ another: __typename }") == rates.CODE
    assert rates.buckets.wait("refused 192.0.2.7", limit, limit) > 0
