"""Pieces of responses that the peers of these tests send, valid and invalid."""

from tests.rpc_client.peers import Talk, goes_on
from thriftshop.rpc.http import frames

HEADERS, END_HEADERS = frames.HEADERS, frames.END_HEADERS
OK = b"\x88"  # `:status: 200` in a header block


def instead(*pieces_of):
    """A peer that sends these pieces, each made from stream and talk, instead of its first response; then it is normal."""

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
