"""The processes of a split shop, for any number of replicas: their ports, databases and addresses of each other."""

from itertools import groupby

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from settings import variables as read
from thriftshop.processes import backbones, splitting
from thriftshop.rpc import addresses


@given(st.integers(2, 60_000), st.integers(1, 5))
def test_every_process_has_a_port_and_a_name_of_its_own(port, replicas):
    processes = splitting.layout(port, replicas)
    assert len(processes) == replicas * len(settings.ALL_CONTEXTS)
    assert (
        len({process.port for process in processes}) == len({process.name for process in processes}) == len(processes)
    )
    assert port - 1 not in {process.port for process in processes}  # the manager's
    assert port in {process.port for process in processes if process.context == "gateway"}


@pytest.mark.parametrize("replicas", [1, 2, 3])
def test_each_process_has_the_addresses_of_all_replicas(replicas, tmp_path, monkeypatch):
    processes = splitting.layout(8000, replicas)
    monkeypatch.setenv("SERVICES", splitting.variables(processes, tmp_path)["SERVICES"])
    urls_by_context = read.addresses("SERVICES")
    assert {context: sorted(urls) for context, urls in urls_by_context.items()} == {
        context: sorted(one.address for one in group)
        for context, group in groupby(
            sorted(processes, key=lambda process: process.context), key=lambda process: process.context
        )
    }
    assert [url for urls in urls_by_context.values() for url in urls if addresses.problem(url)] == []


def test_replicas_share_a_database_and_contexts_do_not(tmp_path):
    backbone = backbones.Embedded(tmp_path)
    urls_by_context = [(one.context, backbone.database(one.context)) for one in splitting.layout(8000, 2)]
    assert len(urls_by_context) == 2 * len(set(urls_by_context))
    assert len({database for _, database in urls_by_context}) == len(settings.ALL_CONTEXTS)
