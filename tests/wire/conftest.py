"""Fixtures: a real server shared by the tests of a process, and services with a behaviour set by the test."""

import pytest

from idl import inventory
from tests.wire import serving
from thriftshop.rpc import hosting


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    with serving.served(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def levels(monkeypatch):
    """Put another `get_levels` in the place of the service's own."""

    def put(function):
        monkeypatch.setattr(
            type(hosting.service(inventory.InventoryService)), "get_levels", lambda self, skus: function(skus)
        )

    return put
