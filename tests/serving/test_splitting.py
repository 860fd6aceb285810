"""Which processes a split shop has, for any number of replicas: ports of their own, shared databases, and all know all."""

from itertools import groupby

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from settings import variables as read
from thriftshop.processes import splitting
from thriftshop.rpc import addresses


@given(st.integers(2, 60_000), st.integers(1, 5))
def test_every_process_has_a_port_and_a_name_of_its_own(port, replicas):
    processes = splitting.layout(port, replicas)
    assert len(processes) == replicas * len(settings.ALL_CONTEXTS)
    assert len({one.port for one in processes}) == len({one.name for one in processes}) == len(processes)
    assert port - 1 not in {one.port for one in processes}  # the manager's
    assert port in {one.port for one in processes if one.context == "gateway"}


@pytest.mark.parametrize("replicas", [1, 2, 3])
def test_each_process_has_the_addresses_of_all_replicas(replicas, tmp_path, monkeypatch):
    processes = splitting.layout(8000, replicas)
    monkeypatch.setenv("SERVICES", splitting.variables(processes, tmp_path)["SERVICES"])
    told = read.addresses("SERVICES")
    assert {context: sorted(urls) for context, urls in told.items()} == {
        context: sorted(one.address for one in group)
        for context, group in groupby(sorted(processes, key=lambda one: one.context), key=lambda one: one.context)
    }
    assert [url for urls in told.values() for url in urls if addresses.problem(url)] == []


def test_replicas_share_a_database_and_contexts_do_not(tmp_path):
    told = [
        (one.context, splitting.own_variables(one.context, tmp_path, one.port)["DATABASE_URL"])
        for one in splitting.layout(8000, 2)
    ]
    assert len(told) == 2 * len(set(told))
    assert len({database for _, database in told}) == len(settings.ALL_CONTEXTS)
