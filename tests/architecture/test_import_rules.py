"""The import rules hold, and each of them finds a violation planted against it."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"

NEW = '"""A module that no rule knows."""\n'
VIOLATIONS = [
    ("upwards", "thriftshop/planted.py", "from apps.catalog import domain\n"),
    ("upwards", "idl/planted.py", "from thriftshop import clock\n"),
    ("contracts", "idl/planted.py", "import django\n"),
    ("independence", "apps/cart/domain.py", "from apps.catalog import domain as _other\n"),
    ("independence", "apps/trade/planted.py", "from apps.orders import models\n"),
    ("anatomy", "apps/cart/domain.py", "from apps.cart import service as _above\n"),
    ("anatomy", "apps/cart/service.py", "from apps.cart import projections as _beside\n"),
    ("anatomy", "apps/cart/utils.py", NEW),
    ("anatomy", "apps/cart/pages.py", NEW),
    ("anatomy-gateway", "apps/gateway/loaders.py", "from apps.gateway import schema as _above\n"),
    ("anatomy-gateway", "apps/gateway/planted.py", NEW),
    ("anatomy-registry", "apps/registry/places.py", "from apps.registry import topics as _above\n"),
    ("anatomy-registry", "apps/registry/planted.py", NEW),
    ("anatomy-trade", "apps/trade/domain.py", "from apps.trade import models as _above\n"),
    ("anatomy-trade", "apps/trade/planted.py", NEW),
    ("anatomy-demo", "apps/demo/reading.py", "from apps.demo import loading as _above\n"),
    ("anatomy-demo", "apps/demo/planted.py", NEW),
    ("purity", "apps/cart/domain.py", "from django.db import models as _tables\n"),
    ("purity", "apps/cart/domain.py", "from thriftshop import clock as _clock\n"),
    ("purity", "apps/cart/domain.py", "import numpy as _numpy\n"),
    ("purity", "apps/orders/domain.py", "def _f():\n    import orjson\n"),
    ("pure-statistics", "apps/experiments/statistics/effects.py", "from django.conf import settings as _settings\n"),
    ("pure-statistics", "apps/experiments/statistics/effects.py", "from thriftshop import clock as _clock\n"),
    ("pure-platform", "thriftshop/money.py", "from django.conf import settings as _settings\n"),
    ("pure-platform", "thriftshop/money.py", "from thriftshop import clock as _clock\n"),
    ("pure-platform", "thriftshop/skus.py", "from thriftshop import clock as _clock\n"),
    ("network", "apps/cart/service.py", "import socket as _socket\n"),
    ("network", "apps/users/reactions.py", "import smtplib as _smtplib\n"),
    ("network", "apps/demo/planning.py", "def _f():\n    from urllib import request\n"),
    ("network", "apps/trade/reading.py", "import ftplib as _ftplib\n"),
    ("network", "apps/gateway/loaders.py", "from thriftpy2 import rpc as _rpc\n"),
    ("network", "apps/catalog/models.py", "import boto3 as _boto3\n"),
    ("network", "apps/cart/service.py", "import telnetlib as _telnetlib\n"),
    ("libraries", "apps/cart/projections.py", "import httpcore as _httpcore\n"),
    ("libraries", "apps/users/service.py", "def _f():\n    import psycopg\n"),
    ("libraries", "apps/cart/service.py", "import numpy as _numpy\n"),
    ("acyclic", "thriftshop/clock.py", "from thriftshop import call_context as _cycle\n"),
    ("acyclic", "thriftshop/clock.py", "def _f():\n    from thriftshop import call_context\n"),
    (
        "acyclic",
        "thriftshop/clock.py",
        "import typing\nif typing.TYPE_CHECKING:\n    from thriftshop import call_context\n",
    ),
    ("acyclic-contexts", "apps/catalog/admin/pages.py", "def _f():\n    from apps.catalog.admin import products\n"),
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
    shutil.copytree(ROOT / "tests" / "architecture", folder / "tests" / "architecture")  # the kinds of rules
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "file", "planted"), VIOLATIONS, ids=[f"{v[0]}: {v[1]} {v[2][:60]!r}" for v in VIOLATIONS]
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


def test_contexts_import_only_the_parser_of_urllib():
    """The rule about the network sees `urllib` alone, which two modules may import."""
    imports = [
        (f"{path.relative_to(ROOT)}:{node.lineno}", ast.unparse(node))
        for path in sorted((ROOT / "apps").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    found = [(place, statement) for place, statement in imports if "urllib" in statement]
    assert len(found) == 2
    assert [one for one in found if not one[1].startswith("from urllib.parse import")] == []


def test_the_platform_imports_none_of_its_modules_by_their_names_as_strings():
    """Such an import is invisible to the rule about cycles; modules that are found at run time are named in the settings."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "thriftshop").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        if ast.unparse(call.func).rpartition(".")[2] in ("import_module", "import_string", "__import__")
        for part in ast.walk(call)
        if isinstance(part, ast.Constant) and str(part.value).startswith("thriftshop")
    ]
    assert hidden == []
