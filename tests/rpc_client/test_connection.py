"""The connection on bytes alone: any bytes in any pieces, and every exchange against an independent HTTP/2 implementation."""

import h2.config
import h2.connection
import h2.events
import h2.settings
import hpack
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.rpc_client.peers import WRITTEN, ordinary, peer
from thriftshop.rpc.http import frames, headers, limits
from thriftshop.rpc.http.connection import Connection
from thriftshop.rpc.http.exchanges import Exchange
from thriftshop.rpc.http.headers import ResponseHead

HEAD = headers.request_head("catalog", "/thrift/CatalogService/get_products")
GREETING = frames.settings({})

kinds = st.integers(0, 12)
streams = st.sampled_from([0, 1, 2, 3, 5, 7, 999, 2**31 - 1])
payloads = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"\x88", b"\x88\x5f\x01a", bytes(4), bytes(5), bytes(6), bytes(8), b"\x00\x04\x7f\xff\xff\xff"]),
)
any_frame = st.builds(frames.frame, kinds, st.integers(0, 255), streams, payloads)


def opened(requests: int = 2):
    """A connection whose peer has sent SETTINGS, with requests in progress and their outcomes."""
    finished: list[Exchange] = []
    connection = Connection("the peer")
    connection.receive(GREETING)
    for _ in range(requests):
        connection.request(HEAD, b"a body", finished.append)
    return connection, finished


def outcomes(connection, finished):
    return [(one.stream, one.head, one.body, str(one.failure)) for one in finished], connection.closed, connection.busy


@given(st.lists(any_frame, max_size=30).map(b"".join), st.data())
@example(frames.frame(frames.HEADERS, 5, 1, b"\x88") + frames.frame(frames.DATA, 1, 3, b""), None)
def test_frames_are_parsed_alike_however_they_are_split(data, pieces):
    whole, finished = opened()
    whole.receive(data)
    split, finished_split = opened()
    at = 0
    while at < len(data) and not split.closed:
        size = pieces.draw(st.integers(1, 20)) if pieces else 1
        split.receive(data[at : at + size])
        at += size
    assert outcomes(split, finished_split) == outcomes(whole, finished)
    assert bytes(split.outgoing) == bytes(whole.outgoing)


@given(st.lists(st.one_of(any_frame, st.binary(max_size=200)), max_size=30))
def test_any_bytes_leave_each_exchange_under_way_or_finished_once(pieces):
    connection, finished = opened(3)
    for piece in pieces:
        connection.receive(piece)
    assert len(finished) + connection.busy == 3
    assert len({one.stream for one in finished}) == len(finished)
    assert len(connection.outgoing) < 100_000
    connection.lose("the test is over")
    assert len(finished) == 3
    assert connection._buffered == 0


@given(st.binary(max_size=300))
def test_an_invalid_preface_opens_no_connection(data):
    connection = Connection("the peer")
    connection.receive(data)
    assert connection.closed or connection.ready or len(data) < frames.HEAD.size + frames.MAX_FRAME


def test_the_memory_for_an_excessive_peer_is_bounded():
    connection, finished = opened(20)
    for stream in range(1, 41, 2):
        connection.receive(frames.frame(frames.HEADERS, frames.END_HEADERS, stream, b"\x88"))
    piece = b"".join(frames.frame(frames.DATA, 0, stream, bytes(16_384)) for stream in range(1, 41, 2))
    for _ in range(600):
        connection.receive(piece)
        assert connection._buffered <= limits.MAX_BUFFERED
        connection.outgoing.clear()
    assert len(finished) == 20
    assert all(one.failure for one in finished)


# -- against another implementation ---------------------------------------------------------------
class Server:
    """A server by the h2 package, which answers each request with its body turned around, as windows allow."""

    def __init__(self, window: int, room: int) -> None:
        self.machine = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self.machine.local_settings = h2.settings.Settings(
            client=False,
            initial_values={
                h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window,
                h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: room,
            },
        )
        self.machine.initiate_connection()
        self.bodies: dict[int, bytes] = {}
        self.heads: dict[int, dict[str, str]] = {}
        self.unsent: dict[int, bytes] = {}

    def take(self, data: bytes) -> bytes:
        for event in self.machine.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                self.heads[event.stream_id] = {name.decode(): value.decode() for name, value in event.headers}
                self.bodies[event.stream_id] = b""
            elif isinstance(event, h2.events.DataReceived):
                self.bodies[event.stream_id] += event.data
                self.machine.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                self.machine.send_headers(event.stream_id, [(":status", "200"), ("x-noise", "~" * 50)])
                self.unsent[event.stream_id] = self.bodies[event.stream_id][::-1]
        self.send()
        return self.machine.data_to_send()

    def send(self) -> None:
        for stream, rest in list(self.unsent.items()):
            size = min(self.machine.local_flow_control_window(stream), len(rest))
            for at in range(0, size, 16_000):
                self.machine.send_data(stream, rest[at : min(at + 16_000, size)])
            self.unsent[stream] = rest[size:]
            if size == len(rest):
                self.machine.end_stream(stream)
                del self.unsent[stream]


