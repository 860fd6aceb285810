"""`manage.py split`: the shop as processes of their own under one manager, from the first request to Ctrl-C."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright import sync_api

from tests import split
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.serving import processes
from thriftshop.processes import backbones, splitting

pytestmark = pytest.mark.slow

EMAIL, PASSWORD = "boss@shop.example", "a long walk to the shop"
OPENING_SECONDS, CLOSING_SECONDS = 600, processes.TIMEOUT_SECONDS
CONTEXTS = 11
TIMEOUT_SECONDS = 60_000
MAX_MB = 120


def free_base() -> int:
    """A port such that all the others of a split shop are free as well."""
    return split.free_ports(0, -1, *(process.port - 9_000 for process in splitting.layout(9_000, 1)))[0]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """An empty shop in separate processes: its gateway's port, its folder, and the manager's process."""
    folder, port = tmp_path_factory.mktemp("split"), free_base()
    manager = processes.manage("split", "--port", str(port), "--folder", str(folder), "--no-demo")
    until = time.monotonic() + OPENING_SECONDS
    while "is up as separate services" not in processes.output(manager):
        assert manager.poll() is None, processes.output(manager)
        assert time.monotonic() < until, processes.output(manager)
        time.sleep(0.2)
    yield port, folder, manager
    if manager.poll() is None:
        manager.send_signal(signal.SIGINT)
    processes.stop(manager)


def ask_graphql(port, query):
    body = json.dumps({"query": query}).encode()
    status, answer = processes.request(port, "/graphql", "POST", body, **{"Content-Type": "application/json"})
    return status, json.loads(answer)


def as_users(folder, port, *command):
    """Run a command of `manage.py` beside the users' process, on its database."""
    environment_variables = splitting.variables(splitting.layout(port, 1), folder) | splitting.own_variables(
        "users", backbones.Embedded(folder).database("users")
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.development", **environment_variables}
    subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "manage.py", *command], env=environment, cwd=processes.ROOT, check=True, capture_output=True
    )


def test_the_gateway_answers_from_the_other_processes(shop):
    port, _, _ = shop
    listed = "{ products(first: 1) { edges { node { sku } } } categories(first: 1) { edges { node { name } } } }"
    status, answer = ask_graphql(port, listed)
    assert (status, answer.get("errors")) == (200, None)
    assert answer["data"] == {"products": {"edges": []}, "categories": {"edges": []}}
    opened = 'mutation { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token } } }'
    assert ask_graphql(port, opened)[1]["data"]["openCart"]["token"]


def test_each_context_has_a_process_and_a_database_of_its_own(shop):
    port, folder, _ = shop
    hosted = {}
    for process in splitting.layout(port, 1):
        hosted[process.context] = json.loads(processes.request(process.port, "/readyz")[1])["contexts"]
        assert (folder / process.context / "shop.sqlite3").is_file()
    assert hosted == {context: [context] for context in hosted}
    assert len(hosted) == CONTEXTS


def test_the_landing_page_links_to_the_admin_of_each_context(shop):
    port, _, _ = shop
    page = processes.request(port, "/")[1].decode()
    doors = set(re.findall(r'href="(http://[^"]+/admin/)"', page))
    contexts = {
        "catalog",
        "inventory",
        "cart",
        "orders",
        "users",
        "sessions",
        "recommender",
        "analytics",
        "experiments",
        "registry",
    }
    assert doors == {f"{one.address}/admin/" for one in splitting.layout(port, 1) if one.context in contexts}


def test_staff_log_in_to_every_admin_and_are_logged_out_when_closed(shop):
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"There is no browser at {CHROMIUM}: apt-get install chromium.")
    port, folder, _ = shop
    make = "from apps.users.models import User; User.objects.create_superuser({!r}, {!r}, name='Bea Boss')"
    as_users(folder, port, "shell", "-c", make.format(EMAIL, PASSWORD))
    where = {process.context: process.address for process in splitting.layout(port, 1)}
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=TIMEOUT_SECONDS)
        page = browser.new_page()
        page.set_default_timeout(TIMEOUT_SECONDS)
        sync_api.expect.set_options(timeout=TIMEOUT_SECONDS)
        page.goto(f"{where['inventory']}/admin/inventory/level/")
        log_in(page, EMAIL, "a short walk")
        sync_api.expect(page.get_by_text("password is incorrect")).to_be_visible()
        log_in(page, EMAIL, PASSWORD)
        sync_api.expect(page.get_by_role("heading", name="Stock levels")).to_be_visible()
        for context in ("catalog", "orders", "users"):
            page.goto(f"{where[context]}/admin/")
            log_in(page, EMAIL, PASSWORD)
            sync_api.expect(page.get_by_role("button", name="Log out")).to_be_visible()
        # Each door has its own login: the first one is still open.
        page.goto(f"{where['inventory']}/admin/")
        sync_api.expect(page.get_by_role("button", name="Log out")).to_be_visible()
        as_users(
            folder, port, "shell", "-c", "from apps.users.models import User; User.objects.update(is_active=False)"
        )
        time.sleep(1.1)  # the lifetime of the cached answer
        page.goto(f"{where['inventory']}/admin/")
        sync_api.expect(page.get_by_role("button", name="Log in")).to_be_visible()
        browser.close()


