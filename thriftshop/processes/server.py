"""The server that a container runs: HTTP/1.1, h2c and WebSockets on one port, worker processes, and graceful shutdown.

Granian serves within the process that loaded the application. Several workers are forked once everything is loaded, so that they
share its memory, and listen on the same port; the process that forked them passes signals on and replaces a worker that died.
"""

import asyncio
import errno
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from prometheus_client import multiprocess

from thriftshop.events import siblings
from thriftshop.processes import draining, listening
from thriftshop.telemetry import otlp

log = logging.getLogger("thriftshop.processes.server")

LAST_PORT = 65_535
# Signals that stop a server: from a process manager, Ctrl-C, a closed terminal.
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# A worker that dies sooner is not replaced: the same fault would kill the next one.
MIN_WORKER_SECONDS = 5.0
# How long after the limit the process is killed, if event processors or connections have not ended.
KILL_SECONDS = 1.0
# Open connections of a worker: sockets that follow subscriptions stay open. Further connections wait until one is closed.
MAX_CONNECTIONS = 20_000
# Granian logs errors only, to the root logger.
LOGGING = {"handlers": {}, "incremental": True, "loggers": {"_granian": {"propagate": True}}}


class PortInUse(Exception):
    """The address cannot be used: something listens there already, or it does not exist. The text names it."""


def serve(application: Any, host: str, port: int, workers: int, limit: float, grace: float) -> int:
    """Serve until a signal ends it; return the exit code.

    After SIGTERM this process is not ready; it accepts requests for `grace` seconds more, then refuses them, and exits when
    none is in progress, at the latest after `limit` seconds. After SIGINT and SIGHUP it refuses at once.
    Raises PortInUse if something listens there already.
    """

    _raise_file_limit()

    def work(lifeline: int | None = None) -> int:
        return asyncio.run(_serve(application, host, port, limit, grace, lifeline))

    return work() if workers == 1 else _Workers(work, workers, limit).run()


def _raise_file_limit() -> None:
    """Let the process open as many files as it may: a connection is one, and the usual limit is 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def exit_now(code: int) -> None:
    """Exit at once: the interpreter would wait for the server's threads. What waits for a collector is sent before."""
    otlp.stop()
    with suppress(OSError):  # the terminal may have been closed
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def exit_details(exit_code: int) -> dict[str, Any]:
    """An exit code as details for the log; a negative one is the number of the signal that killed the process."""
    if exit_code >= 0:
        return {"exit_code": exit_code}
    try:
        return {"signal": signal.Signals(-exit_code).name}
    except ValueError:
        return {"signal": -exit_code}


def check_free(host: str, port: int) -> None:
    """Raise PortInUse if something listens there already, or if the address does not exist.

    Workers share their port, so the kernel would let a second server share it, too, and divide the requests.
    """
    if not 0 < port <= LAST_PORT:
        raise PortInUse(f"Cannot serve on {host}:{port}: a port is a number from 1 to {LAST_PORT}. Set PORT.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            problem = f"Cannot serve on {host}:{port}: {error.strerror}. Set PORT or HOST."
            is_in_use = error.errno == errno.EADDRINUSE
            raise PortInUse(problem + (_listener(port) if is_in_use else "")) from error


def _listener(port: int) -> str:
    listener = listening.listener(port)
    return f" Process {listener[0]} listens there ({listener[1]}); `kill {listener[0]}` ends it." if listener else ""


async def _serve(application: Any, host: str, port: int, limit: float, grace: float, lifeline: int | None) -> int:
    server = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        backlog=1024,
        backpressure=MAX_CONNECTIONS,
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
    )
    stopping = _on_signals(lifeline)
    serving = asyncio.create_task(server.serve())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        log.error("the server could not start or has failed", exc_info=serving.exception())
        return 1
    until = time.monotonic() + limit
    _kill_after(limit + KILL_SECONDS)
    await _drain(until, grace if stopping.result() == signal.SIGTERM else 0.0)
    server.stop()  # type: ignore[no-untyped-call]
    done, _ = await asyncio.wait({serving}, timeout=max(until - time.monotonic(), 0.1))
    if not done:
        log.warning("connections were closed at the limit", extra={"seconds": limit})
    return 0


