"""A process that ends with its parent, and when their terminal is closed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TIMEOUT_SECONDS = 60.0
CHILD = """
import time
from thriftshop.processes import parent
parent.stop_with_parent()
print("started", flush=True)
time.sleep(600)
"""
# As make does, it waits for what it started where its terminal is closed.
LEADER = f"""
import fcntl, os, signal, subprocess, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGHUP, lambda *_: None)
environment = {{**os.environ, "END_WITH_PROCESS": str(os.getpid())}}
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], env=environment)
sys.exit(-child.wait())
"""


@pytest.mark.skipif(not Path("/dev/tty").exists(), reason="this system has no terminals")
def test_a_process_ends_with_its_terminal_while_its_parent_waits():
    ours, theirs = os.openpty()
    leader = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-c", LEADER], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    assert b"started" in os.read(ours, 1000)
    time.sleep(1)  # it has seen its terminal
    os.close(ours)
    assert leader.wait(TIMEOUT_SECONDS) == signal.SIGHUP
