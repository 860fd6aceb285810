"""The image: its Dockerfile passes the linter, its steps work, and it runs as an unprivileged user on a read-only root."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests import split
from tests.serving import image, processes

SECRETS = {name: name.lower() + "-" + "0123456789abcdef" * 4 for name in ("SECRET_KEY", "VIEWER_KEYS", "SERVICE_KEYS")}
PLAIN = {"SECURE_SSL_REDIRECT": "no", "PUBLIC_URL": "https://shop.example", "HOST": "127.0.0.1"}


@pytest.fixture(scope="module")
def built():
    """The image, built once. In CI its packages are installed as in the Dockerfile."""
    folder = Path(tempfile.mkdtemp(prefix="image-"))
    folder.chmod(0o755)
    yield image.Build(folder, fetch=os.environ.get("CI") == "true").run()
    shutil.rmtree(folder)


def test_hadolint_reports_no_problems():
    linter = Path(sys.executable).with_name("hadolint")
    result = subprocess.run(  # noqa: S603 - the linter of this environment
        [linter, "--failure-threshold", "style", "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (0, "")


def test_hadolint_reports_a_planted_problem(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /tmp && pip install django\n")
    linter = Path(sys.executable).with_name("hadolint")
    result = subprocess.run(  # noqa: S603 - the linter of this environment
        [linter, tmp_path / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "DL3006" in result.stdout


def test_all_stages_use_the_same_pinned_base_image():
    text = (image.ROOT / "Dockerfile").read_text()
    bases = {arguments.split(" AS ")[0] for name, arguments in image.instructions(text) if name == "FROM"}
    assert len(bases) == 1
    assert bases.pop().startswith("python:3.11.14-slim-")


def test_the_build_context_contains_only_named_files():
    ignore = [line for line in (image.ROOT / ".dockerignore").read_text().splitlines() if line[:1] not in ("", "#")]
    for path in (
        ".env",
        ".git/config",
        "var/shop.sqlite3",
        "tests/conftest.py",
        "apps/cart/__pycache__/x.pyc",
        "README.md",
    ):
        assert not image.in_context(Path(path), ignore), path
    for path in ("apps/cart/apps.py", "thriftshop/processes/probe.py", "manage.py", "settings/production.py"):
        assert image.in_context(Path(path), ignore), path


@pytest.mark.slow
def test_the_image_contains_no_secrets(built):
    assert not [name for name in built.environment if "KEY" in name or "PASSWORD" in name]
    assert not list(built.root.rglob(".env"))


@pytest.mark.slow
def test_static_files_are_collected_with_hashes(built):
    static = built.place("/app/var/static")
    assert (static / "staticfiles.json").is_file()
    assert list(static.glob("admin/css/base.*.css"))


@pytest.mark.slow
def test_the_image_runs_as_another_user_with_read_only_code(built):
    assert built.user == f"{image.STRANGER}:{image.STRANGER}"
    port = split.free_port()
    variables = {**SECRETS, **PLAIN, "PORT": str(port), "CONTEXTS": "catalog"}
    assert image.ended(built, ["python", "manage.py", "migrate", "--verbosity", "0"], **variables) == (0, "")
    before = written(built.root)
    server = image.run_as_stranger(built, built.command, **variables)
    try:
        processes.wait_until_ready(port, server)
        assert image.ended(built, built.health, PORT=str(port)) == (0, "")
        code, result = image.ended(built, built.health, PORT=str(split.free_port()))
        assert (code, "does not answer" in result) == (1, True)
        assert processes.request(port, "/static/admin/css/base.css")[0] == 200
        # A host that is not its own is refused, though probes are answered under any.
        assert processes.request(port, "/admin/", Host="elsewhere.example")[0] == 400
        assert processes.request(port, "/readyz", Host="elsewhere.example")[0] == 200
    finally:
        server.terminate()
        output, _ = server.communicate(timeout=processes.TIMEOUT_SECONDS)
    assert server.returncode == 0, output
    assert "PermissionError" not in output
    elsewhere = {path for path in written(built.root) - before if path.parts[0] not in ("data", "tmp")}
    assert elsewhere == set()
    if os.getuid() == 0:
        code, result = image.ended(built, ["python", "-c", f"open({str(built.place('manage.py'))!r}, 'a')"])
        assert (code, "PermissionError" in result) == (1, True)


def written(root: Path) -> set[Path]:
    """Every file below a folder, from there."""
    return {path.relative_to(root) for path in root.rglob("*") if path.is_file()}
