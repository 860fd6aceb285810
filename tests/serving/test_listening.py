"""The process that listens on a port, found by /proc and by lsof."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from thriftshop.processes import listening


@pytest.fixture
def port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="this system has no /proc")
def test_the_listening_process_is_found_in_proc(port):
    pid, command = listening.listener(port)
    assert pid == os.getpid()
    assert "python" in command


@pytest.mark.skipif(shutil.which("lsof") is None, reason="lsof is not installed")
def test_the_listening_process_is_found_by_lsof(port, monkeypatch):
    monkeypatch.setattr(listening, "PROC", Path("/no/such/folder"))
    pid, command = listening.listener(port)
    assert pid == os.getpid()
    assert "python" in command


def test_no_process_is_found_if_none_listens(port):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert listening.listener(free.getsockname()[1]) is None
