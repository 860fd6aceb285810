"""`manage.py trade`: what it refuses before anything is done, and what it says where it is interrupted."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from apps.trade import reading, reconciliation
from apps.trade.domain import planning
from tests.trade import years
from thriftshop.events.models import Event

pytestmark = pytest.mark.django_db


def trade(file, *options):
    """Runs the command; gives what it said."""
    said = io.StringIO()
    call_command("trade", str(file), "--quiet", *options, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("where", ["no/such/folder/report.json", "."])
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_done(tmp_path, where):
    with pytest.raises(CommandError, match=r"The report cannot be written to .*Nothing was changed\."):
        trade(years.SAMPLE, "--report", str(tmp_path / where))
    assert not Event.objects.exists()


@pytest.mark.parametrize("arguments", [("trade", str(years.SAMPLE)), ("demo",)])
def test_a_database_that_has_yet_to_be_made_is_told(arguments):
    MigrationRecorder(connection).record_unapplied("trade", "0001_initial")
    with pytest.raises(CommandError, match=r"run `manage\.py migrate` first"):
        call_command(*arguments)


def test_a_report_that_is_there_stays_until_there_is_a_new_one(tmp_path):
    (tmp_path / "report.json").write_text("the last one")
    with pytest.raises(CommandError, match="no such file"):
        trade(tmp_path / "nowhere.csv", "--report", str(tmp_path / "report.json"))
    assert (tmp_path / "report.json").read_text() == "the last one"


@pytest.mark.parametrize("part", [(reading, "read"), (planning, "make_plan"), (reconciliation, "make_report")])
def test_interrupted_while_it_reads_plans_or_reconciles_it_says_so(monkeypatch, part):
    def weary(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(*part, weary)
    with pytest.raises(CommandError, match=r"Interrupted.*Start again to go on\."):
        trade(years.SAMPLE)
