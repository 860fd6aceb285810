"""Unusual but valid responses: split, padded, with continuations, interrupted, large."""

import pytest

from idl import inventory
from tests.rpc_client.peers import METHODS, WRITTEN, Talk, level, peer
from tests.rpc_client.pieces import OK, head, instead, raw
from thriftshop.rpc import messages
from thriftshop.rpc.http import frames

DATA, HEADERS, SETTINGS, PING = frames.DATA, frames.HEADERS, frames.SETTINGS, frames.PING
END_HEADERS, END_STREAM = frames.END_HEADERS, frames.END_STREAM


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
    "a GOAWAY after this stream": [lambda s, t: frames.frame(frames.GOAWAY, 0, 0, frames.GOING.pack(s, 0)), head, body],
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


def test_a_large_request_is_sent_through_a_small_window(caller):
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
        assert caller.call("receive", "delivery-1", lines) == [level("MUG")]
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
            for at in range(0, len(reply), frames.MAX_FRAME):
                talk.send(frames.frame(DATA, 0, stream, reply[at : at + frames.MAX_FRAME]))
            talk.send(frames.frame(DATA, END_STREAM, stream))

    with peer(generous) as here:
        caller.reaches(here.url)
        for _ in range(6):
            assert len(caller.read()) == 40_000
        assert len(here.talks) == 1
