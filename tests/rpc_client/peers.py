"""Peers on real sockets: a normal one, written frame by frame, and others with a behaviour set by a test."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import hpack

from idl import inventory
from idl.legacy import inventory as legacy
from thriftshop.rpc import messages, reflection
from thriftshop.rpc.http import frames

METHODS = {**reflection.methods(legacy.InventoryService), **reflection.methods(inventory.InventoryService)}
WRITTEN = legacy.ItemStatus(itemId="MUG", qty=3)
TIMEOUT_SECONDS = 60  # only keeps a broken test from hanging: machines may be busy


class Talk:
    """One connection as the peer sees it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.encoder = hpack.Encoder()
        self.encoder.header_table_size = 0
        self.decoder = hpack.Decoder()
        self.heads: dict[int, dict[str, str]] = {}
        self.bodies: dict[int, bytes] = {}
        self.rests: dict[int, int] = {}
        self.seen: list[tuple[int, int, int, bytes]] = []
        self._buffer = b""

    def send(self, *pieces: bytes) -> None:
        self.sock.sendall(b"".join(pieces))

    def read(self, size: int) -> bytes:
        """Read this number of bytes. Raises EOFError if the client has disconnected."""
        while len(self._buffer) < size:
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self._buffer += data
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found

    def greet(self, **settings: int) -> None:
        """Read the client's preface and send SETTINGS."""
        assert self.read(len(frames.PREFACE)) == frames.PREFACE
        self.send(frames.settings({getattr(frames, name): value for name, value in settings.items()}))

    def frame(self) -> tuple[int, int, int, bytes]:
        """The next frame."""
        high, low, kind, flags, stream = frames.HEAD.unpack(self.read(frames.HEAD.size))
        found = (kind, flags, stream, self.read(high << 8 | low))
        self.seen.append(found)
        return found

    def request(self) -> int:
        """The stream of the next complete request; other frames are handled normally."""
        while True:
            kind, flags, stream, payload = self.frame()
            if kind == frames.SETTINGS and not flags & frames.ACK:
                self.send(frames.frame(frames.SETTINGS, frames.ACK, 0))
            elif kind == frames.HEADERS:
                self.heads[stream] = dict(self.decoder.decode(payload))
                self.bodies[stream] = b""
            elif kind == frames.DATA:
                self.bodies[stream] += payload
                if flags & frames.END_STREAM:
                    return stream

    def head(self, stream: int, flags: int = frames.END_HEADERS, status: int = 200, **others: str) -> bytes:
        """The head of an answer."""
        named = [(name.replace("_", "-"), value) for name, value in others.items()]
        block = self.encoder.encode([(":status", str(status)), ("content-type", "application/x-thrift"), *named])
        return frames.frame(frames.HEADERS, flags, stream, block)

    def reply(self, stream: int) -> bytes:
        """The message that answers a request."""
        incoming = messages.read_call(self.bodies[stream])
        success = WRITTEN if incoming.name == "reduce" else [level("MUG")]
        result = METHODS[incoming.name].result_type(success=success)
        return messages.write_reply(incoming, result)

    def answer(self, stream: int) -> bytes:
        """An ordinary answer."""
        return self.head(stream) + frames.frame(frames.DATA, frames.END_STREAM, stream, self.reply(stream))

    def wait(self) -> None:
        """Read until the client disconnects."""
        try:
            while self.sock.recv(65536):
                pass
        except OSError:
            pass

    def break_off(self) -> None:
        """End the connection by a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Behaviour = Callable[[Talk], None]


def level(sku: str) -> inventory.StockLevel:
    return inventory.StockLevel(sku=sku, on_hand=3, reserved=0, available=3, version=1)


def ordinary(talk: Talk) -> None:
    """Answer everything."""
    talk.greet()
    goes_on(talk)


def goes_on(talk: Talk) -> None:
    """Answer everything from here on."""
    while True:
        talk.send(talk.answer(talk.request()))


class Peer:
    """A listening socket whose first connections behave as listed, and all later ones like the last."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = behaviours
        self.talks: list[Talk] = []
        self.failures: list[BaseException] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            sock.settimeout(TIMEOUT_SECONDS)
            talk = Talk(sock)
            self.talks.append(talk)
            behave = self.behaviours[min(len(self.talks), len(self.behaviours)) - 1]
            thread = threading.Thread(target=self._talk, args=(behave, talk), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _talk(self, behave: Behaviour, talk: Talk) -> None:
        try:
            behave(talk)
        except (EOFError, OSError):
            pass
        except BaseException as error:
            self.failures.append(error)
        finally:
            talk.sock.close()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for talk in self.talks:
            with suppress(OSError):
                talk.sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(TIMEOUT_SECONDS)


@contextmanager
def peer(*behaviours: Behaviour) -> Iterator[Peer]:
    """A peer for the block; its errors are raised at the end."""
    here = Peer(*behaviours)
    try:
        yield here
    finally:
        here.close()
    if here.failures:
        raise here.failures[0]
