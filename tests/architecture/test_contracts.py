"""The contracts compile with Apache's compiler, and each of their parts has a comment."""

import importlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import idl
from thriftshop.graphql import comments
from thriftshop.rpc import reflection

COMPILER = shutil.which("thrift")
NAMES = idl.names()
LANGUAGES = ("py", "js:node", "java", "go", "html")

needs_compiler = pytest.mark.skipif(
    COMPILER is None and not os.environ.get("CI"), reason="Apache's compiler is not installed (Debian: thrift-compiler)"
)


@needs_compiler
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_contract_compiles_in_strict_mode(language, tmp_path):
    for name in NAMES:
        assert warnings(f"{name}.thrift", language, tmp_path, "-strict") == []


@needs_compiler
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contracts_of_2018_compile(language, tmp_path):
    for file in Path(idl.ROOT).glob("legacy/*.thrift"):
        # Strict mode does not allow arguments without numbers.
        assert all("No field key" in line for line in warnings(f"legacy/{file.name}", language, tmp_path))


def warnings(file: str, language: str, out: Path, *options: str) -> list[str]:
    assert COMPILER, "CI must install Debian's thrift-compiler"
    ended = subprocess.run(  # noqa: S603 - Debian's own program
        [COMPILER, *options, "-r", "--gen", language, "-out", out, Path(idl.ROOT) / file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"{file}: {ended.stderr}"
    return [line for line in ended.stderr.splitlines() if "WARNING" in line and "Uncaptured doctext" not in line]


def declared(name: str) -> list[type]:
    module = importlib.import_module(f"idl.{name}")
    return [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == f"idl.{name}"]


@pytest.mark.parametrize("name", NAMES)
def test_every_type_field_and_method_has_a_description(name):
    silent = []
    for one in declared(name):
        parts = [None]
        if hasattr(one, "thrift_services"):
            parts += list(one.thrift_services)
        elif hasattr(one, "thrift_spec"):
            parts += [spec[1] for spec in one.thrift_spec.values()]
        silent += [f"{one.__name__}.{part or ''}" for part in parts if not comments.about(one, part)]
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_every_method_lists_its_callers_and_is_named_by_a_verb(name):
    for one in declared(name):
        if hasattr(one, "thrift_services"):
            for method in reflection.methods(one).values():
                assert method.callers, str(method)
                assert method.deadline_ms > 0
                assert method.name == method.name.lower()
