"""The shop under faults: a gateway and two processes that host all other contexts, on Cassandra, Kafka and PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.test import override_settings

from tests import conftest, postgres, split
from tests.faults.backbone import Backbone
from tests.load.promise import shop as load_shop
from tests.services.proxy import Proxy
from thriftshop.rpc.http import sync_connections

SERVICES = tuple(name for name in split.CONTEXTS if name != "gateway")
# Times are not judged here, and the machine may be busy.
PATIENCE = {"DEADLINE_FACTOR": "4", "CASSANDRA_TIMEOUT_SECONDS": "3", "KAFKA_TIMEOUT_SECONDS": "3"}
RESTART_SECONDS = 120.0
# Packets that are to be lost arrive over a device of their own.
ANYWHERE = "0.0.0.0"  # noqa: S104


class Observer:
    """The process of tests.faults.observer."""

    def __init__(self, root: Path, environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.observer"],
                cwd=root,
                env=environment | {"PYTHONPATH": str(split.ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def ask(self, command: str) -> Any:
        """The answer to a command. Raises RuntimeError if it failed, for instance because a part does not answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the observer ended"}')
        if "error" in answer:
            raise RuntimeError(f"{command}: {answer['error']}")
        return answer["result"]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


class Shop:
    """The processes of the shop, and the proxies in front of the gateway and of the services."""

    def __init__(self, folder: Path, backbone: Backbone, prefix: str) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.backbone, self.prefix = folder, backbone, prefix
        self.mails = folder / "mail"
        self.deaths = 0
        self.services = [self._process(SERVICES, f"services-{number}") for number in (1, 2)]
        self.gateway = self._process(("gateway",), "gateway")

    def _process(self, contexts: tuple[str, ...], name: str) -> split.Process:
        return split.Process(",".join(contexts), self.folder, {}, name)

    @property
    def processes(self) -> list[split.Process]:
        """All processes."""
        return [*self.services, self.gateway]

    @contextlib.contextmanager
    def running(self) -> Iterator[Shop]:
        """Start everything; calls from this process reach the services until the block ends."""
        with contextlib.ExitStack() as stack:
            # A process ends with the thread that has started it: those of faults are too short-lived.
            self._starter = stack.enter_context(ThreadPoolExecutor(1))
            self.edge = stack.enter_context(Proxy(self.gateway.port))
            self.calls = [stack.enter_context(Proxy(process.port)) for process in self.services]
            variables = self._variables()
            postgres.create(variables["DATABASE_URL"])
            for process in self.processes:
                process.variables = variables
            stack.callback(self._stop)
            self.observer = self._new_observer(split.ROOT)
            stack.callback(self._close_observer)
            self.observer.ask("prepare")
            self.restart(*self.processes)
            stack.enter_context(self._as_caller())
            conftest.forget()
            yield self

    def _new_observer(self, root: Path) -> Observer:
        return Observer(root, self.services[0]._environment(), self.folder / "observer.log")

    def _close_observer(self) -> None:
        self.observer.close()

    def observe_with(self, root: Path) -> None:
        """Observe with another version of the code from now on."""
        self.observer.close()
        self.observer = self._new_observer(root)

    def _variables(self) -> dict[str, str]:
        where = "|".join(f"http://127.0.0.1:{proxy.port}" for proxy in self.calls)
        overrides = PATIENCE | self.backbone.variables(self.prefix)
        addresses = dict.fromkeys(SERVICES, where) | {"gateway": self.gateway.address}
        overrides["SERVICES"] = " ".join(f"{context}={address}" for context, address in addresses.items())
        return load_shop.variables(self.folder, {"WORKERS": "1", "HOST": ANYWHERE, **overrides})

    def _as_caller(self) -> override_settings:
        """Settings with which this process calls the services."""
        addresses = [f"http://127.0.0.1:{proxy.port}" for proxy in self.calls]
        factor = float(PATIENCE["DEADLINE_FACTOR"])
        return override_settings(CONTEXTS=[], SERVICES=dict.fromkeys(SERVICES, addresses), DEADLINE_FACTOR=factor)

    def _stop(self) -> None:
        sync_connections.close()
        for process in self.processes:
            if process.running is not None and is_alive(process):
                process.running.kill()
                process.running.wait()

    @property
    def address(self) -> tuple[str, int]:
        """Where customers reach the gateway."""
        return "127.0.0.1", self.edge.port

    def kill(self, process: split.Process) -> None:
        """Kill a process with SIGKILL."""
        assert process.running is not None
        process.running.kill()
        process.running.wait()
        self.deaths += 1

    def restart(self, *processes: split.Process) -> None:
        """Start processes that have ended, as a process manager would, and wait until they are ready."""
        until = time.monotonic() + RESTART_SECONDS
        while not all(process.is_ready() for process in processes):
            for process in processes:
                if not is_alive(process):
                    self._starter.submit(process.start).result()
            if time.monotonic() > until:
                raise TimeoutError(f"Not ready after {RESTART_SECONDS:g} s:\n{self.logs()}")
            time.sleep(0.1)

    def logs(self) -> str:
        """The end of each log."""
        return "\n".join(f"-- {process.name}\n{process.tail(30)}" for process in self.processes)

    def holder_of_relay(self) -> split.Process:
        """The service process that relays the events of orders; the first one if none does now."""
        try:
            holder = self.observer.ask("relay_holder")
        except RuntimeError:  # the database may not answer now
            holder = ""
        for process in self.services:
            if process.running is not None and holder.endswith(f":{process.running.pid}"):
                return process
        return self.services[0]


def is_alive(process: split.Process) -> bool:
    """Whether a process runs."""
    return process.running is not None and process.running.poll() is None


def environment_of(process: split.Process) -> dict[str, str]:
    """The environment of a command beside a process of the shop."""
    return os.environ | process._environment()
