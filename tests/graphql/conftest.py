"""Fixtures: the sample schema in place of the gateway's."""

import pytest

from thriftshop.graphql import endpoint


@pytest.fixture(autouse=True)
def sample(settings):
    settings.GRAPHQL_GATEWAY = "tests.graphql.sample.GATEWAY"
    endpoint.gateway.cache_clear()
    yield
    endpoint.gateway.cache_clear()
