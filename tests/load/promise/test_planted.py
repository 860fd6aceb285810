"""`make promise` on a real shop with a planted fault: the verdict fails for the right reason, and only then."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from settings.variables import ROOT

pytestmark = pytest.mark.slow
STALL_SECONDS = 2.0
LIMIT_SECONDS = 400
LOAD = ["--rate", "20", "--seconds", "8", "--warm-up", "1", "--size", "short", "--workers", "1"]


def planted(fault):
    return ["--set", "DJANGO_SETTINGS_MODULE=tests.load.promise.planted_settings", "--set", f"PLANTED={fault}"]


class Run:
    """A run of the command."""

    def __init__(self, folder, *options):
        self.folder = folder
        command = [sys.executable, "-m", "tests.load.promise", *LOAD, "--results", str(folder), *options]
        environment = {"PATH": os.environ["PATH"]}
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--folder-file", str(folder / "folder")],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""

    def wait_for_load(self):
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if line.startswith("Load:"):
                return
        raise AssertionError(self.output)

    def pids(self):
        file = Path((self.folder / "folder").read_text(), "processes.json")
        return [pid for pids in json.loads(file.read_text()).values() for pid in pids]

    def end(self):
        """The exit code, and the figures as JSON."""
        rest, _ = self.process.communicate(timeout=LIMIT_SECONDS)
        self.output += rest
        files = list(self.folder.glob("*.json"))
        assert len(files) == 1, self.output
        assert files[0].with_suffix(".svg").read_text().startswith("<svg")
        return self.process.returncode, json.loads(files[0].read_text())


def broken(result):
    return {row["name"] for row in result["verdict"] if not row["passed"]}


def test_a_sound_shop_passes(tmp_path):
    code, result = Run(tmp_path, "--untimed").end()
    assert (code, broken(result)) == (0, set()), result
    assert result["freshness"]["count"] > 0
    assert result["latency"]["kinds"]["cart line"]["count"] > 0
    assert result["usage"]["monolith"]["cpu_seconds"] > 0


def test_a_stall_of_two_seconds_fails_and_is_counted_from_the_intended_send_times(tmp_path):
    run = Run(tmp_path)
    run.wait_for_load()
    time.sleep(3)
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for pid in run.pids():
            os.kill(pid, number)
        time.sleep(STALL_SECONDS if number == signal.SIGSTOP else 0)
    code, result = run.end()
    assert code == 1
    assert "latency p99" in broken(result)
    # Of 20 requests a second, those of the stall's first second waited for more than another; a closed loop would count a few.
    assert result["latency"]["all"]["p99"] > 1_000
    assert sum(row["p50"] > 500 for row in result["by_second"]) >= 1


def test_reads_of_a_stale_cache_fail_the_verdict(tmp_path):
    code, result = Run(tmp_path, "--untimed", *planted("stale")).end()
    assert code == 1
    assert "stale writes" in broken(result)
    assert "cart line" in result["freshness"]["stale_examples"][0]


def test_a_line_that_is_acknowledged_and_lost_fails_the_verdict(tmp_path):
    code, result = Run(tmp_path, "--untimed", *planted("lossy")).end()
    assert (code, broken(result)) == (1, {"carts.acknowledged_lines"})
