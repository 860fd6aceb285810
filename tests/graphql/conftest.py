"""Fixtures: the sample schema in place of the gateway's."""

import pytest

from tests.gateway.listed_codes import only_listed_codes
from thriftshop.graphql import endpoint

__all__ = ["only_listed_codes"]


@pytest.fixture(autouse=True)
def sample(settings):
    settings.GRAPHQL_GATEWAY = "tests.graphql.sample.GATEWAY"
    endpoint.gateway.cache_clear()
    yield
    endpoint.gateway.cache_clear()
