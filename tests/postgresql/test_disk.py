"""A full disk and a read-only database: writes are refused as unavailable, reads continue, and it recovers automatically."""

import contextlib
import os
import shutil
import subprocess
import tempfile

import psycopg
import pytest

from idl import inventory
from tests import acting, postgres
from tests.postgresql.health import readiness, wait_for
from thriftshop import rpc

MEBIBYTE = 1_048_576
FILL = "INSERT INTO filling SELECT repeat('x', 1900) FROM generate_series(1, 40)"


@pytest.fixture
def small_disk():
    """A folder on a disk of 32 MiB, the server's own."""
    folder = tempfile.mkdtemp(prefix="thriftshop-small-")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={32 * MEBIBYTE}", "tmpfs", folder]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:  # noqa: S603 - constants
        pytest.skip("A small disk cannot be mounted here: the test of a full one is left out.")
    shutil.chown(folder, postgres.SYSTEM_USER, postgres.SYSTEM_USER)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S603, S607 - a constant
    os.rmdir(folder)


def receive(number: int) -> None:
    with acting.as_service("trade"):
        lines = [inventory.StockLine(sku="MUG", quantity=1)]
        rpc.connect(inventory.InventoryService).receive(f"delivery-{number}", lines, "", None)


def receive_until_refused() -> None:
    """What is left of the last pages is filled as well."""
    for number in range(1, 2_000):
        receive(number)


def is_read() -> bool:
    with acting.as_service("trade"):
        return rpc.connect(inventory.InventoryService).get_levels(["MUG"])[0].sku == "MUG"


def test_a_full_disk_refuses_writes_until_there_is_room(server, serve, small_disk):
    with psycopg.connect(server.url("postgres"), autocommit=True) as root:
        root.execute(f"CREATE TABLESPACE small LOCATION '{small_disk}'")
    address = server.create("on_small_disk", "TABLESPACE small")
    shop = serve(address)
    receive(0)
    with psycopg.connect(address, autocommit=True) as filler:
        filler.execute("CREATE TABLE filling (filling text)")
        with contextlib.suppress(psycopg.errors.DiskFull):
            while True:
                filler.execute(FILL)
        with pytest.raises(rpc.Unavailable, match="No space left on device"):
            receive_until_refused()
        wait_for(lambda: "No space left on device" in readiness(shop)[1].get("disk", ""), "no worker is unready")
        assert is_read()
        filler.execute("DROP TABLE filling")
    wait_for(lambda: all(readiness(shop)[0] == 200 for _ in range(10)), "it does not recover")
    receive(2_000)
    with psycopg.connect(address) as database:
        assert database.execute("SELECT to_regclass('thriftshop_disk_trial')").fetchone() == (None,)


def test_a_database_that_became_read_only_refuses_writes_until_it_is_not(server, serve):
    address = server.create("read_only")
    shop = serve(address)
    receive(0)
    for setting, is_ready in (("on", False), ("off", True)):
        with psycopg.connect(server.url("postgres"), autocommit=True) as root:
            root.execute(f"ALTER DATABASE read_only SET default_transaction_read_only = {setting}")
            root.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'read_only'")
        if not is_ready:
            with pytest.raises(rpc.Unavailable, match="read-only transaction"):
                receive(1)
            wait_for(lambda: "read-only transaction" in readiness(shop)[1].get("disk", ""), "no worker is unready")
            assert is_read()
    wait_for(lambda: all(readiness(shop)[0] == 200 for _ in range(10)), "it does not recover")
    receive(2)
