"""graphql-transport-ws, message by message, against a served shop."""

import re
from pathlib import Path

import orjson
import pytest

from tests.live import serving
from tests.live.serving import CART, PRODUCTS
from tests.live.websocket import BINARY, CLOSE, PING, TEXT, Closed, Refused, WebSocket
from thriftshop.graphql.live import connections


async def test_the_subprotocol_is_negotiated(live):
    socket = await WebSocket.open(live.port)
    assert socket.subprotocol == "graphql-transport-ws"
    among_others = await WebSocket.open(live.port, subprotocol="graphql-ws, graphql-transport-ws")
    assert among_others.subprotocol == "graphql-transport-ws"


@pytest.mark.parametrize("subprotocol", ["", "graphql-ws"])
async def test_another_subprotocol_is_refused(live, subprotocol):
    socket = await WebSocket.open(live.port, subprotocol=subprotocol)
    assert (socket.subprotocol, await socket.closed()) == ("", 4406)


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({"Origin": "https://elsewhere.example"}, "/graphql"),
        ({"Origin": "null"}, "/graphql"),
        ({"Origin": "http://127.0.0.1:1"}, "/graphql"),
        ({"Host": "elsewhere.example"}, "/graphql"),
        ({}, "/elsewhere"),
    ],
)
async def test_pages_of_other_origins_and_other_hosts_and_paths_are_refused(live, headers, path):
    with pytest.raises(Refused) as refused:
        await WebSocket.open(live.port, path=path, headers=headers)
    assert refused.value.status == 403


async def test_own_pages_and_those_of_listed_origins_are_accepted(live, strict):
    own = await WebSocket.open(live.port, path="/graphql/", headers={"Origin": f"http://127.0.0.1:{live.port}"})
    await own.initialise()
    listed = await WebSocket.open(strict.port, headers={"Origin": "https://shop.example"})
    await listed.initialise()
    await listed.close()


async def test_a_connection_must_be_initialised_in_time(strict):
    assert await (await WebSocket.open(strict.port)).closed() == 4408


async def test_a_connection_is_initialised_once(live):
    socket = await live.socket()
    await socket.send("connection_init")
    assert await socket.closed() == 4429


@pytest.mark.parametrize("type_", ["subscribe"])
async def test_operations_need_an_acknowledged_connection(live, type_):
    socket = await WebSocket.open(live.port)
    await socket.subscribe("1", "{ __typename }")
    assert await socket.closed() == 4401


@pytest.mark.parametrize(
    "content",
    [
        b"not json",
        b"[]",
        b'"ping"',
        b"{}",
        b'{"type": 1}',
        b'{"type": "start", "id": "1", "payload": {}}',
        b'{"type": "next", "id": "1", "payload": {}}',
        b'{"type": "ping", "payload": "text"}',
        b'{"type": "connection_init", "payload": []}',
        b'{"type": "subscribe", "payload": {"query": "{ __typename }"}}',
        b'{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
        b'{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
        b'{"type": "subscribe", "id": "1"}',
        b'{"type": "subscribe", "id": "1", "payload": []}',
        b'{"type": "subscribe", "id": "1", "payload": {}}',
        b'{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
        b'{"type": "subscribe", "id": "1", "payload": {"query": null}}',
        b'{"type": "subscribe", "id": "1", "payload": {"query": ["{ __typename }"]}}',
        b'{"type": "subscribe", "id": "1", "payload": {"query": 5, "documentId": "sha256:0"}}',
        b'{"type": "subscribe", "id": "1", "payload": {"extensions": {}}}',
        b'{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": []}}',
        b'{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": "{}"}}',
        b'{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "extensions": 5}}',
        b'{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "operationName": 5}}',
        b'{"type": "complete"}',
        b'{"type": "subscribe", "id": "%s", "payload": {"query": "{ __typename }"}}' % (b"x" * 129),
    ],
)
async def test_a_message_that_the_protocol_does_not_allow_closes_the_socket(live, content):
    socket = await WebSocket.open(live.port)
    await socket.send_frame(TEXT, content)
    assert await socket.closed() == 4400


async def test_binary_frames_are_refused(live):
    socket = await live.socket()
    await socket.send_frame(BINARY, b'{"type": "ping"}')
    assert await socket.closed() == 4400


