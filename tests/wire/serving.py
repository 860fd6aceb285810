"""A real server in a process of its own: `manage.py serve` over a database of its own, with goods in it."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from idl import catalog, common, inventory
from tests import split
from tests.wire import posting
from tests.wire.posting import Answer

TIMEOUT_SECONDS = 240  # only keeps a broken test from hanging: machines may be busy


class Server:
    """Where it is, and calls to it."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process
        self.address = f"http://127.0.0.1:{port}"

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", path, body, headers or {})
            found = connection.getresponse()
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
        finally:
            connection.close()

    def call(self, contract: type, name: str, *args, caller: str = ""):
        """The value that a method answers; its refusal is raised."""
        method = posting.method_of(contract, name)
        path = f"/thrift/{method.service}/{name}"
        answer = self.post(path, posting.message(contract, name, *args), posting.signed(caller, method.context))
        return posting.value(contract, name, answer)

    def stock(self, sku: str, quantity: int) -> None:
        """Put a new product on sale, so many of it."""
        money = common.Money(amount=499, currency="GBP")
        product = catalog.ProductInput(sku=sku, name=f"Mug {sku}", prices=[money])
        self.call(catalog.CatalogService, "put_products", [product], False, caller="trade")
        self.call(catalog.CatalogService, "publish_products", [sku], caller="trade")
        lines = [inventory.StockLine(sku=sku, quantity=quantity)]
        self.call(inventory.InventoryService, "receive", f"delivery-{sku}", lines, caller="trade")

    def resident_bytes(self) -> int:
        """How much memory the server holds."""
        return self._memory("VmRSS")

    def most_resident_bytes(self) -> int:
        """The maximum so far."""
        return self._memory("VmHWM")

    def _memory(self, line: str) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition(f"{line}:")[2].split()[0]) * 1024


@contextmanager
def served(folder: Path, **variables: str) -> Iterator[Server]:
    """A server for the block; its log is in the folder."""
    port = split.free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "settings.development",
        "DATABASE_URL": f"sqlite:///{folder}/shop.sqlite3",
        "MEDIA_ROOT": str(folder / "media"),
        "SERVICE_KEYS": ",".join(settings.SERVICE_KEYS),
        "VIEWER_KEYS": ",".join(settings.VIEWER_KEYS),
        "DRAIN_GRACE_SECONDS": "0",
        "DRAIN_SECONDS": "60",
        "WORKERS": "1",
        **variables,
    }
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--migrate"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own command line
    try:
        server = Server(port, process)
        wait_until_live(server, folder / "server.log")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_live(server: Server, log: Path) -> None:
    until = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < until:
        if server.process.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"The server did not come up:\n{log.read_text()[-3000:]}")