sizes = st.one_of(st.integers(1, 100), st.integers(1, 100_000), st.just(300_000))


@settings(max_examples=30)
@given(st.lists(sizes, min_size=1, max_size=6), st.sampled_from([1000, 16_384, 65_535, 2**31 - 1]))
def test_another_implementation_understands_and_is_understood(sizes, window):
    server, connection, finished = Server(window, 100), Connection("the server"), []
    bodies = {}
    connection.receive(server.machine.data_to_send())
    for number, size in enumerate(sizes):
        body = bytes((number + 1, 255)) * (size // 2) + b"!"
        head = (
            HEAD + headers.literal("content-length", str(len(body))) + headers.literal("thriftshop-viewer", "v" * 300)
        )
        bodies[connection.request(head, body, finished.append).stream] = body
    while connection.outgoing:
        data, connection.outgoing = bytes(connection.outgoing), bytearray()
        connection.receive(server.take(data))
    assert {one.stream: one.body for one in finished} == {stream: body[::-1] for stream, body in bodies.items()}
    assert all(one.head.status == 200 and one.failure is None for one in finished)
    assert server.heads[1][":path"] == "/thrift/CatalogService/get_products"
    assert server.heads[1][":authority"] == "catalog"
    assert server.heads[1]["thriftshop-viewer"] == "v" * 300


def test_a_head_of_many_frames_is_understood():
    server, connection, finished = Server(65_535, 100), Connection("the server"), []
    connection.receive(server.machine.data_to_send())
    connection.request(HEAD + headers.literal("thriftshop-variant", "x" * 40_000), b"body", finished.append)
    server.machine.decoder.max_header_list_size = 100_000
    data, connection.outgoing = bytes(connection.outgoing), bytearray()
    connection.receive(server.take(data))
    assert finished[0].body == b"ydob"


def test_no_more_streams_are_opened_than_the_peer_takes():
    server, connection = Server(65_535, 2), Connection("the server")
    connection.receive(server.machine.data_to_send())
    connection.request(HEAD, b"1", lambda one: None)
    assert connection.has_room
    connection.request(HEAD, b"2", lambda one: None)
    assert not connection.has_room


def test_when_the_streams_are_used_up_calls_go_on_by_another_connection(caller, monkeypatch):
    monkeypatch.setattr(limits, "LAST_STREAM", 5)
    with peer(ordinary) as here:
        caller.reaches(here.url)
        for _ in range(9):
            assert caller.write() == WRITTEN
        assert [sorted(talk.bodies) for talk in here.talks] == [[1, 3, 5]] * 3


# -- header blocks --------------------------------------------------------------------------------
names = st.sampled_from(
    ["content-type", "thriftshop-code", "thriftshop-begun", "retry-after", "x-other", "date", "vary"]
)
values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300)


@given(st.integers(200, 599), st.dictionaries(names, values), st.booleans())
def test_a_header_block_is_decoded_in_every_encoding(status, others, huffman):
    encoder = hpack.Encoder()
    encoder.header_table_size = 0
    block = encoder.encode([(":status", str(status)), *others.items()], huffman=huffman)
    expected = ResponseHead(
        status,
        others.get("thriftshop-code", ""),
        others.get("content-type", ""),
        others.get("retry-after", ""),
        others.get("thriftshop-begun", ""),
    )
    assert headers.read(block) == expected


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda rest: b"\x88" + rest)))
def test_a_block_that_is_read_means_the_same_to_another_implementation(block):
    decoder = hpack.Decoder()
    decoder.max_allowed_table_size = 0
    decoder.header_table_size = 0
    try:
        found = headers.read(block)
    except headers.Unreadable:
        return
    try:
        theirs = dict(decoder.decode(block, raw=True))
    except (hpack.HPACKError, UnicodeDecodeError):
        return  # it looks at values too that nobody asks for
    assert theirs[b":status"] == str(found.status).encode()
    assert theirs.get(b"thriftshop-code", b"").decode("latin-1") == found.code


@given(st.dictionaries(st.from_regex(r"[a-z][a-z-]{0,140}", fullmatch=True), values, max_size=5), st.booleans())
def test_another_implementation_reads_our_header_blocks(fields, secret):
    block = b"".join(headers.literal(name, value, secret) for name, value in fields.items())
    found = hpack.Decoder().decode(block)
    assert dict(found) == fields
    assert all(isinstance(one, hpack.NeverIndexedHeaderTuple) is secret for one in found)


@pytest.mark.parametrize("value", ["a\r\nb", "a\nb", "a\0b"])
def test_a_header_cannot_bring_another_with_it(value):
    with pytest.raises(ValueError, match="thriftshop-variant"):
        headers.literal("thriftshop-variant", value)
