"""The process that started this one: where it has ended, however it ended, this one ends as well.

A process that is killed tells nobody. Its children notice by their parent's id, which then is another's, on every system.
The system tells only the first process of a terminal that it is closed. Where that is `make`, it waits for those that
it started, which notice that the terminal is gone.
"""

import errno
import os
import signal
import threading
import time

VARIABLE = "END_WITH_PROCESS"
LOOK_SECONDS = 0.5
TERMINAL = "/dev/tty"


def end_with_it() -> None:
    """Ends this process in good order, as SIGTERM does, once its parent is not the one that the variable names."""
    named = os.environ.get(VARIABLE, "")
    if named.isdigit():
        threading.Thread(target=_watch, args=(int(named),), name="parent", daemon=True).start()


def as_parent() -> dict[str, str]:
    """The variable for processes that this one is about to start."""
    return {VARIABLE: str(os.getpid())}


def _watch(pid: int) -> None:
    on_terminal = not _has_no_terminal()
    while os.getppid() == pid:
        time.sleep(LOOK_SECONDS)
        if on_terminal and _has_no_terminal():
            on_terminal = False
            os.kill(os.getpid(), signal.SIGHUP)
    os.kill(os.getpid(), signal.SIGTERM)


def _has_no_terminal() -> bool:
    """Whether this process has no terminal, or has one no more."""
    try:
        os.close(os.open(TERMINAL, os.O_RDONLY | os.O_NOCTTY))
    except OSError as error:
        return error.errno in (errno.ENXIO, errno.EIO, errno.ENOENT)
    return False
