"""Zipkin on port 9411, with its page; it keeps traces in memory."""

from pathlib import Path
from typing import Any

import httpx

from tests.services import FOLDER, java, processes

PORT = 9411
URL = f"http://127.0.0.1:{PORT}"
MISSING = java.MISSING
START_SECONDS = 90.0
MEMORY = ["-Xms160m", "-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxDirectMemorySize=64m"]
LISTENING = [
    "--armeria.ports[0].ip=127.0.0.1",
    f"--armeria.ports[0].port={PORT}",
    "--armeria.ports[0].protocols[0]=http",
]
STORAGE = ["--zipkin.storage.type=mem", "--zipkin.storage.mem.max-spans=100000", "--zipkin.self-tracing.enabled=false"]

is_installed = java.is_installed


def start() -> None:
    """Start it unless it runs."""
    (jar,) = java.libraries(Path(__file__).with_name("pom.xml")).glob("zipkin-server-*.jar")
    own = FOLDER / "zipkin"
    own.mkdir(parents=True, exist_ok=True)
    processes.start(own, ["java", *MEMORY, "-jar", str(jar), *LISTENING, *STORAGE])
    processes.wait(own, is_running, START_SECONDS)


def stop() -> None:
    """Stop it; its traces are lost."""
    processes.stop(FOLDER / "zipkin")


def is_running() -> bool:
    """Whether it answers."""
    try:
        return httpx.get(f"{URL}/health", timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def trace(identifier: str) -> list[dict[str, Any]]:
    """The spans of a trace; none if it is not known."""
    answer = httpx.get(f"{URL}/api/v2/trace/{identifier}", timeout=10)
    return list(answer.json()) if answer.status_code == httpx.codes.OK else []
