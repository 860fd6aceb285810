"""Prometheus of Debian on port 9090, and promtool."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

import httpx

from tests.services import FOLDER, ROOT, processes

PORT = 9090
URL = f"http://127.0.0.1:{PORT}"
START_SECONDS = 60.0
MISSING = "Prometheus is not installed: its tests are left out. On Debian: apt-get install prometheus."
RULES = ROOT / "observability" / "rules"
CONFIGURATION = """\
global: {scrape_interval: ${seconds}s, evaluation_interval: ${seconds}s}
rule_files: ["$rules/*.yml"]
scrape_configs:
  - job_name: thriftshop
    static_configs: [{targets: [$targets]}]
"""


def is_installed() -> bool:
    """Whether it can run here."""
    return all(map(shutil.which, ("prometheus", "promtool")))


def start(targets: Sequence[str], seconds: int = 1) -> None:
    """Start it with the shop's rules, scraping these addresses."""
    own = FOLDER / "prometheus"
    own.mkdir(parents=True, exist_ok=True)
    values = {"seconds": seconds, "rules": RULES, "targets": ", ".join(f'"{target}"' for target in targets)}
    (own / "prometheus.yml").write_text(Template(CONFIGURATION).substitute(values))
    arguments = [f"--storage.tsdb.path={own}/data", f"--web.listen-address=127.0.0.1:{PORT}"]
    arguments += ["--enable-feature=exemplar-storage", "--log.level=warn", f"--config.file={own}/prometheus.yml"]
    processes.start(own, ["prometheus", *arguments])
    processes.wait(own, is_running, START_SECONDS)


def stop() -> None:
    """Stop it."""
    processes.stop(FOLDER / "prometheus")


def is_running() -> bool:
    """Whether it answers."""
    try:
        return httpx.get(f"{URL}/-/ready", timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def query(expression: str) -> list[dict[str, Any]]:
    """The result of an instant query. Raises ValueError for an invalid one."""
    return list(_get("query", query=expression)["result"])


def query_range(expression: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
    """The series of a query over time, as a panel shows them. Raises ValueError for an invalid one."""
    return list(_get("query_range", query=expression, start=str(start), end=str(end), step=str(step))["result"])


def exemplars(expression: str, start: float, end: float) -> list[dict[str, Any]]:
    """The exemplars of series."""
    return list(_get("query_exemplars", query=expression, start=str(start), end=str(end)))


def _get(name: str, **parameters: str) -> Any:
    answer = httpx.get(f"{URL}/api/v1/{name}", params=parameters, timeout=30).json()
    if answer["status"] != "success":
        raise ValueError(answer["error"])
    return answer["data"]


def promtool(*arguments: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run promtool."""
    command = ["promtool", *map(str, arguments)]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603 - our own
