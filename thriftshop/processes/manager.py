"""The process manager of a split shop: circus, whose log lines begin with the name of the process."""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from settings.variables import ROOT
from thriftshop.processes import server
from thriftshop.processes.commands import MANAGE
from thriftshop.processes.splitting import Process

log = logging.getLogger("thriftshop.split")

RETRY_SECONDS = 0.1
_dead: set[str] = set()  # the names of processes that died and have not been restarted


class Missing(Exception):
    """Circus is not installed."""


class NamedStream:
    """Writes a process's output to the common log, each line with the process's name."""

    lock = threading.Lock()

    def __init__(self, name: str, width: int) -> None:
        self._prefix, self._rest = f"{name:<{width}} | ", b""

    def __call__(self, data: dict[str, Any]) -> None:
        """Write the complete lines of the data; an incomplete line waits for its end."""
        *lines, self._rest = (self._rest + data["data"]).split(b"\n")
        with self.lock, suppress(OSError):  # the terminal may have been closed
            for line in lines:
                sys.stdout.write(f"{self._prefix}{line.decode(errors='replace')}\n")
            sys.stdout.flush()

    def close(self) -> None:
        """Do nothing: no file is open."""


def arbiter(processes: Sequence[Process], variables: Callable[[Process], Mapping[str, str]], control: str) -> Any:
    """The manager of these processes; it answers `circusctl` at the address `control`. Raises Missing."""
    try:
        from circus.arbiter import Arbiter
        from circus.watcher import Watcher
    except ImportError as error:
        raise Missing("The process manager is missing: pip install -r requirements-dev.txt") from error
    width = max(len(process.name) for process in processes)
    watchers = [Watcher.load_from_config(_watcher_config(process, width, variables(process))) for process in processes]
    for watcher in watchers:
        watcher.hooks |= {"after_reap": _ended, "after_spawn": _started}
    logging.getLogger("circus").setLevel(logging.ERROR)
    # While processes are being stopped, circus logs a traceback for each of its periodic checks, which it refuses itself.
    logging.getLogger("tornado.application").addFilter(lambda record: not _is_conflict(record))
    # Under nohup the process ignores that its terminal is closed.
    ignores_hangup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    # No multicast endpoint: nothing is announced outside of this machine.
    manager = Arbiter(watchers, control, "inproc://events")
    # Circus refuses to stop while it starts or checks processes, and does not try again.
    signals = manager.ctrl.sys_hdl
    signals.quit = lambda: manager.loop.add_callback_from_signal(_stop, manager)
    signals.handle_hup = (lambda: None) if ignores_hangup else signals.quit
    return manager


def _ended(watcher: Any, process_pid: int, exit_code: int, **_: Any) -> None:
    """Log that a process has ended; as a warning if it was not stopped on purpose."""
    intended = watcher.is_stopping() or watcher.is_stopped() or watcher.arbiter._stopping
    details = {"service": watcher.name, "pid": process_pid, **server.exit_details(exit_code)}
    log.log(
        logging.INFO if intended else logging.WARNING, "process ended" if intended else "process died", extra=details
    )
    _dead.update(() if intended else (watcher.name,))


def _started(watcher: Any, pid: int, **_: Any) -> bool:
    """Log that a process that had died was restarted."""
    if watcher.name in _dead:
        _dead.discard(watcher.name)
        log.warning("process restarted", extra={"service": watcher.name, "pid": pid})
    return True


def _watcher_config(process: Process, width: int, variables: Mapping[str, str]) -> dict[str, Any]:
    """The configuration of one process for circus."""
    stream = {"stream": NamedStream(process.name, width)}
    return {
        "name": process.name,
        "cmd": MANAGE[0],
        "args": [*MANAGE[1:], "serve"],
        "env": {**variables, "PYTHONUNBUFFERED": "1"},
        "working_dir": str(ROOT),
        "graceful_timeout": 15,
        "stdout_stream": stream,
        "stderr_stream": stream,
    }


def _stop(manager: Any) -> None:
    """Stop circus, as soon as it accepts it."""
    from circus.exc import ConflictError

    try:
        manager.stop()
    except ConflictError:
        manager.loop.call_later(RETRY_SECONDS, _stop, manager)


def _is_conflict(record: logging.LogRecord) -> bool:
    return record.exc_info is not None and getattr(record.exc_info[0], "__name__", "") == "ConflictError"
