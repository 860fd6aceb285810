"""InfluxDB 1.x of Debian on port 8086, or a newer one of the machine's own."""

import shutil
import signal
from string import Template
from typing import Any

import httpx

from tests.services import FOLDER, processes

PORT = 8086
URL = f"http://127.0.0.1:{PORT}"
START_SECONDS = 60.0
MISSING = "InfluxDB is not installed: its tests are left out. On Debian: apt-get install influxdb."
CONFIGURATION = """\
reporting-disabled = true
bind-address = "127.0.0.1:8088"
[meta]
  dir = "$folder/meta"
[data]
  dir = "$folder/data"
  wal-dir = "$folder/wal"
  index-version = "tsi1"
  query-log-enabled = false
  cache-max-memory-size = "128m"
[http]
  bind-address = "127.0.0.1:8086"
  log-enabled = false
[monitor]
  store-enabled = false
[logging]
  level = "warn"
"""


def is_installed() -> bool:
    """Whether it can run here."""
    return shutil.which("influxd") is not None


def start() -> None:
    """Start it unless it runs."""
    own = FOLDER / "influxdb"
    own.mkdir(parents=True, exist_ok=True)
    (own / "influxdb.conf").write_text(Template(CONFIGURATION).substitute(folder=own))
    processes.start(own, ["influxd", "-config", str(own / "influxdb.conf")])
    processes.wait(own, is_running, START_SECONDS)


def stop() -> None:
    """Stop it."""
    processes.stop(FOLDER / "influxdb", signal.SIGKILL)


def is_running() -> bool:
    """Whether it answers."""
    try:
        return httpx.get(f"{URL}/ping", timeout=2).status_code == httpx.codes.NO_CONTENT
    except httpx.HTTPError:
        return False


def query(statement: str, database: str) -> list[dict[str, Any]]:
    """The series of a query. Raises ValueError with the server's message for an invalid one."""
    response = httpx.post(f"{URL}/query", params={"q": statement, "db": database, "epoch": "ms"}, timeout=30)
    answer = response.json()
    if "error" in answer or "error" in answer["results"][0]:
        raise ValueError(answer.get("error") or answer["results"][0]["error"])
    return list(answer["results"][0].get("series", []))
