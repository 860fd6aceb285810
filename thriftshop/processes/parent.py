"""Ends this process when its parent has ended, for any reason.

The children of a killed process notice it by their parent's id, which changes on every system. Only the first process of
a terminal gets a signal when the terminal is closed. If that is `make`, it waits for its children, so they check the
terminal themselves.
"""

import errno
import os
import signal
import threading
import time

VARIABLE = "END_WITH_PROCESS"
CHECK_SECONDS = 0.5
TERMINAL = "/dev/tty"


def stop_with_parent() -> None:
    """Shut this process down, as SIGTERM does, when its parent is no longer the process named by the variable."""
    named = os.environ.get(VARIABLE, "")
    if named.isdigit():
        threading.Thread(target=_watch, args=(int(named),), name="parent", daemon=True).start()


def variables_for_children() -> dict[str, str]:
    """The variable for child processes."""
    return {VARIABLE: str(os.getpid())}


def _watch(pid: int) -> None:
    on_terminal = not _has_no_terminal()
    while os.getppid() == pid:
        time.sleep(CHECK_SECONDS)
        if on_terminal and _has_no_terminal():
            on_terminal = False
            os.kill(os.getpid(), signal.SIGHUP)
    os.kill(os.getpid(), signal.SIGTERM)


def _has_no_terminal() -> bool:
    """Whether this process has no terminal (any more)."""
    try:
        os.close(os.open(TERMINAL, os.O_RDONLY | os.O_NOCTTY))
    except OSError as error:
        return error.errno in (errno.ENXIO, errno.EIO, errno.ENOENT)
    return False
