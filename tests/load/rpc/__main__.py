"""What a call costs its caller, by client: `python -m tests.load.rpc [--calls 4000] [--rounds 3] [--clients own ...]`.

Granian serves one method of the catalog's contract, 20 SKUs to 20 products, in a process of its own; each client calls it
from another one, 50 calls at a time (threads: 8). The clients take turns, round by round. Prints the best round of each,
because other load on the machine only makes it worse: calls per second of wall-clock time, and the client's own CPU per call,
which is the more reliable figure on a busy machine, next to our own client's. A measurement, not a test.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.load.rpc import libraries, measuring, node, own
from tests.load.rpc.measuring import THREADS, Taken

BASE = "own"


class Client(NamedTuple):
    """One client: what it is called, how it is measured, and by which server of `tests.load.rpc.answering`."""

    title: str
    run: Callable[[int, int], Taken]
    server: str = "thrift"


CLIENTS = {
    BASE: Client("own, event loop, whole call", own.loop),
    "own-connection": Client("own, event loop, connection and messages alone", own.connection),
    "own-thread": Client("own, one thread, whole call", own.threads(1)),
    "own-threads": Client(f"own, {THREADS} threads, whole call", own.threads(THREADS)),
    "own-background": Client(f"own, {THREADS} threads through one background loop", own.through_a_loop),
    "pyreqwest": Client("pyreqwest, asynchronous", libraries.pyreqwest_loop),
    "pyreqwest-threads": Client(f"pyreqwest, synchronous, {THREADS} threads", libraries.pyreqwest_threads),
    "jh2": Client("jh2, asynchronous", libraries.jh2_loop),
    "grpc": Client("grpcio, asynchronous, to grpcio's server", libraries.grpc_loop, "grpc"),
    "httpx": Client("httpx, HTTP/2, asynchronous", libraries.httpx_loop),
    "thriftpy2": Client("thriftpy2's THttpClient, HTTP/1.1", libraries.thriftpy2_http),
    "node": Client("Apache's for Node, HTTP/1.1", node.client(1)),
    "node-http2": Client("Apache's for Node, HTTP/2 beneath it", node.client(2)),
}


def main() -> None:
    """Serve, call, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--clients", nargs="*", default=list(CLIENTS), choices=list(CLIENTS))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        name, port = options.one
        seconds, cpu = CLIENTS[name].run(int(port), options.calls)
        say(f"{seconds} {cpu}\n")
    else:
        compare(options.clients, options.calls, options.rounds)


def compare(names: list[str], calls: int, rounds: int) -> None:
    """Each client in a process of its own, one after the other, in each round."""
    taken: dict[str, list[Taken]] = {name: [] for name in names}
    with serving("thrift") as thrift, serving("grpc") as grpc:
        ports = {"thrift": thrift, "grpc": grpc}
        for _ in range(rounds):
            for name in list(taken):
                found = measure(name, ports[CLIENTS[name].server], calls)
                if found is None:
                    del taken[name]
                else:
                    taken[name].append(found)
    report(taken, calls)


def measure(name: str, port: int, calls: int) -> Taken | None:
    """What the calls took; nothing, and said why, where the client cannot be had here."""
    arguments = [sys.executable, "-m", "tests.load.rpc", "--one", name, str(port), "--calls", str(calls)]
    ended = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603 - our own command line
    if ended.returncode:
        say(f"{CLIENTS[name].title}: {(ended.stderr.strip().splitlines() or ['failed'])[-1]}\n")
        return None
    seconds, cpu = map(float, ended.stdout.split()[-2:])
    return seconds, cpu


def report(taken: dict[str, list[Taken]], calls: int) -> None:
    """The table."""
    each = {name: min(cpu for _, cpu in found) / calls for name, found in taken.items()}
    say(f"{'client':<52}{'calls/s':>9}{'CPU us/call':>13}{'calls/s per core':>18}{'times own':>11}\n")
    for name, found in taken.items():
        clock = min(seconds for seconds, _ in found)
        ratio = f"{each[name] / each[BASE]:.2f}" if BASE in each else ""
        figures = f"{calls / clock:>9,.0f}{each[name] * 1e6:>13,.0f}{1 / each[name]:>18,.0f}{ratio:>11}"
        say(f"{CLIENTS[name].title:<52}{figures}\n")
    say(f"Load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")


@contextmanager
def serving(kind: str) -> Iterator[int]:
    """The port of a server that answers for as long as the block lasts."""
    port = measuring.free_port()
    command = [sys.executable, "-m", "tests.load.rpc.answering", kind, str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command line
    try:
        measuring.wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