def _on_signals(lifeline: int | None) -> asyncio.Future[int]:
    """A future for the signal that stops the process; a second signal ends the grace period at once."""
    loop = asyncio.get_running_loop()
    signalled: asyncio.Future[int] = loop.create_future()

    def stop(number: int) -> None:
        if signalled.done():
            draining.stop_accepting()
        else:
            signalled.set_result(number)

    for number in _handled_signals():
        loop.add_signal_handler(number, stop, number)
    if lifeline is not None:
        loop.add_reader(lifeline, _orphaned, loop, lifeline, stop)
    return signalled


def _handled_signals() -> list[signal.Signals]:
    """The signals that stop this process; under nohup it ignores that its terminal is closed."""
    return [number for number in STOP_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]


def _orphaned(loop: asyncio.AbstractEventLoop, lifeline: int, stop: Callable[[int], None]) -> None:
    loop.remove_reader(lifeline)
    stop(signal.SIGTERM)


def _kill_after(seconds: float) -> None:
    """Exit even if something hangs, for instance the pipe of the log."""
    killer = threading.Timer(seconds, os._exit, (0,))
    killer.daemon = True
    killer.start()


async def _drain(until: float, grace: float) -> None:
    draining.begin()
    log.info("shutting down", extra={"in_progress": draining.count(), "grace_seconds": grace})
    grace_ends = min(time.monotonic() + grace, until)
    while not draining.is_refusing() and time.monotonic() < grace_ends:
        await asyncio.sleep(draining.POLL_SECONDS)
    draining.stop_accepting()
    if not await draining.wait_until_idle(until):
        log.warning("requests were cancelled at the limit", extra={"in_progress": draining.count()})


class _Started(NamedTuple):
    """A worker's place among its siblings, and when it was started."""

    place: int
    at: float


class _Workers:
    """Worker processes, supervised by the process that forked them."""

    def __init__(self, work: Callable[[int], int], count: int, limit: float) -> None:
        self._work, self._count, self._limit = work, count, limit
        self._started: dict[int, _Started] = {}
        self._siblings = siblings.Pipes.make(count)
        self._stopping = False
        # Nobody writes to it: when it is closed, the parent has died, and the workers stop.
        self._lifeline, self._lifeline_writer = os.pipe()

    def run(self) -> int:
        """Keep the workers running until a signal arrives, forward it and wait for them; return the exit code."""
        for number in _handled_signals():
            signal.signal(number, self._forward)
        signal.signal(signal.SIGALRM, lambda *_: self._signal_all(signal.SIGKILL))
        for _ in range(self._count):
            self._fork()
        code = 0
        while self._started:
            pid, status = os.waitpid(-1, 0)
            age = time.monotonic() - self._started.pop(pid).at
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]
            code = max(code, os.waitstatus_to_exitcode(status)) if self._stopping else self._replace(pid, status, age)
        return code

    def _replace(self, pid: int, status: int, age: float) -> int:
        details = {"worker": pid, **exit_details(os.waitstatus_to_exitcode(status)), "seconds": round(age, 1)}
        if age >= MIN_WORKER_SECONDS:
            log.error("a worker died and is replaced", extra=details)
            self._fork()
            return 0
        log.error("a worker died soon after its start: the others are stopped", extra=details)
        self._forward(signal.SIGTERM)
        return 1

    def _fork(self) -> None:
        previous = signal.pthread_sigmask(signal.SIG_BLOCK, set(STOP_SIGNALS))
        if self._stopping:  # the signal came after a worker had died: a new one would not receive it
            signal.pthread_sigmask(signal.SIG_SETMASK, previous)
            return
        place = min(set(range(self._count)) - {started.place for started in self._started.values()})
        pid = os.fork()
        if pid == 0:
            os.close(self._lifeline_writer)
            for number in (*_handled_signals(), signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, previous)
            self._siblings.join(place)
            exit_now(self._work(self._lifeline))
        self._started[pid] = _Started(place, time.monotonic())
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)

    def _forward(self, number: int, *_: Any) -> None:
        self._stopping = True
        self._signal_all(number)
        signal.alarm(round(self._limit) + 2)

    def _signal_all(self, number: int) -> None:
        for pid in self._started:
            os.kill(pid, number)
