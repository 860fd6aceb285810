"""`make observe` starts what can be started; what cannot is left out, with the reason."""

from contextlib import ExitStack
from types import SimpleNamespace

from tests.services import observing
from tests.services.processes import Failed

REASON = "Maven could not download the libraries"


def test_a_service_that_does_not_start_is_left_out_with_the_reason(capsys):
    stopped = []

    def fail():
        raise Failed(REASON)

    service = SimpleNamespace(
        is_installed=lambda: True, is_running=lambda: False, stop=lambda: stopped.append("stopped")
    )
    with ExitStack() as started:
        assert not observing._start(started, "Zipkin", service, fail, "Java is missing.")
    assert f"left out: {REASON}" in capsys.readouterr().out
    assert stopped == ["stopped"]
