"""A contract that is missing or broken is named in one line, wherever it is imported."""

import importlib
import subprocess
import sys

import pytest

import idl
from thriftshop.contracts import rules

BROKEN = "namespace py broken\nstruct Broken {\n"


def test_a_missing_contract_is_named_with_how_to_restore_it():
    with pytest.raises(idl.UnusableContract, match=r"idl/nowhere\.thrift is missing; .*git checkout -- idl/nowhere"):
        from idl import nowhere  # noqa: F401


def test_a_broken_contract_is_named(tmp_path, monkeypatch):
    (tmp_path / "broken.thrift").write_text(BROKEN)
    monkeypatch.setattr(idl, "ROOT", tmp_path)
    with pytest.raises(idl.UnusableContract, match=r"idl/broken\.thrift cannot be read: "):
        importlib.import_module("idl.broken")


def test_a_command_reports_it_in_one_line(tmp_path):
    """With the contracts of another folder, which has none of the cart's."""
    script = (
        "import sys, pathlib, runpy, idl; idl.ROOT = pathlib.Path(sys.argv.pop(1)); sys.argv[0] = 'manage.py';"
        " runpy.run_path('manage.py', run_name='__main__')"
    )
    for file in idl.ROOT.rglob("*.thrift"):
        if file.name != "cart.thrift":
            (tmp_path / file.relative_to(idl.ROOT)).parent.mkdir(exist_ok=True)
            (tmp_path / file.relative_to(idl.ROOT)).write_bytes(file.read_bytes())
    ended = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-c", script, str(tmp_path), "contracts", "check"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "manage.py: idl/cart.thrift is missing; bring it back: git checkout -- idl/cart.thrift"
    )


@pytest.mark.parametrize("rule", ["callers-narrowed", "readers-narrowed"])
def test_a_caller_or_reader_that_loses_access_is_broken(rule):
    assert rules.ALL[rule].severity == "breaking"
