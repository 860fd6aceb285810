"""The import rules hold, and each of them catches a violation planted against it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"

VIOLATIONS = [
    ("upwards", "thriftshop/planted.py", "from apps.catalog import domain\n"),
    ("upwards", "idl/planted.py", "from thriftshop import clock\n"),
    ("independence", "apps/cart/domain.py", "from apps.catalog import domain as _other\n"),
    ("independence", "apps/trade/planted.py", "from apps.orders import models\n"),
    ("anatomy", "apps/cart/domain.py", "from apps.cart import service as _above\n"),
    ("anatomy", "apps/cart/service.py", "from apps.cart import projections as _beside\n"),
    ("anatomy", "apps/cart/utils.py", '"""A file that is no part of the anatomy."""\n'),
    ("purity", "apps/cart/domain.py", "from django.db import models as _tables\n"),
    ("purity", "apps/cart/domain.py", "from thriftshop import clock as _clock\n"),
    ("pure-platform", "thriftshop/money.py", "from django.conf import settings as _settings\n"),
    ("pure-platform", "thriftshop/money.py", "from thriftshop import clock as _clock\n"),
    ("pure-platform", "thriftshop/skus.py", "from thriftshop import clock as _clock\n"),
    ("network", "apps/cart/service.py", "import socket as _socket\n"),
    ("acyclic", "thriftshop/clock.py", "from thriftshop import call_context as _cycle\n"),
]


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    options = [option for contract in contracts for option in ("--contract", contract)]
    return subprocess.run(  # noqa: S603 - our own tool
        [LINT, "--no-cache", *options], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_code_keeps_every_rule():
    ended = lint(ROOT)
    assert ended.returncode == 0, ended.stdout


@pytest.fixture(scope="module")
def a_copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    for name in ("apps", "thriftshop", "idl"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "static", "content"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "file", "planted"), VIOLATIONS, ids=[f"{v[0]}: {v[1]} {v[2][:30]}" for v in VIOLATIONS]
)
def test_a_planted_violation_is_caught(a_copy, rule, file, planted):
    target = a_copy / file
    if not target.exists() and target.with_suffix("").is_dir():
        target = target.with_suffix("") / "__init__.py"
    before = target.read_text() if target.exists() else None
    target.write_text((before or '"""Planted."""\n') + planted)
    try:
        ended = lint(a_copy, rule)
    finally:
        target.write_text(before) if before is not None else target.unlink()
    assert ended.returncode != 0, f"{planted!r} in {file} went unnoticed"
    assert "BROKEN" in ended.stdout or "exhaustive" in ended.stdout.lower(), ended.stdout
