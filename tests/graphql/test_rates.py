"""Rate limits: units of cost a minute by customer, and by address for anonymous requests."""

import itertools
import re
import tracemalloc

import graphene
import orjson
import pytest

from idl import common
from tests.gateway import client
from tests.graphql import sample
from thriftshop.graphql import endpoint, execution, rates, schemas
from thriftshop.graphql.endpoint import Gateway
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.rates import Buckets
from thriftshop.graphql.requests import Context, Incoming

HELLO = {"query": '{ hello(name: "Ada") }'}  # costs 7
FREE = {"query": "{ __typename }"}
RESPONSE = "application/graphql-response+json"


class Clock:
    """A clock that the test moves."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(rates, "buckets", Buckets(clock=clock))
    return clock


async def identify(context):
    """The bearer token is the customer's id."""
    if context.token == "expired":
        raise RequestRefused("UNAUTHENTICATED", "This session has ended.", status=401)
    context.viewer = common.Viewer(id=context.token, role=common.Role.CUSTOMER) if context.token else None


SUBSCRIPTIONS = {"hello": graphene.String(description="Says hello again and again.")}
SCHEMA = schemas.build(sample.QUERIES, sample.MUTATIONS, subscriptions=SUBSCRIPTIONS)
GATEWAY = Gateway(execution.engine(SCHEMA, {"Query.hello": 7}), identify, "gateway")


@pytest.fixture
def customers(settings):
    settings.GRAPHQL_GATEWAY = "tests.graphql.test_rates.GATEWAY"
    endpoint.gateway.cache_clear()


def send(content=HELLO, token="", address="192.0.2.7", **headers):
    """The response to a request from an address."""
    proxied = {"x_forwarded_for": address, **headers}
    return client.send(content, token, **proxied)


@pytest.fixture(autouse=True)
def addresses(monkeypatch):
    """The address of a request in these tests is the one that it names."""
    handle = endpoint.handle

    async def handled(incoming):
        named = incoming.headers.get("x-forwarded-for", incoming.address)
        return await handle(Incoming(incoming.method, incoming.headers, incoming.query, incoming.body, named))

    monkeypatch.setattr(endpoint, "handle", handled)


@pytest.fixture(autouse=True)
def known_documents():
    """The documents of these tests are known, as those of a shop's clients: none of them has to be read."""
    for gateway in (sample.GATEWAY, GATEWAY):
        for content in (HELLO, FREE):
            gateway.engine.prepare(execution.Operation(content["query"]))


def test_an_address_is_limited_by_the_cost_of_its_operations(settings, clock):
    settings.GRAPHQL_RATE_ADDRESS = 60
    assert [send().status for _ in range(8)] == [200] * 8
    refused = send(accept=RESPONSE)
    error = orjson.loads(refused.body)["errors"][0]
    assert (refused.status, refused.headers["retry-after"]) == (429, "3")  # 4 of 7 units are left, one a second
    assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 3, "allowed": 60}
    assert send(accept=client.JSON).status == 429
    assert send(address="192.0.2.8").status == 200
    clock.now += 2.9
    assert send().status == 429
    clock.now += 0.2
    assert send().status == 200


def test_a_bucket_never_has_more_than_a_minutes_units(settings, clock):
    settings.GRAPHQL_RATE_ADDRESS = 14
    send()
    clock.now += 86_400
    assert [send().status for _ in range(3)] == [200, 200, 429]


def test_customers_are_limited_wherever_they_are_and_not_by_their_address(settings, clock, customers):
    settings.GRAPHQL_RATE_CUSTOMER, settings.GRAPHQL_RATE_ADDRESS = 14, 7
    assert [send(token="ann", address=f"192.0.2.{n}").status for n in range(3)] == [200, 200, 429]
    assert [send(token="ben").status for _ in range(3)] == [200, 200, 429]
    assert [send().status for _ in range(2)] == [200, 429]


def test_a_batch_is_charged_together_and_refused_as_a_whole(settings, clock):
    settings.GRAPHQL_RATE_ADDRESS = 20
    refused = send([HELLO] * 3)
    assert (refused.status, refused.headers["retry-after"]) == (429, "3")
    assert send([HELLO] * 2).status == 200
    assert send([HELLO] * 2).status == 429


def test_an_operation_without_cost_counts_as_one_unit(settings, clock):
    settings.GRAPHQL_RATE_ADDRESS = 3
    assert [send(FREE).status for _ in range(4)] == [200, 200, 200, 429]


def test_nothing_is_executed_beyond_the_limit(settings, clock, monkeypatch):
    settings.GRAPHQL_RATE_ADDRESS = 7
    send()
    monkeypatch.setattr(type(sample.GATEWAY.engine), "run", None)
    assert send().status == 429


