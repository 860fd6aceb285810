"""Fixtures: an open registry, and a client that reads pages as a browser without scripts."""

import pytest

from apps.registry import running
from tests.registry import html_pages


@pytest.fixture(autouse=True)
def asks_again():
    """Each test asks the running services again."""
    running.forget()
    yield
    running.forget()


@pytest.fixture
def opened(settings):
    """Anybody may look."""
    settings.REGISTRY_OPEN = True


@pytest.fixture
def sheet(client, opened):
    """Fetch a page: `sheet("/registry")` returns its content."""

    def fetch(address):
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return html_pages.Page(response.content.decode())

    return fetch
