"""SERVICES as it is written in a variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from settings import variables


def test_services_are_read_with_their_replicas(monkeypatch):
    monkeypatch.setenv("SERVICES", "catalog=http://a:8101|http://b:8101/, inventory=http://c\n cart=http://[::1]:8")
    assert variables.addresses("SERVICES") == {
        "catalog": ["http://a:8101", "http://b:8101"],
        "inventory": ["http://c"],
        "cart": ["http://[::1]:8"],
    }


@pytest.mark.parametrize(
    "value", ["catalog", "catalog=", "=http://a", "catalog=|", "catalog=http://a catalog=http://b"]
)
def test_services_that_cannot_be_read_are_named(monkeypatch, value):
    monkeypatch.setenv("SERVICES", value)
    with pytest.raises(ImproperlyConfigured, match="The variable SERVICES"):
        variables.addresses("SERVICES")
