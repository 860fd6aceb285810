"""The checks of the orders' settings."""

import pytest

from apps.orders import apps


def test_the_default_settings_are_valid():
    assert apps.check_settings(None) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORDER_GRACE_MINUTES", -1),
        ("ORDER_TIMEOUT_MINUTES", 0),
        ("ORDER_TIMEOUT_MINUTES", True),
        ("RETURN_DAYS", 100_000),
        ("RETURN_DAYS", "30"),
    ],
)
def test_an_invalid_setting_is_named(settings, name, value):
    setattr(settings, name, value)
    (problem,) = apps.check_settings(None)
    assert problem.msg.startswith(f"{name}: {value!r}")
    assert "Set" in problem.hint
