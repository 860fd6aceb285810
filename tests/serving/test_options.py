"""Invalid options are refused with one message, before anything is started or written."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize(
    ("command", "options", "problem"),
    [
        ("serve", {"workers": 0}, "0 workers are not possible"),
        ("serve", {"workers": -1}, "1 or more"),
        ("serve", {"port": 99_999}, "a port is a number from 1 to 65535"),
        ("serve", {"port": 0}, "a port is a number from 1 to 65535"),
        ("serve", {"host": "no such host"}, "Cannot serve on no such host"),
        ("split", {"replicas": 0}, "0 replicas are not possible"),
        ("split", {"port": 65_500}, "Cannot serve on 127.0.0.1:65601"),
        ("split", {"port": 1}, "a port is a number from 1 to 65535"),
        ("split", {"driver": []}, "'' is not a driver; choose among: trade, demo"),
        ("split", {"driver": ["shop"]}, "'shop' is not a driver"),
    ],
)
def test_an_invalid_option_is_refused(command, options, problem, tmp_path, capsys):
    options = options | ({"folder": tmp_path / "split"} if command == "split" else {})
    with pytest.raises(CommandError, match=problem):
        call_command(command, **options)
    assert list(tmp_path.glob("split")) == []
