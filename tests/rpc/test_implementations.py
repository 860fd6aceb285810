"""Implementations that do not fit their contract: reported by the type checker, by `manage.py check` and at start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import checks

from apps.sessions import service as sessions_service
from idl import sessions
from thriftshop.processes import serving
from thriftshop.rpc import hosting, implementations

ROOT = Path(__file__).resolve().parents[2]


def log_in(email: str, password: str, device: str, address: str | None = None) -> None: ...


def short_log_in(email: str, password: str) -> None: ...


def demanding_log_in(email: str, password: str, device: str, address: str | None, more: int) -> None: ...


@pytest.mark.parametrize(
    ("name", "planted", "message"),
    [
        ("log_out", None, "log_out is missing"),
        ("log_in", staticmethod(short_log_in), "log_in takes (email, password), the contract (email, password, device"),
        ("log_in", staticmethod(demanding_log_in), "log_in takes (email, password, device, address, more), the"),
        ("log_everybody_out", staticmethod(log_in), "log_everybody_out is not in the contract"),
    ],
)
def test_an_implementation_that_does_not_fit_its_contract_fails_the_check_and_the_start(
    monkeypatch, name, planted, message
):
    monkeypatch.setattr(sessions_service.Service, name, planted, raising=False)
    messages = [check.msg for check in checks.run_checks() if check.id == "thriftshop.E_IMPLEMENTATION"]
    assert len(messages) == 1
    assert messages[0].startswith(f"apps.sessions.service.Service does not implement SessionsService: {message}")
    with pytest.raises(implementations.BadImplementation, match="does not implement SessionsService"):
        serving.warm()


def test_every_hosted_contract_is_implemented():
    contracts = list(hosting.contracts(hosting.hosted()))
    assert len(contracts) >= 10
    for contract in contracts:
        assert implementations.differences(contract, hosting.service(contract)) == []
    assert [check for check in checks.run_checks() if check.id == "thriftshop.E_IMPLEMENTATION"] == []


def test_further_parameters_may_follow_if_they_have_defaults():
    class Service(sessions_service.Service):
        def log_out(self, token: str, quietly: bool = False) -> None: ...

    assert implementations.differences(sessions.SessionsService, Service()) == []


PLANTED = '''"""Planted."""
from idl import common, sessions

def wrong_argument(token: int) -> common.Viewer: return common.Viewer(id="", role=0)
def wrong_name(bearer: str) -> common.Viewer: return common.Viewer(id="", role=0)
def wrong_answer(token: str) -> str: return token
def demands(account: str, address: str | None) -> None: ...
def fits(token: str, more: int = 0) -> common.Viewer: return common.Viewer(id="", role=0)

class Argument(sessions.SessionsService):
    authenticate = staticmethod(wrong_argument)

class Name(sessions.SessionsService):
    authenticate = staticmethod(wrong_name)

class Answer(sessions.SessionsService):
    authenticate = staticmethod(wrong_answer)

class Demands(sessions.SessionsService):
    count_attempt = staticmethod(demands)

class Fits(sessions.SessionsService):
    authenticate = staticmethod(fits)
'''


@pytest.mark.slow
def test_the_type_checker_compares_each_function_with_the_contract(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(PLANTED)
    ended = subprocess.run(  # noqa: S603 - our own tool
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", str(planted)],
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(ROOT / "stubs")},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = PLANTED.splitlines()
    wrong = [number for number, line in enumerate(lines, 1) if "staticmethod" in line and "fits" not in line]
    found = [int(line.split(":")[1]) for line in ended.stdout.splitlines() if "base class" in line]
    assert found == wrong, ended.stdout + ended.stderr
    assert '"Callable[[str], Viewer]"' in ended.stdout
