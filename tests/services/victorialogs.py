"""VictoriaLogs on port 9428, with its page: log lines of all processes in one place, found by trace id or by words."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.services import FOLDER, go, processes

VERSION = "1.52.1"
NAME = "victoria-logs"
PORT = 9428
URL = f"http://127.0.0.1:{PORT}"
MISSING = go.MISSING
START_SECONDS = 60.0


def is_installed() -> bool:
    """Whether it is there, or can be built."""
    return go.is_available(go.program(NAME, VERSION))


def build() -> Path:
    """The program, which is built first if necessary: 20 s on two cores."""
    return go.install(NAME, VERSION, f"github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs@v{VERSION}")


def start() -> None:
    """Start it unless it runs."""
    own = FOLDER / "victorialogs"
    own.mkdir(parents=True, exist_ok=True)
    options = [f"-storageDataPath={own / 'data'}", f"-httpListenAddr=127.0.0.1:{PORT}", "-retentionPeriod=7d"]
    processes.start(own, [str(build()), *options])
    processes.wait(own, is_running, START_SECONDS)


def stop() -> None:
    """Stop it."""
    processes.stop(FOLDER / "victorialogs")


def is_running() -> bool:
    """Whether it answers."""
    try:
        return httpx.get(f"{URL}/health", timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def query(expression: str) -> list[dict[str, Any]]:
    """The log lines that a LogsQL expression selects. Raises HTTPError."""
    answer = httpx.post(f"{URL}/select/logsql/query", data={"query": expression}, timeout=10)
    answer.raise_for_status()
    return [json.loads(line) for line in answer.text.splitlines()]
