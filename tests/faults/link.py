"""A network link that loses packets: `python -m tests.faults.link PORT...`, as root.

This process passes packets between two TUN devices: of this network namespace, and of a new one in which connections to FAR are
forwarded back to the same port of NEAR. Each line of its input is the percentage of packets that are lost from then on.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import os
import random
import selectors
import socket
import struct
import subprocess
import sys

NEAR, FAR = "10.78.0.1", "10.78.0.2"
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
PACKET, CHUNK, PACKETS_AT_ONCE = 65_536, 65_536, 64
READY = "ready\n"


def tun(name: str, address: str) -> int:
    """A device of this namespace; what is sent to its network is read from the file."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH14x", name.encode(), IFF_TUN | IFF_NO_PI))
    for command in (f"addr add {address}/24 dev {name}", f"link set {name} up mtu 9000", "link set lo up"):
        subprocess.run(["ip", *command.split()], check=True)  # noqa: S603, S607 - constants
    return device


def far_side(ports: list[int]) -> tuple[int, int]:
    """Fork a process in a namespace of its own that forwards; return its device and its id."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        socket.send_fds(theirs, [b"device"], [tun("far", FAR)])
        asyncio.run(forward(ports))
    _, (device,), _, _ = socket.recv_fds(ours, 16, 1)
    return device, child


async def forward(ports: list[int]) -> None:
    """Connect what arrives at each port here to the same port on the near side."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        try:
            answers, target = await asyncio.open_connection(NEAR, port)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(_copy(reader, target), _copy(answers, writer), return_exceptions=True)

    for port in ports:
        await asyncio.start_server(accept, FAR, port)
    await asyncio.Event().wait()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


def relay(near: int, far: int) -> None:
    """Pass packets between the two devices until the input ends."""
    selector, loss = selectors.DefaultSelector(), 0.0
    selector.register(near, selectors.EVENT_READ, far)
    selector.register(far, selectors.EVENT_READ, near)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    while True:
        for key, _ in selector.select():
            if key.data is None:
                line = sys.stdin.readline()
                if not line:
                    return
                loss = float(line)
            else:
                _pass_on(key.fd, key.data, loss)


def _pass_on(source: int, target: int, loss: float) -> None:
    for _ in range(PACKETS_AT_ONCE):
        try:
            packet = os.read(source, PACKET)
            if random.random() * 100 >= loss:
                os.write(target, packet)
        except OSError:
            return


def main() -> None:
    """Run the link."""
    near = tun("near", NEAR)
    far, child = far_side([int(port) for port in sys.argv[1:]])
    try:
        sys.stdout.write(READY)
        sys.stdout.flush()
        relay(near, far)
    finally:
        os.kill(child, 9)


class Link:
    """The link as a test uses it: a context manager. `lose` takes the percentage."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports

    def __enter__(self) -> Link:
        command = [sys.executable, "-m", "tests.faults.link", *map(str, self._ports)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert self._process.stdout is not None
        if self._process.stdout.readline() != READY:
            self._process.communicate()
            raise OSError("The link did not start.")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def lose(self, percent: float) -> None:
        """Lose this part of the packets from now on."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{percent}\n")
        self._process.stdin.flush()


def is_possible() -> bool:
    """Whether this user may make devices and namespaces here."""
    try:
        with Link([]):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    main()
