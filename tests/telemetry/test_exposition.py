"""The metrics of all workers while another worker starts."""

import struct
import threading

import pytest
from prometheus_client.multiprocess import MultiProcessCollector

from thriftshop.telemetry import exemplars, exposition


def test_a_file_that_a_starting_worker_has_created_empty_is_read_again(monkeypatch, tmp_path):
    monkeypatch.setenv(exemplars.FOLDER_VARIABLE, str(tmp_path))
    file = tmp_path / "counter_1.db"
    file.touch()
    threading.Timer(exposition.READ_SECONDS * 1.5, file.unlink).start()
    assert list(exposition.families()) == []


def test_the_metrics_are_asked_for_a_few_times_only(monkeypatch, tmp_path):
    monkeypatch.setenv(exemplars.FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / "counter_1.db").touch()
    reads = []

    def read(collector):
        reads.append(collector)
        raise struct.error

    monkeypatch.setattr(MultiProcessCollector, "collect", read)
    with pytest.raises(struct.error):
        exposition.families()
    assert len(reads) == exposition.MAX_READS
