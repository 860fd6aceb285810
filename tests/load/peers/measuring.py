"""A server on one core and wrk on another: requests per second, and the server's CPU time per request."""

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PORT = 8931
HEADERS = {"content-type": "application/json"}
START_SECONDS = 60
# wrk sends the requests of a file in turn.
SCRIPT = """
local requests, number = {}, 0
function init()
  for line in io.lines("%s") do
    local token, body = line:match("^(.-)\\t(.*)$")
    local headers = {["content-type"] = "application/json"}
    if token ~= "" then headers["authorization"] = "Bearer " .. token end
    table.insert(requests, wrk.format("POST", "/graphql", headers, body))
  end
end
function request()
  number = number %% #requests + 1
  return requests[number]
end
"""
# Stops at the first answer that has an error: of GraphQL, or a result of Vendure.
CHECK = """
function response(status, headers, body)
  if status ~= 200 or body:find('"errors":', 1, true) or body:find('"errorCode":', 1, true) then
    io.stderr:write("Failed: " .. body .. "\\n")
    os.exit(1)
  end
end
"""


class Measured(NamedTuple):
    """Requests per second, and microseconds of the server's CPU time per request."""

    rate: float
    cpu: float


class Request(NamedTuple):
    """The body of a request, and the token that authorizes it."""

    body: bytes
    token: str = ""


def write_script(folder: Path, requests: Sequence[Request], check: bool = True) -> Path:
    """A script of wrk that sends these requests in turn and, which costs wrk a little, checks their answers."""
    lines, script = folder / "requests.tsv", folder / "requests.lua"
    lines.write_bytes(b"".join(b"%b\t%b\n" % (request.token.encode(), request.body) for request in requests))
    script.write_text(SCRIPT % lines + (CHECK if check else ""))
    return script


@contextmanager
def serving(
    command: Sequence[str], variables: Mapping[str, str], request: Request, port: int = PORT
) -> Iterator[subprocess.Popen[bytes]]:
    """A server on the second core that answers this request. Raises RuntimeError if it does not."""
    environment = {**os.environ, **variables}
    with subprocess.Popen(  # noqa: S603
        ["taskset", "-c", "1", *command],  # noqa: S607
        env=environment,
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            _wait(process, request, port)
            yield process
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], request: Request, port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            send(request, port)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start: {process.args!r}")


def send(request: Request, port: int = PORT) -> tuple[bytes, Any]:
    """The body and the headers of a response."""
    headers = {**HEADERS, **({"authorization": f"Bearer {request.token}"} if request.token else {})}
    sent = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", request.body, headers)
    with urllib.request.urlopen(sent) as response:  # noqa: S310 - this machine
        return response.read(), response.headers


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


def load(script: Path, seconds: float, port: int = PORT) -> int:
    """The number of requests that were answered. Raises RuntimeError if some failed."""
    command = ["taskset", "-c", "0", "wrk", "-t1", "-c16", "--timeout", "30s", f"-d{seconds:g}s", "-s", str(script)]
    address = f"http://127.0.0.1:{port}/graphql"
    output = subprocess.run([*command, address], stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603
    if "Non-2xx" in output:
        raise RuntimeError(output)
    return int(output.split(" requests in ")[0].split()[-1])


def measured(pid: int, script: Path, warm_up: float, seconds: float, port: int = PORT) -> Measured:
    """One round on a running server."""
    load(script, warm_up, port)
    before, started = cpu_seconds(pid), time.perf_counter()
    count = load(script, seconds, port)
    used, elapsed = cpu_seconds(pid) - before, time.perf_counter() - started
    return Measured(count / elapsed, used / count * 1e6)
