"""Whatever the peer sends, a call ends soon, in an answer or an error of the contract's or the platform's; the next one works."""

import contextlib
import os
import time

import hypothesis
import pytest
from hypothesis import strategies as st

from idl import inventory
from tests.rpc_client.peers import METHODS, WRITTEN, Talk, goes_on, level, ordinary, peer
from thriftshop import rpc
from thriftshop.rpc import messages
from thriftshop.rpc.http import frames, replicas

DATA, HEADERS, SETTINGS, PING = frames.DATA, frames.HEADERS, frames.SETTINGS, frames.PING
END_HEADERS, END_STREAM = frames.END_HEADERS, frames.END_STREAM
OK = b"\x88"  # `:status: 200` in a header block


# -- before any request ---------------------------------------------------------------------------
def closes_at_once(talk: Talk) -> None:
    """Accepts and closes."""


def breaks_off(talk: Talk) -> None:
    talk.break_off()


def speaks_http_1(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
    talk.wait()


def sends_noise(talk: Talk) -> None:
    talk.send(os.urandom(4096))
    talk.wait()


def says_nothing(talk: Talk) -> None:
    talk.wait()


def begins_with_a_ping(talk: Talk) -> None:
    talk.send(frames.frame(PING, 0, 0, b"12345678"))
    talk.wait()


def sends_settings_that_are_cut_off(talk: Talk) -> None:
    talk.send(frames.frame(SETTINGS, 0, 0, b"12345"))
    talk.wait()


def sends_an_impossible_window(talk: Talk) -> None:
    talk.send(frames.settings({frames.INITIAL_WINDOW_SIZE: 2**31}))
    talk.wait()


def sends_an_impossible_frame_size(talk: Talk) -> None:
    talk.send(frames.settings({frames.MAX_FRAME_SIZE: 100}))
    talk.wait()


def wants_to_push(talk: Talk) -> None:
    talk.send(frames.settings({frames.ENABLE_PUSH: 1}))
    talk.wait()


def takes_no_streams(talk: Talk) -> None:
    talk.greet(MAX_CONCURRENT_STREAMS=0)
    talk.wait()


NEVER_OPENED = [
    closes_at_once,
    breaks_off,
    speaks_http_1,
    sends_noise,
    says_nothing,
    begins_with_a_ping,
    sends_settings_that_are_cut_off,
    sends_an_impossible_window,
    sends_an_impossible_frame_size,
    wants_to_push,
    takes_no_streams,
]


@pytest.mark.parametrize("behave", NEVER_OPENED, ids=lambda behave: behave.__name__)
def test_a_peer_that_never_opens_is_unavailable_soon_and_used_again_when_it_does(caller, behave):
    with peer(behave, ordinary) as here:
        caller.reaches(here.url)
        started = time.monotonic()
        # Nothing was begun, so even a write is tried again, where the peer is back in time.
        try:
            assert caller.write(seconds=4) == WRITTEN
        except rpc.Unavailable:
            assert behave not in (closes_at_once, breaks_off)
        assert time.monotonic() - started < 4
        assert answers_at_last(caller)


def answers_at_last(caller) -> bool:
    """Whether a call is answered, once the replica is let in again."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            return bool(caller.write() == WRITTEN)
        except rpc.Unavailable:
            time.sleep(0.02)
    return False


# -- instead of an answer -------------------------------------------------------------------------
def instead(*pieces_of):
    """A peer that sends this instead of its first answer, each piece made from stream and talk; then it goes on as it should."""

    def behave(talk: Talk) -> None:
        talk.greet()
        stream = talk.request()
        for make in pieces_of:
            talk.send(make(stream, talk))
        goes_on(talk)

    return behave


def raw(kind: int, flags: int, payload: bytes, stream: int | None = None):
    return lambda own, talk: frames.frame(kind, flags, own if stream is None else stream, payload)


def block(content: bytes, flags: int = END_HEADERS):
    return raw(HEADERS, flags, content)


def head(stream: int, talk: Talk) -> bytes:
    return talk.head(stream)


def closes(stream: int, talk: Talk) -> bytes:
    talk.sock.close()
    return b""


INSTEAD = {
    "the end of the connection": [closes],
    "half an answer and the end": [head, raw(DATA, 0, b"\x80\x01"), closes],
    "a frame that is too large": [lambda stream, talk: frames.HEAD.pack(1, 0, DATA, 0, stream) + bytes(65536)],
    "a frame of sixteen million bytes": [lambda stream, talk: frames.HEAD.pack(0xFFFF, 0xFF, DATA, 0, stream)],
    "data on stream 0": [raw(DATA, 0, b"x", stream=0)],
    "data on an even stream": [raw(DATA, 0, b"x", stream=2)],
    "data on a stream never opened": [raw(DATA, 0, b"x", stream=999)],
    "a head on a stream never opened": [raw(HEADERS, END_HEADERS, OK, stream=999)],
    "a reset of a stream never opened": [raw(frames.RST_STREAM, 0, bytes(4), stream=999)],
    "a body without a head": [raw(DATA, END_STREAM, b"x")],
    "a push": [raw(frames.PUSH_PROMISE, END_HEADERS, b"\0\0\0\2" + OK)],
    "a continuation of nothing": [raw(frames.CONTINUATION, END_HEADERS, OK)],
    "a block that is interrupted": [block(OK, 0), raw(PING, 0, bytes(8), stream=0)],
    "a block continued on another stream": [block(OK, 0), raw(frames.CONTINUATION, 0, b"", stream=3)],
    "a block without end": [block(OK, 0), lambda s, t: frames.frame(frames.CONTINUATION, 0, s, bytes(16384)) * 50],
    "continuations without end": [block(OK, 0), lambda s, t: frames.frame(frames.CONTINUATION, 0, s) * 100_000],
    "only padding": [head, raw(DATA, frames.PADDED, b"\x05abc")],
    "padding of nothing": [head, raw(DATA, frames.PADDED, b"")],
    "a priority that is cut off": [raw(HEADERS, END_HEADERS | frames.WITH_PRIORITY, b"\0\0")],
    "a window of nothing": [raw(frames.WINDOW_UPDATE, 0, bytes(4), stream=0)],
    "a window of nothing for the stream": [raw(frames.WINDOW_UPDATE, 0, bytes(4))],
    "a window too wide": [lambda s, t: frames.window_update(0, 2**31 - 1) * 2],
    "a window too wide for the stream": [lambda s, t: frames.window_update(s, 2**31 - 1) * 2],
    "a window update that is cut off": [raw(frames.WINDOW_UPDATE, 0, b"\0", stream=0)],
    "a ping on a stream": [raw(PING, 0, bytes(8))],
    "a ping that is cut off": [raw(PING, 0, bytes(3), stream=0)],
    "a farewell that is cut off": [raw(frames.GOAWAY, 0, bytes(3), stream=0)],
    "a reset that is cut off": [raw(frames.RST_STREAM, 0, b"\0")],
    "a reset": [raw(frames.RST_STREAM, 0, (8).to_bytes(4, "big"))],
    "settings on a stream": [raw(SETTINGS, 0, b"")],
    "an acknowledgement with content": [raw(SETTINGS, frames.ACK, bytes(6), stream=0)],
    "settings without end": [lambda s, t: frames.settings({}) * 50_000],
    "pings without end": [lambda s, t: frames.frame(PING, 0, 0, bytes(8)) * 50_000],
    "empty data without end": [head, lambda s, t: frames.frame(DATA, 0, s) * 50_000],
    "unknown frames without end": [lambda s, t: frames.frame(77, 0, s, b"?") * 50_000],
    "announcements without end": [lambda s, t: t.head(s, status=103) * 50_000],
    "an announcement and no answer": [lambda s, t: t.head(s, END_HEADERS | END_STREAM, status=103)],
    "two heads": [head, head],
    "no status": [block(b"\x5f\x09text/html")],
    "two statuses": [block(OK + OK)],
    "a status after a header": [block(b"\x5f\x09text/html" + OK)],
    "a status that is none": [block(b"\x08\x03abc")],
    "a header of requests": [block(OK + b"\x83")],
    "a header in capitals": [block(OK + b"\x00\x01A\x01b")],
    "a header without a name": [block(OK + b"\x00\x00\x01b")],
    "an index that is not there": [block(OK + b"\xbe")],
    "the index 0": [block(b"\x80")],
    "a table": [block(b"\x3f\xe1\x1f" + OK)],
    "a table late": [block(OK + b"\x20")],
    "a number without end": [block(b"\xff" + b"\xff" * 200)],
    "a string longer than the block": [block(OK + b"\x00\x7f\xff\x7f")],
    "a block that ends within a name": [block(OK + b"\x00\x05ab")],
    "letters that Huffman did not know": [block(OK + b"\x00\x84\xff\xff\xff\xff\x00")],
    "an answer that is too large": [head, lambda s, t: frames.frame(DATA, 0, s, bytes(16384)) * 600],
    "more than the window allows": [head, lambda s, t: frames.frame(DATA, 0, s, bytes(16384)) * 3000],
    "an empty answer": [lambda s, t: t.head(s, END_HEADERS | END_STREAM)],
    "an answer that is no message": [head, raw(DATA, END_STREAM, b"<html>")],
    "an answer cut off": [head, lambda s, t: frames.frame(DATA, END_STREAM, s, t.reply(s)[:-9])],
    "status 500 without a word": [lambda s, t: t.head(s, END_HEADERS | END_STREAM, status=500)],
    "status 502 without a word": [lambda s, t: t.head(s, END_HEADERS | END_STREAM, status=502)],
    "status 999": [lambda s, t: t.head(s, END_HEADERS | END_STREAM, status=999)],
}


@pytest.mark.parametrize("pieces", INSTEAD.values(), ids=INSTEAD.keys())
def test_what_comes_instead_of_an_answer_ends_the_call_and_not_the_next(caller, pieces):
    with peer(instead(*pieces), ordinary) as here:
        caller.reaches(here.url)
        started = time.monotonic()
        with pytest.raises((rpc.Unavailable, rpc.Fault)):
            caller.write(seconds=10)
        assert time.monotonic() - started < 5
        assert caller.write() == WRITTEN
        assert sum(len(talk.bodies) for talk in here.talks) == 2


@pytest.mark.parametrize(
    "pieces",
    [[], [head], [head, lambda stream, talk: talk.reply(stream)[:5] and frames.frame(DATA, 0, stream, b"\x80")]],
    ids=["nothing", "a head alone", "the beginning of an answer"],
)
def test_silence_ends_with_the_deadline_and_the_stream_is_given_up(caller, pieces):
    reset = []

    def falls_silent(talk: Talk) -> None:
        talk.greet()
        stream = talk.request()
        for make in pieces:
            talk.send(make(stream, talk))
        while not any(kind == frames.RST_STREAM for kind, *_ in talk.seen):
            talk.frame()
        reset.append(stream)
        goes_on(talk)

    with peer(falls_silent, ordinary) as here:
        caller.reaches(here.url)
        started = time.monotonic()
        with pytest.raises(rpc.DeadlineExceeded):
            caller.write(seconds=0.3)
        assert 0.25 < time.monotonic() - started < 2
        assert caller.write() == WRITTEN
    assert reset == [1]


def test_a_peer_that_trickles_bytes_for_ever_is_left_at_the_deadline(caller):
    def trickles(talk: Talk) -> None:
        talk.greet()
        stream = talk.request()
        talk.send(talk.head(stream))
        while True:
            talk.send(frames.frame(DATA, 0, stream, b"x"))
            time.sleep(0.005)

    with peer(trickles, ordinary) as here:
        caller.reaches(here.url)
        with pytest.raises(rpc.DeadlineExceeded):
            caller.write(seconds=0.3)


def test_a_peer_that_takes_no_body_is_left_at_the_deadline(caller):
    def takes_nothing(talk: Talk) -> None:
        talk.greet(INITIAL_WINDOW_SIZE=0)
        talk.wait()

    with peer(takes_nothing, ordinary) as here:
        caller.reaches(here.url)
        with pytest.raises(rpc.DeadlineExceeded):
            caller.write(seconds=0.3)


def test_a_peer_that_does_not_read_is_left_at_the_deadline(caller):
    def does_not_read(talk: Talk) -> None:
        talk.greet(INITIAL_WINDOW_SIZE=2**31 - 1)
        talk.send(frames.window_update(0, 2**30))
        time.sleep(2)

    lines = [inventory.StockLine(sku=f"SKU-{number:060d}", quantity=1) for number in range(100_000)]
    with peer(does_not_read) as here:
        caller.reaches(here.url)
        with pytest.raises((rpc.DeadlineExceeded, rpc.Unavailable)):
            caller.call("receive", "delivery-1", lines, seconds=0.7)


# -- not begun: even a write is made again --------------------------------------------------------
NOT_BEGUN = {
    "a refused stream": [lambda s, t: frames.reset(s, frames.REFUSED_STREAM)],
    "a farewell from before": [lambda s, t: frames.goaway(frames.NO_ERROR)],
    "a farewell and the end": [lambda s, t: frames.goaway(frames.NO_ERROR), closes],
    "a process about to end": [lambda s, t: t.head(s, END_HEADERS | END_STREAM, status=503, thriftshop_begun="no")],
    "a process that asks for patience": [lambda s, t: t.head(s, END_HEADERS | END_STREAM, status=503, retry_after="1")],
}


@pytest.mark.parametrize("pieces", NOT_BEGUN.values(), ids=NOT_BEGUN.keys())
def test_a_call_that_was_not_begun_is_made_again_even_a_write(caller, pieces):
    def turns_away(talk: Talk) -> None:
        talk.greet()
        stream = talk.request()
        for make in pieces:
            talk.send(make(stream, talk))
        goes_on(talk)

    with peer(turns_away, ordinary) as here:
        caller.reaches(here.url)
        assert caller.write() == WRITTEN


@pytest.mark.parametrize(
    "pieces",
    [[closes], [lambda s, t: frames.reset(s, frames.CANCEL)], [raw(DATA, 0, b"x", stream=0)]],
    ids=["the end", "a reset", "nonsense"],
)
def test_a_read_that_was_lost_is_made_again_and_a_write_is_not(caller, pieces):
    with peer(instead(*pieces), ordinary) as here:
        caller.reaches(here.url)
        assert caller.read() == [level("MUG")]
        assert sum(len(talk.bodies) for talk in here.talks) == 2
    with peer(instead(*pieces), ordinary) as here:
        caller.reaches(here.url)
        with pytest.raises(rpc.Unavailable):
            caller.write()
        assert sum(len(talk.bodies) for talk in here.talks) == 1


# -- unusual, and quite right ---------------------------------------------------------------------
def split_up(stream: int, talk: Talk) -> bytes:
    payload = talk.head(stream)[frames.HEAD.size :]
    middle = [frames.frame(frames.CONTINUATION, 0, stream, payload[at : at + 1]) for at in range(1, 8)]
    return b"".join(
        (
            frames.frame(HEADERS, 0, stream, payload[:1]),
            *middle,
            frames.frame(frames.CONTINUATION, END_HEADERS, stream, payload[8:]),
        )
    )


def body(stream: int, talk: Talk) -> bytes:
    return frames.frame(DATA, END_STREAM, stream, talk.reply(stream))


def padded(stream: int, talk: Talk) -> bytes:
    block = talk.head(stream)[frames.HEAD.size :]
    flags = END_HEADERS | frames.PADDED | frames.WITH_PRIORITY
    data = talk.reply(stream)
    return frames.frame(HEADERS, flags, stream, b"\x09" + bytes(5) + block + bytes(9)) + frames.frame(
        DATA, END_STREAM | frames.PADDED, stream, b"\xff" + data + bytes(255)
    )


def in_crumbs(stream: int, talk: Talk) -> bytes:
    data = talk.reply(stream)
    crumbs = b"".join(frames.frame(DATA, 0, stream, data[at : at + 1]) for at in range(len(data)))
    return crumbs + frames.frame(DATA, END_STREAM, stream)


def with_trailers(stream: int, talk: Talk) -> bytes:
    block = talk.encoder.encode([("x-trailer", "1")])
    return frames.frame(DATA, 0, stream, talk.reply(stream)) + frames.frame(
        HEADERS, END_HEADERS | END_STREAM, stream, block
    )


def one_by_one(stream: int, talk: Talk) -> bytes:
    for byte in talk.answer(stream):
        talk.send(bytes((byte,)))
    return b""


UNUSUAL = {
    "a head in many frames": [split_up, body],
    "padding and priority": [padded],
    "a body in crumbs": [head, in_crumbs],
    "trailers": [head, with_trailers],
    "byte by byte": [one_by_one],
    "announcements before": [lambda s, t: t.head(s, status=103), head, body],
    "a ping before": [raw(PING, 0, b"12345678", stream=0), head, body],
    "unknown frames before": [raw(99, 0xFF, b"what?", stream=0), head, raw(200, 0, b""), body],
    "other settings before": [lambda s, t: frames.settings({frames.INITIAL_WINDOW_SIZE: 10, 0x99: 7}), head, body],
    "a farewell after this one": [lambda s, t: frames.frame(frames.GOAWAY, 0, 0, frames.GOING.pack(s, 0)), head, body],
    "a priority": [raw(frames.PRIORITY, 0, bytes(5)), head, body],
    "a wider window": [lambda s, t: frames.window_update(0, 9) + frames.window_update(s, 9), head, body],
    "an empty table": [lambda s, t: frames.frame(HEADERS, END_HEADERS, s, b"\x20" + OK), body],
}


@pytest.mark.parametrize("pieces", UNUSUAL.values(), ids=UNUSUAL.keys())
def test_an_unusual_answer_is_an_answer(caller, pieces):
    with peer(instead(*pieces)) as here:
        caller.reaches(here.url)
        assert caller.write() == WRITTEN


def test_a_ping_is_answered(caller):
    def pings(talk: Talk) -> None:
        talk.greet()
        stream = talk.request()
        talk.send(frames.frame(PING, 0, 0, b"are you?"))
        while talk.frame() != (PING, frames.ACK, 0, b"are you?"):
            pass
        talk.send(talk.answer(stream))
        talk.wait()

    with peer(pings) as here:
        caller.reaches(here.url)
        assert caller.write() == WRITTEN


def test_a_large_request_goes_through_a_narrow_window(caller):
    lines = [inventory.StockLine(sku=f"SKU-{number:040d}", quantity=1) for number in range(10_000)]
    taken = []

    def narrow(talk: Talk) -> None:
        talk.greet(INITIAL_WINDOW_SIZE=1000)
        stream, left, whole = 0, 1000, frames.DEFAULT_WINDOW
        while True:
            kind, flags, stream, payload = talk.frame()
            if kind == HEADERS:
                talk.bodies[stream] = b""
            if kind != DATA:
                continue
            talk.bodies[stream] += payload
            left -= len(payload)
            whole -= len(payload)
            assert min(left, whole) >= 0
            if flags & END_STREAM:
                break
            if left == 0:
                talk.send(frames.window_update(stream, 30_000))
                left = 30_000
            if whole < 20_000:
                talk.send(frames.window_update(0, 50_000))
                whole += 50_000
        taken.append(len(talk.bodies[stream]))
        talk.send(talk.answer(stream))
        talk.wait()

    with peer(narrow) as here:
        caller.reaches(here.url)
        assert caller.call("receive", "delivery-1", lines, seconds=20) == [level("MUG")]
    assert taken[0] > 500_000


def test_large_answers_one_after_the_other_never_exhaust_the_window(caller):
    def generous(talk: Talk) -> None:
        talk.greet()
        levels = [level(f"SKU-{number:055d}") for number in range(40_000)]
        while True:
            stream = talk.request()
            incoming = messages.read_call(talk.bodies[stream])
            reply = messages.write_reply(incoming, METHODS[incoming.name].result_type(success=levels))
            talk.send(talk.head(stream))
            for at in range(0, len(reply), frames.LARGEST_FRAME):
                talk.send(frames.frame(DATA, 0, stream, reply[at : at + frames.LARGEST_FRAME]))
            talk.send(frames.frame(DATA, END_STREAM, stream))

    with peer(generous) as here:
        caller.reaches(here.url)
        for _ in range(6):
            assert len(caller.read(seconds=30)) == 40_000
        assert len(here.talks) == 1


# -- anything at all ------------------------------------------------------------------------------
any_payload = st.one_of(st.binary(max_size=30), st.sampled_from([OK, bytes(4), bytes(5), bytes(8), OK + b"\x00"]))
any_piece = st.one_of(
    st.builds(frames.frame, st.integers(0, 11), st.integers(0, 255), st.sampled_from([0, 1, 2, 3, 5]), any_payload),
    st.binary(max_size=100),
    st.sampled_from([b"the answer", b"the end"]),
)


@hypothesis.settings(max_examples=60, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(greeted=st.booleans(), pieces=st.lists(any_piece, max_size=8))
def test_whatever_comes_a_call_ends_by_its_deadline(caller, greeted, pieces):
    def anything(talk: Talk) -> None:
        if greeted:
            talk.greet()
            stream = talk.request()
        for piece in pieces:
            if piece == b"the end":
                return
            talk.send(talk.answer(stream) if piece == b"the answer" and greeted else piece)
        talk.wait()

    with peer(anything) as here:
        caller.reaches(here.url)
        started = time.monotonic()
        with contextlib.suppress(rpc.RpcError):
            assert caller.write(seconds=0.15) == WRITTEN
        assert time.monotonic() - started < 5
        assert replicas.of("inventory").in_flight == 0
