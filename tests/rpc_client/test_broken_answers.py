"""After an invalid response a call ends by its deadline, is retried if allowed, and the next call works."""

import threading
import time

import pytest

from idl import inventory
from tests.rpc_client.peers import TIMEOUT_SECONDS, WRITTEN, Talk, goes_on, level, ordinary, peer
from tests.rpc_client.pieces import OK, block, closes, head, instead, raw
from thriftshop import rpc
from thriftshop.rpc.http import frames

DATA, HEADERS, SETTINGS, PING = frames.DATA, frames.HEADERS, frames.SETTINGS, frames.PING
END_HEADERS, END_STREAM = frames.END_HEADERS, frames.END_STREAM


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
    "a GOAWAY that is cut off": [raw(frames.GOAWAY, 0, bytes(3), stream=0)],
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
def test_an_invalid_response_fails_its_call_but_not_the_next(caller, pieces):
    with peer(instead(*pieces), ordinary) as here:
        caller.reaches(here.url)
        with pytest.raises((rpc.Unavailable, rpc.Fault)):  # and not DeadlineExceeded
            caller.write()
        assert caller.write() == WRITTEN
        assert sum(len(talk.bodies) for talk in here.talks) == 2


@pytest.mark.parametrize(
    "pieces",
    [[], [head], [head, lambda stream, talk: talk.reply(stream)[:5] and frames.frame(DATA, 0, stream, b"\x80")]],
    ids=["nothing", "a head alone", "the beginning of an answer"],
)
def test_a_call_without_a_response_ends_at_its_deadline_and_its_stream_is_reset(caller, pieces):
    reset = []

    def falls_silent(talk: Talk) -> None:
        talk.greet()
        talk.send(talk.answer(talk.request()))
        stream = talk.request()
        for make in pieces:
            talk.send(make(stream, talk))
        while not any(kind == frames.RST_STREAM for kind, *_ in talk.seen):
            talk.frame()
        reset.append(stream)
        goes_on(talk)

    with peer(falls_silent, ordinary) as here:
        caller.reaches(here.url)
        assert caller.write() == WRITTEN
        started = time.monotonic()
        with pytest.raises(rpc.DeadlineExceeded):
            caller.write(seconds=1.5)  # enough time to send it on a busy machine too
        assert time.monotonic() - started > 1.4
        assert caller.write() == WRITTEN
    assert reset == [3]


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
    left = threading.Event()

    def does_not_read(talk: Talk) -> None:
        talk.greet(INITIAL_WINDOW_SIZE=2**31 - 1)
        talk.send(frames.window_update(0, 2**30))
        left.wait(TIMEOUT_SECONDS)

    lines = [inventory.StockLine(sku=f"SKU-{number:060d}", quantity=1) for number in range(100_000)]
    with peer(does_not_read) as here:
        caller.reaches(here.url)
        with pytest.raises((rpc.DeadlineExceeded, rpc.Unavailable)):
            caller.call("receive", "delivery-1", lines, seconds=0.7)
        left.set()


# -- not begun: even a write is made again --------------------------------------------------------
NOT_BEGUN = {
    "a refused stream": [lambda s, t: frames.reset(s, frames.REFUSED_STREAM)],
    "a GOAWAY for earlier streams": [lambda s, t: frames.goaway(frames.NO_ERROR)],
    "a GOAWAY and the end": [lambda s, t: frames.goaway(frames.NO_ERROR), closes],
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