@pytest.mark.parametrize(
    ("opcode", "content"),
    [
        (TEXT, b'{"type": "ping", "payload": {"x": "\xff"}}'),
        (TEXT, b"\xed\xa0\x80"),
        (3, b"reserved"),
        (PING, b"x" * 126),
    ],
)
@pytest.mark.parametrize("is_initialised", [True, False])
async def test_a_frame_that_is_not_valid_closes_the_socket_with_a_code(live, opcode, content, is_initialised):
    socket = await (live.socket() if is_initialised else WebSocket.open(live.port))
    await socket.send_frame(opcode, content)
    with pytest.raises(Closed) as closed:
        await socket.receive()
    assert (closed.value.code, closed.value.reason) == (4400, "The frame is not valid")


@pytest.mark.parametrize("content", [b"", b"\x03\xe8", b"\x03\xe9Gone"])
async def test_a_close_of_the_client_is_returned(live, content):
    socket = await live.socket()
    await socket.send_frame(CLOSE, content)
    assert await socket.read_frame() == (CLOSE, content)


async def test_a_message_that_is_too_large_closes_the_socket(strict):
    socket = await strict.socket()
    await socket.send_frame(TEXT, orjson.dumps({"type": "ping", "payload": {"x": "y" * 20_000}}))
    assert await socket.closed() == 1009


async def test_the_size_of_a_message_is_that_of_its_bytes(strict):
    socket = await strict.socket()
    await socket.send_frame(TEXT, orjson.dumps({"type": "ping", "payload": {"x": "é" * 10_000}}))
    assert await socket.closed() == 1009


async def test_pings_are_answered_before_and_after_initialisation(live):
    socket = await WebSocket.open(live.port)
    await socket.send("ping")
    assert await socket.receive() == {"type": "pong"}
    await socket.initialise()
    await socket.send("ping", at=1)
    assert await socket.receive() == {"type": "pong", "payload": {"at": 1}}
    await socket.send("pong", unasked=True)
    await socket.subscribe("1", "{ __typename }")
    assert await socket.next("1") == {"__typename": "Query"}


async def test_a_client_that_answers_pings_stays_connected_and_another_is_closed(strict):
    answering, silent = await strict.socket(), await strict.socket()
    for _ in range(3):
        assert orjson.loads(await answering.receive_bytes()) == {"type": "ping"}
        await answering.send("pong")
    assert orjson.loads(await silent.receive_bytes()) == {"type": "ping"}
    with pytest.raises(Closed) as closed:
        await silent.receive_bytes()
    assert closed.value.code == 4410
    await answering.close()


async def test_queries_and_mutations_run_as_over_http(live):
    socket = await live.socket()
    await socket.subscribe("q", "query ($sku: String) { product(sku: $sku) { name } }", sku=live.stock("LAMP"))
    assert (await socket.next("q"))["product"]["name"].startswith("Lamp")
    assert await socket.receive() == {"type": "complete", "id": "q"}
    await socket.subscribe(
        "m", "mutation { openCart(input: {}) { __typename ... on OpenCartSuccess { token cart { itemCount } } } }"
    )
    opened = (await socket.next("m"))["openCart"]
    assert (opened["__typename"], opened["cart"]) == ("OpenCartSuccess", {"itemCount": 0})
    assert await socket.receive() == {"type": "complete", "id": "m"}


async def test_an_id_in_use_closes_the_socket_and_a_completed_one_can_be_used_again(live):
    sku = live.stock("LAMP", 1)
    socket = await live.socket()
    for _ in range(2):
        await socket.subscribe("1", PRODUCTS, skus=[sku])
        assert (await socket.next("1"))["products"]["sku"] == sku
        await socket.send("complete", "1")
    await socket.subscribe("2", PRODUCTS, skus=[sku])
    await socket.next("2")
    await socket.subscribe("2", PRODUCTS, skus=[sku])
    assert await socket.closed() == 4409