def log_in(page, email, password):
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()


def test_log_lines_begin_with_the_name_of_the_process(shop):
    port, _, manager = shop
    said = processes.output(manager)
    for process in splitting.layout(port, 1):
        assert f"{process.context:<11} | Serving {process.context} on {process.address}" in said


def test_demo_accounts_are_shown_only_if_the_demo_is_loaded(shop):
    _, _, manager = shop
    said = processes.output(manager)
    assert "Stop one of them" in said
    assert "staff@thriftshop.example" not in said


def test_a_second_shop_is_refused_on_the_same_ports(shop):
    port, folder, _ = shop
    second = processes.manage("split", "--port", str(port), "--folder", str(folder), "--no-demo")
    assert second.wait(processes.TIMEOUT_SECONDS) != 0
    assert "Address already in use" in processes.output(second)
    holder = re.search(r"Process (\d+) listens there \((.+)\); `kill \d+` ends it", processes.output(second))
    assert holder is not None
    assert (int(holder[1]), "manage.py" in holder[2]) == (manager_of(port), True)
    processes.stop(second)


def manager_of(port: int) -> int:
    """The manager listens one port below the gateway; its processes have its id as their parent's."""
    started = [environment(pid) for pid in served() if in_layout(pid, port)]
    (one,) = {
        environment_variables
        for each in started
        for environment_variables in re.findall(r"END_WITH_PROCESS=(\d+)", each)
    }
    return int(one)


def test_a_crash_and_a_restart_of_a_process_are_logged(shop):
    port, _, manager = shop
    (victim,) = [pid for pid in served() if "CONTEXTS=recommender\0" in environment(pid) and in_layout(pid, port)]
    os.kill(victim, signal.SIGKILL)
    until = time.monotonic() + OPENING_SECONDS
    while "process restarted service=recommender" not in processes.output(manager) and time.monotonic() < until:
        time.sleep(0.1)
    said = processes.output(manager)
    assert f"process died service=recommender pid={victim} signal=SIGKILL" in said
    assert "process restarted service=recommender pid=" in said
    (recommender,) = [one.port for one in splitting.layout(port, 1) if one.context == "recommender"]
    processes.wait_until_ready(recommender, manager)


def test_no_process_holds_more_than_120_mb(shop):
    port, _, _ = shop
    taken = {pid: resident_mb(pid) for pid in served() if in_layout(pid, port)}
    assert len(taken) == CONTEXTS
    assert {pid: mb for pid, mb in taken.items() if mb > MAX_MB} == {}


def resident_mb(pid: int) -> float:
    """The memory that a process holds; for a moment it may take more, 20 MB for each password that it hashes, say."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


def test_ctrl_c_stops_all_processes(shop):
    port, _, manager = shop
    mine = [pid for pid in served() if in_layout(pid, port)]
    assert len(mine) == CONTEXTS
    manager.send_signal(signal.SIGINT)
    assert manager.wait(CLOSING_SECONDS) == 0
    assert [pid for pid in mine if Path(f"/proc/{pid}").exists()] == []
    assert "Traceback" not in processes.output(manager)


def test_ctrl_c_stops_all_processes_during_startup(shop):
    port, folder, _ = shop
    manager = processes.manage("split", "--port", str(port), "--folder", str(folder), "--no-demo")
    until = time.monotonic() + OPENING_SECONDS
    while "Serving" not in processes.output(manager) and time.monotonic() < until:
        time.sleep(0.05)
    manager.send_signal(signal.SIGINT)
    assert manager.wait(CLOSING_SECONDS) == 0
    assert [pid for pid in served() if in_layout(pid, port)] == []
    processes.stop(manager)


@pytest.mark.parametrize("ends", [signal.SIGHUP, signal.SIGKILL], ids=["terminal closed", "manager killed"])
def test_no_process_outlives_its_manager(shop, ends):
    port, folder, _ = shop
    manager = processes.manage("split", "--port", str(port), "--folder", str(folder), "--no-demo")
    until = time.monotonic() + OPENING_SECONDS
    while processes.output(manager).count("Serving") < 9 and time.monotonic() < until:
        time.sleep(0.05)
    assert len([pid for pid in served() if in_layout(pid, port)]) == CONTEXTS
    manager.send_signal(ends)
    manager.wait(CLOSING_SECONDS)
    until = time.monotonic() + CLOSING_SECONDS
    while [pid for pid in served() if in_layout(pid, port)] and time.monotonic() < until:
        time.sleep(0.1)
    assert [pid for pid in served() if in_layout(pid, port)] == []
    processes.stop(manager)


def served() -> list[int]:
    """Every process that runs `manage.py serve`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"manage.py\0serve" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def environment(pid: int) -> str:
    """The variables that a process was started with."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_text()
    return ""


def in_layout(pid: int, port: int) -> bool:
    """Whether a process serves on one of the ports of this shop."""
    return any(f"PORT={process.port}\0" in environment(pid) for process in splitting.layout(port, 1))
