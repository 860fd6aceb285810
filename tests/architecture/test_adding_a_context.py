"""A context is added by its folder, its contract and one line of settings; then it runs in one process and split."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import split
from tests.architecture import notes

pytestmark = pytest.mark.slow

LAST_CONTEXT = '    "registry",\n'
TIMEOUT_SECONDS = 60
KEY = "k" * 40

WRITE = """
from idl import notes
from thriftshop import call_context, rpc
with call_context.using(caller="demo"):
    rpc.connect(notes.NotesService).write_note({subject!r}, {text!r})
"""
READ = """
import json
from idl import notes, platform
from thriftshop import call_context, rpc
with call_context.using(caller="demo"):
    rows = rpc.connect(notes.NotesService).get_notes([{subject!r}])
    feed = rpc.connect(platform.PlatformService, at="notes").read_feed("notes", 0, "", 10)
print(json.dumps([[row.text for row in rows], len(feed.messages)]))
"""
START_PAGE = """
from django.contrib.auth import get_user_model
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(get_user_model().objects.create_superuser("boss@shop.example", name="Bea Boss"))
print(client.get("/admin/").content.decode())
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with the context added."""
    root = tmp_path_factory.mktemp("added") / "shop"
    for name in ("apps", "thriftshop", "idl", "settings", "tests/architecture"):
        shutil.copytree(split.ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("manage.py", "pyproject.toml"):
        shutil.copy(split.ROOT / name, root)
    folder = root / "apps" / notes.NAME
    folder.mkdir()
    for name, text in notes.FILES.items():
        (folder / name).write_text(text)
    (root / "idl" / f"{notes.NAME}.thrift").write_text(notes.IDL)
    settings = root / "settings" / "base.py"
    before = settings.read_text()
    assert before.count(LAST_CONTEXT) == 1
    settings.write_text(before.replace(LAST_CONTEXT, LAST_CONTEXT + notes.SETTINGS_LINE))
    made = run(root, "makemigrations", notes.NAME)
    assert made.returncode == 0, made.stderr
    return root


def run(root: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the copy's `manage.py`, in a process that hosts all contexts unless CONTEXTS is set."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "settings.development",
        "DATABASE_URL": f"sqlite:///{root.parent / 'shop.sqlite3'}",
        "SERVICE_KEYS": KEY,
        **variables,
    }
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", *command], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def shell(root: Path, script: str, **variables: str) -> str:
    ended = run(root, "shell", "-v0", "-c", script, **variables)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def process(root: Path, contexts: str, **variables: str) -> split.Process:
    settings = {"DJANGO_SETTINGS_MODULE": "settings.development", "SERVICE_KEYS": KEY, **variables}
    return split.Process(contexts, root.parent, settings, root=root)


def get(one: split.Process, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=split.ASK_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def until_projected(root: Path, subject: str, **variables: str):
    """What the reading script prints once the projection has the note."""
    until = time.monotonic() + TIMEOUT_SECONDS
    while not (found := json.loads(shell(root, READ.format(subject=subject), **variables)))[0]:
        assert time.monotonic() < until, f"{subject} was never projected"
    return found


def test_the_project_s_own_checks_accept_it(project):
    for command in (("check",), ("makemigrations", "--check"), ("contracts", "lint")):
        ended = run(project, *command)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    for command in (("check",), ("migrate", "--verbosity", "0")):
        ended = run(
            project, *command, CONTEXTS=notes.NAME, DATABASE_URL=f"sqlite:///{project.parent / 'alone.sqlite3'}"
        )
        assert ended.returncode == 0, ended.stderr


def test_the_import_rules_hold_for_it(project):
    lint = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    ended = subprocess.run(lint, cwd=project, capture_output=True, text=True, check=False)  # noqa: S603 - our own tool
    assert ended.returncode == 0, ended.stdout


def test_it_runs_in_one_process_with_all_others(project):
    one = process(project, "", RPC_THREADS="3")
    one.variables |= {"DATABASE_URL": f"sqlite:///{project.parent / 'shop.sqlite3'}"}
    one.start()
    try:
        one.wait()
        assert notes.NAME in json.loads(get(one, "/readyz")[1])["contexts"]
        shell(project, WRITE.format(subject="shelf", text="Dust it."))
        assert until_projected(project, "shelf") == [["Dust it."], 1]
        page = shell(project, START_PAGE)
        assert re.search(r"Notes\b", page)
        assert "Remarks by subject." in page
        status, page = get(one, "/registry/contracts/notes")
        assert status == 200
        assert "write_note" in page
        assert "/registry/topics/notes" in get(one, "/registry")[1]
    finally:
        one.stop()


def test_it_runs_as_a_process_of_its_own(project):
    service, registry = process(project, notes.NAME), process(project, "registry")
    registry.variables |= {"SERVICES": f"notes={service.address}"}
    as_demo = {
        "CONTEXTS": "demo",
        "SERVICES": f"notes={service.address}",
        "DATABASE_URL": f"sqlite:///{project.parent / 'demo.sqlite3'}",
    }
    for one in (service, registry):
        one.start()
    try:
        for one in (service, registry):
            one.wait()
        assert json.loads(get(service, "/readyz")[1])["contexts"] == [notes.NAME]
        shell(project, WRITE.format(subject="till", text="Count it."), **as_demo)
        assert until_projected(project, "till", **as_demo) == [["Count it."], 1]
        assert "Admin" in get(service, "/")[1]
        running = get(registry, "/registry/running")[1]
        assert "notes.latest" in running
    finally:
        for one in (service, registry):
            one.stop()