def test_zero_means_no_limit(settings, clock, customers):
    settings.GRAPHQL_RATE_ADDRESS = settings.GRAPHQL_RATE_CUSTOMER = 0
    assert {send(token=token).status for token in ("ann", "") for _ in range(50)} == {200}
    assert len(rates.buckets) == 0


def test_refused_documents_are_limited_before_they_are_read(settings, clock, monkeypatch):
    settings.GRAPHQL_RATE_ADDRESS = 3 * rates.REFUSED_COST
    invalid = [{"query": f"{{ nothing{n} }}"} for n in range(3)]
    assert [send(one, accept=RESPONSE).status for one in invalid] == [400, 400, 400]
    assert send(HELLO, address="192.0.2.8").status == 200
    monkeypatch.setattr(type(sample.GATEWAY.engine), "prepare", None)
    refused = send(HELLO)
    assert (refused.status, "retry-after" in refused.headers) == (429, True)


NUMBERS = itertools.count()


def new(field='hello(name: "Ada")', operation=""):
    """A document that no one has sent before."""
    return {"query": f"{operation} {{ new{next(NUMBERS)}: {field} }}"}


@pytest.mark.parametrize(
    ("content", "token", "code"),
    [
        (new, "expired", "UNAUTHENTICATED"),
        (lambda: [new(), new()], "expired", "UNAUTHENTICATED"),
        (lambda: [new(), new()], "", "LIMIT_COST"),
        (lambda: new("hello", "subscription"), "", "SUBSCRIPTION_NEEDS_STREAM"),
    ],
)
def test_a_document_that_was_read_for_nothing_counts_as_refused(settings, clock, customers, content, token, code):
    settings.GRAPHQL_RATE_ADDRESS, settings.GRAPHQL_MAX_COST = 10 * rates.REFUSED_COST, 10
    responses = [send(content(), token) for _ in range(11)]
    codes = [orjson.loads(re.search(rb'"code":("\w+")', response.body)[1]) for response in responses]
    assert codes[0] == code
    assert (codes[-1], responses[-1].status) == (rates.CODE, 429)


def test_a_new_document_beyond_the_rate_counts_as_refused(settings, clock):
    settings.GRAPHQL_RATE_ADDRESS = 2 * rates.REFUSED_COST
    rates.buckets.take("address 192.0.2.7", 1_000, 1_000)
    assert [send(new()).status for _ in range(2)] == [429, 429]
    clock.now += 1  # a second's units pay for a known document, but the address has sent too many new ones
    assert send(FREE).status == 429


def test_a_known_document_beyond_the_rate_or_with_an_expired_token_does_not_count(settings, clock, customers):
    settings.GRAPHQL_RATE_ADDRESS = 2 * rates.REFUSED_COST
    assert [send(FREE, "expired").status for _ in range(5)] == [401] * 5
    rates.buckets.take("address 192.0.2.7", 1_000, 1_000)
    assert [send(FREE).status for _ in range(5)] == [429] * 5
    clock.now += 1
    assert send(FREE).status == 200


def test_the_same_function_charges_operations_of_a_socket(settings, clock):
    settings.GRAPHQL_RATE_ADDRESS = 10
    context = Context(Incoming("GET", {}, address="192.0.2.7"))
    rates.charge(context, 10)
    with pytest.raises(rates.RequestRefused, match="Try again in 30 s"):
        rates.charge(context, 5)


def test_the_memory_of_buckets_is_bounded():
    buckets = Buckets()
    tracemalloc.start()
    try:
        for number in range(3 * rates.MAX_BUCKETS):
            buckets.take(f"address 2001:db8::{number:x}", 10, 100)
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(buckets) == rates.MAX_BUCKETS
    assert size < 25_000_000


@pytest.mark.parametrize(
    ("another", "status"),
    [
        ("2001:db8:0:7:ffff::2", 429),  # of the same network, all of which belongs to one client
        ("2001:DB8:0:7::1", 429),
        ("2001:db8:0:8::1", 200),
        ("192.0.2.1", 200),
        ("::ffff:192.0.2.1", 200),
    ],
)
def test_a_client_with_a_network_of_ipv6_addresses_has_one_bucket(settings, clock, another, status):
    settings.GRAPHQL_RATE_ADDRESS = 7
    assert send(address="2001:db8:0:7::1").status == 200
    assert send(address=another).status == status


def test_an_ipv4_address_has_its_bucket_also_in_ipv6_notation(settings, clock):
    settings.GRAPHQL_RATE_ADDRESS = 7
    assert [send(address=address).status for address in ("192.0.2.1", "::ffff:192.0.2.2", "::ffff:192.0.2.1")] == [
        200,
        200,
        429,
    ]


def test_a_long_address_takes_a_short_key(settings, clock):
    settings.GRAPHQL_RATE_ADDRESS = 7
    assert send(address="9" * 1_000).status == 200
    assert max(map(len, rates.buckets._levels)) <= rates.MAX_KEY + len("address ")