async def test_a_completed_subscription_receives_nothing_more(live):
    sku = live.stock("LAMP", 1)
    socket = await live.socket()
    for id_ in ("1", "2"):
        await socket.subscribe(id_, PRODUCTS, skus=[sku])
        await socket.next(id_)
    await socket.send("complete", "1")
    await socket.send("complete", "unknown")
    live.receive(1, sku)
    assert (await socket.next("2"))["products"]["stock"]["available"] == 2
    await socket.send("ping")
    assert (await socket.receive())["type"] == "pong"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": " "}, "BAD_REQUEST"),
        ({"documentId": "sha256:0"}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"query": None, "documentId": "sha256:0"}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"documentId": 5}, "BAD_REQUEST"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}}, "PERSISTED_QUERY_NOT_FOUND"),
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "subscription { nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription { myOrders { id } myCart { id } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription ($go: Boolean!) { myCart @include(if: $go) { id } }", "variables": {"go": False}},
         "GRAPHQL_VALIDATION_FAILED"),
        ({"query": PRODUCTS, "variables": {"skus": 1.5}}, "BAD_USER_INPUT"),
        ({"query": PRODUCTS, "variables": {"skus": []}}, "INVALID_INPUT"),
        ({"query": PRODUCTS, "variables": {"skus": ["A"] * 101}}, "INVALID_INPUT"),
        ({"query": "{ a: __typename }" + " " * 15_001}, "LIMIT_CHARACTERS"),
        ({"query": "{ products(first: 101) { totalCount } }"}, "LIMIT_PAGE_SIZE"),
        ({"query": "{ products(first: 100) { nodes { priceHistory(first: 100) { nodes { money { amount } } } } } }"},
         "LIMIT_COST"),
        ({"query": CART, "variables": {"token": "unknown"}}, "NOT_FOUND"),
    ],
)  # fmt: skip
async def test_an_operation_that_cannot_run_ends_with_its_errors_and_the_socket_stays_open(live, payload, code):
    socket = await live.socket()
    await socket.send_frame(TEXT, orjson.dumps({"type": "subscribe", "id": "1", "payload": payload}))
    assert await socket.error("1") == code
    await socket.subscribe("1", "{ __typename }")
    assert await socket.next("1") == {"__typename": "Query"}


async def test_fifty_operations_are_open_at_once(live):
    sku = live.stock("LAMP", 1)
    document = "subscription ($skus: [String!]!) { backInStock(skus: $skus) { sku } }"
    socket = await live.socket()
    for number in range(50):
        await socket.subscribe(str(number), document, skus=[sku])
        await socket.next(str(number))
    await socket.subscribe("one more", document, skus=[sku])
    assert await socket.error("one more") == "LIMIT_SUBSCRIPTIONS"
    await socket.send("complete", "0")
    await socket.subscribe("one more", document, skus=[sku])
    assert (await socket.next("one more"))["backInStock"] == {"sku": sku}


async def test_open_operations_share_the_cost_limit_of_one_request(live):
    sku = live.stock("LAMP", 1)
    costly = """subscription ($skus: [String!]!) { products(skus: $skus) { sku
        priceHistory(first: 100) { nodes { money { amount } validFrom } } boughtTogether(first: 100) { nodes { sku } } } }"""
    socket = await live.socket()
    opened = 0
    while True:
        await socket.subscribe(str(opened), costly, skus=[sku])
        message = await socket.receive()
        if message["type"] == "error":
            break
        opened += 1
        cost = message["payload"]["extensions"]["cost"]
    assert message["payload"][0]["extensions"]["code"] == "LIMIT_COST"
    assert opened == cost["allowed"] // cost["requested"] > 1
    await socket.send("complete", "0")
    await socket.subscribe("again", costly, skus=[sku])
    assert (await socket.next("again"))["products"]["sku"] == sku


async def test_more_connections_than_allowed_are_asked_to_come_again(strict):
    sockets = [await strict.socket() for _ in range(4)]
    another = await WebSocket.open(strict.port)
    assert await another.closed() == 1013
    for socket in sockets:
        await socket.close()
    await serving.until(lambda: strict.metric("thriftshop_live_connections") == 0)
    await (await strict.socket()).close()


async def test_a_subscription_needs_a_stream(live):
    answer = live.shop.ask(PRODUCTS, variables={"skus": ["A"]})
    assert answer["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_NEEDS_STREAM"


def test_every_close_code_is_documented():
    documented = set(re.findall(r"^\| (\d{4}) \|", Path("docs/live.md").read_text(), re.MULTILINE))
    closes = [value for value in vars(connections).values() if isinstance(value, connections.Close)]
    closes += [connections.bad_message("x"), connections.duplicate("x")]
    assert documented == {str(close.code) for close in closes if close is not connections.NORMAL}
