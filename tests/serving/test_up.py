"""`manage.py up`, which `make run` calls: prepares everything, prints the addresses, and serves at the given one."""

import signal

import pytest

from tests import split
from tests.serving import processes

pytestmark = pytest.mark.slow


def test_up_prepares_the_shop_and_serves_until_ctrl_c(tmp_path):
    port = split.free_port()
    variables = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'shop.sqlite3'}",
        "MEDIA_ROOT": str(tmp_path),
        "PORT": str(port),
    }
    shop = processes.manage("up", "--no-demo", **variables)
    try:
        processes.wait_until_ready(port, shop)
        assert f"http://127.0.0.1:{port}/admin/" in processes.output(shop)
        assert "staff@thriftshop.example" not in processes.output(shop)  # whose demo is not loaded
        second = processes.manage("up", "--no-demo", **variables)
        assert second.wait(processes.TIMEOUT_SECONDS) == 1
        assert f"Cannot serve on 127.0.0.1:{port}: Address already in use. Set PORT or HOST." in processes.output(
            second
        )
        shop.send_signal(signal.SIGINT)
        assert shop.wait(processes.TIMEOUT_SECONDS) == 0
    finally:
        processes.stop(shop)
