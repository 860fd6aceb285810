"""Whatever a peer does before its first response, a call soon ends with an RpcError, and the next one works."""

import contextlib
import os
import time

import hypothesis
import pytest
from hypothesis import strategies as st

from tests.rpc_client.peers import TIMEOUT_SECONDS, WRITTEN, Talk, ordinary, peer
from tests.rpc_client.pieces import OK
from thriftshop import rpc
from thriftshop.rpc import replicas
from thriftshop.rpc.http import frames

DATA, HEADERS, SETTINGS, PING = frames.DATA, frames.HEADERS, frames.SETTINGS, frames.PING
END_HEADERS, END_STREAM = frames.END_HEADERS, frames.END_STREAM


# -- before any request ---------------------------------------------------------------------------
def closes_at_once(talk: Talk) -> None:
    """Accept and close."""


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
@pytest.mark.usefixtures("a_connection_must_come_soon", "a_search_ends_soon")
def test_a_peer_that_does_not_complete_the_handshake_is_excluded_until_it_does(caller, behave):
    with peer(behave, ordinary) as here:
        caller.reaches(here.url)
        # Unavailable, not DeadlineExceeded: it is given up long before. Nothing was begun, so it may be tried again.
        with contextlib.suppress(rpc.Unavailable):
            assert caller.write() == WRITTEN
        assert answers_at_last(caller)


@pytest.mark.parametrize("behave", [closes_at_once, breaks_off], ids=lambda behave: behave.__name__)
def test_a_write_that_was_not_begun_is_retried_if_the_peer_recovers_in_time(caller, behave):
    with peer(behave, ordinary) as here:
        caller.reaches(here.url)
        assert caller.write() == WRITTEN
        assert len(here.talks) > 1


def answers_at_last(caller) -> bool:
    """Whether a call is answered once the replica is used again."""
    until = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < until:
        try:
            return bool(caller.write() == WRITTEN)
        except rpc.Unavailable:
            time.sleep(0.02)
    return False


# -- anything at all ------------------------------------------------------------------------------
any_payload = st.one_of(st.binary(max_size=30), st.sampled_from([OK, bytes(4), bytes(5), bytes(8), OK + b"\x00"]))
any_piece = st.one_of(
    st.builds(frames.frame, st.integers(0, 11), st.integers(0, 255), st.sampled_from([0, 1, 2, 3, 5]), any_payload),
    st.binary(max_size=100),
    st.sampled_from([b"the answer", b"the end"]),
)


@hypothesis.settings(max_examples=60, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(greeted=st.booleans(), pieces=st.lists(any_piece, max_size=8))
def test_a_call_always_ends_by_its_deadline(caller, greeted, pieces):
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
        assert time.monotonic() - started < TIMEOUT_SECONDS
        assert replicas.of("inventory").in_flight == 0
