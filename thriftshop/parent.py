"""The process that started this one: where it has ended, however it ended, this one ends as well.

A process that is killed tells nobody. Its children notice by their parent's id, which then is another's, on every system.
"""

import os
import signal
import threading
import time

VARIABLE = "END_WITH_PROCESS"
LOOK_SECONDS = 0.5


def end_with_it() -> None:
    """Ends this process in good order, as SIGTERM does, once its parent is not the one that the variable names."""
    named = os.environ.get(VARIABLE, "")
    if named.isdigit():
        threading.Thread(target=_watch, args=(int(named),), name="parent", daemon=True).start()


def as_parent() -> dict[str, str]:
    """The variable for processes that this one is about to start."""
    return {VARIABLE: str(os.getpid())}


def _watch(pid: int) -> None:
    while os.getppid() == pid:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
