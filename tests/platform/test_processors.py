"""The default number of workers: the processors that the process may use."""

import os
import sys

import pytest

from settings import processors

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has affinities and containers' limits.")


@LINUX
@pytest.mark.parametrize(
    ("limit", "expected"),
    [("max 100000", 6), ("200000 100000", 2), ("250000 100000", 2), ("50000 100000", 1), ("900000 100000", 6), ("", 6)],
)
def test_the_limit_of_the_container_and_the_affinity_count(monkeypatch, tmp_path, limit, expected):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(6)))
    (tmp_path / "cpu.max").write_text(limit)
    assert processors.usable(tmp_path / "cpu.max") == expected


@LINUX
def test_without_a_container_the_affinity_counts(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 3})
    assert processors.usable(tmp_path / "missing") == 2


@pytest.mark.parametrize(
    ("platform", "usable", "workers"), [("linux", 1, 1), ("linux", 4, 4), ("linux", 64, 8), ("darwin", 8, 1)]
)
def test_there_is_a_worker_for_each_processor_up_to_a_limit_and_one_where_ports_are_not_shared(
    monkeypatch, platform, usable, workers
):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(processors, "usable", lambda: usable)
    assert processors.default_workers() == workers
