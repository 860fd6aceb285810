"""The compiled page over HTTP next to Mercurius with graphql-jit: `python -m tests.load.peers` (needs wrk, Node 20, taskset).

`npm ci --prefix tests/load/peers/mercurius` installs Mercurius.

Each server has one core to itself and wrk another one, in alternating rounds. The CPU time per request is the steadier figure.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.load.compiled import PAGE

HERE = Path(__file__).parent
PORT = 8931
# Node compiles its hot functions only after thousands of requests.
WARM_UP_SECONDS = 5
GRANIAN = [
    sys.executable,
    "-m",
    "granian",
    "--interface",
    "asgi",
    "--no-ws",
    "--port",
    str(PORT),
    "tests.load.peers.served:app",
]
MERCURIUS = ["node", str(HERE / "mercurius" / "server.mjs"), str(PORT)]
SERVERS: Mapping[str, tuple[Sequence[str], str]] = {
    "Mercurius with graphql-jit": (MERCURIUS, ""),
    "compiled, every field resolved": (GRANIAN, "fields"),
    "compiled, encoded products reused": (GRANIAN, "fragments"),
    "ceiling: the same bytes as a constant": (GRANIAN, "constant"),
}


class Measured(NamedTuple):
    """Requests a second, and microseconds of the server's CPU time a request."""

    rate: float
    cpu: float


def body() -> bytes:
    """The request."""
    return json.dumps({"query": PAGE}).encode()


def wait(process: subprocess.Popen[bytes]) -> bytes:
    """The first response of a server. Raises RuntimeError if it does not start."""
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/graphql", body(), {"content-type": "application/json"})
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(request) as response:  # noqa: S310 - this machine
                content: bytes = response.read()
                return content
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start: {process.args!r}")


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process and its children."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if pid in (int(stat.parent.name), int(fields[1])):
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def load(script: Path, seconds: float) -> int:
    """The number of requests that were answered."""
    command = [
        "taskset",
        "-c",
        "0",
        "wrk",
        "-t1",
        "-c16",
        f"-d{seconds:g}s",
        "-s",
        str(script),
        f"http://127.0.0.1:{PORT}/graphql",
    ]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    if "Non-2xx" in output:
        raise RuntimeError(output)
    return int(output.split(" requests in ")[0].split()[-1])


def measured(command: Sequence[str], variant: str, script: Path, seconds: float) -> tuple[Measured, bytes]:
    """One round on one server, and its response."""
    environment = {**os.environ, "VARIANT": variant}
    with subprocess.Popen(["taskset", "-c", "1", *command], env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603, S607
        try:
            content = wait(process)
            load(script, WARM_UP_SECONDS)
            before, started = cpu_seconds(process.pid), time.perf_counter()
            count = load(script, seconds)
            used, elapsed = cpu_seconds(process.pid) - before, time.perf_counter() - started
        finally:
            process.terminate()
            process.wait(10)
    return Measured(count / elapsed, used / count * 1e6), content


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    results: dict[str, list[Measured]] = {name: [] for name in SERVERS}
    contents = []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "post.lua"
        script.write_text(
            f'wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\nwrk.body = [[{body().decode()}]]\n'
        )
        for _ in range(arguments.rounds):
            for name, (command, variant) in SERVERS.items():
                result, content = measured(command, variant, script, arguments.seconds)
                results[name].append(result)
                contents.append(json.loads(content)["data"])
    if any(content != contents[0] for content in contents):
        raise RuntimeError("The servers do not give the same answer.")
    first = statistics.median(one.cpu for one in next(iter(results.values())))
    for name, rounds in results.items():
        rate, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{name:40} {rate:8.0f} requests/s {cpu:7.0f} us of CPU   {cpu / first:5.2f} times the first")  # noqa: T201


if __name__ == "__main__":
    main()
