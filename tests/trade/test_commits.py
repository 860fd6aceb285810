"""A replay with large commits: complete, wherever it is interrupted."""

import io
import json
import threading

import pytest
from django.core.management import call_command

from apps.orders.reactions import saga
from apps.trade.models import Replay
from tests.trade import years
from thriftshop.database import transactions
from thriftshop.event_store.models import Event
from thriftshop.events import commits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class Killed(BaseException):
    """The process is gone: nothing in it gets to tidy up."""


@pytest.fixture(autouse=True)
def groups(monkeypatch):
    """Count the commits that held more than one transaction."""
    opened = []

    class Counted(transactions.Frame):
        def __enter__(self):
            opened.append(self)
            super().__enter__()

    monkeypatch.setattr(transactions, "Frame", Counted)
    monkeypatch.setattr(commits, "_seen", threading.local())
    return opened


def replayed(tmp_path):
    """Replay the sample; give the report as data."""
    report = tmp_path / "report.json"
    call_command("trade", str(years.SAMPLE), "--quiet", "--report", str(report), stdout=io.StringIO())
    return json.loads(report.read_text())


def test_the_sample_agrees_with_grouped_commits(tmp_path, groups):
    report = replayed(tmp_path)
    assert report["agrees"]
    assert not any(report["rebuilt"].values())
    assert len(groups) > 50


@pytest.mark.parametrize("at", [1, 7, 30])
def test_a_replay_killed_within_a_group_resumes_with_the_same_result(tmp_path, monkeypatch, at):
    advance, left = saga._advance, [at]

    def killed(order_id, state):
        left[0] -= 1
        state = advance(order_id, state)
        if not left[0]:
            raise Killed
        return state

    monkeypatch.setattr(saga, "_advance", killed)
    with pytest.raises(Killed):
        replayed(tmp_path)
    before = Event.objects.filter(kind="OrderConfirmed").count()
    assert before < at
    assert Replay.objects.get().finished_at is None
    assert replayed(tmp_path)["agrees"]
