"""A real server, once for all tests of a process that ask for one."""

import pytest

from tests.wire import serving


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with serving.served(tmp_path_factory.mktemp("server")) as server:
        yield server
