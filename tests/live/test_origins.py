"""Which pages may open a WebSocket."""

import pytest

from thriftshop.graphql.live import origins
from thriftshop.graphql.requests import Incoming


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("", True),
        ("https://shop.example", True),
        ("https://shop.example:8000", False),
        ("https://elsewhere.example", False),
        ("https://elsewhere.example@shop.example", False),
        ("null", False),
        ("shop.example", False),
        ("http://[", False),  # not a URL
    ],
)
def test_only_pages_of_the_server_itself_may_connect(origin, is_allowed):
    assert origins.is_allowed(Incoming("GET", {"host": "shop.example", "origin": origin})) is is_allowed
