"""`manage.py trade`: its refusals before anything is written, and its messages when it is interrupted."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from apps.trade import reading, reconciliation, replay
from apps.trade.domain import planning
from apps.trade.models import Replay
from tests.trade import years
from thriftshop.event_store.models import Event

pytestmark = pytest.mark.django_db


def trade(file, *options):
    """Run the command; give what it said."""
    output = io.StringIO()
    call_command("trade", str(file), "--quiet", *options, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize("where", ["no/such/folder/report.json", "."])
def test_an_unwritable_report_is_refused_before_anything_is_changed(tmp_path, where):
    with pytest.raises(CommandError, match=r"The report cannot be written to .*Nothing was changed\."):
        trade(years.SAMPLE, "--report", str(tmp_path / where))
    assert not Event.objects.exists()


@pytest.mark.parametrize("arguments", [("trade", str(years.SAMPLE)), ("demo",)])
def test_a_database_without_migrations_is_refused(arguments):
    MigrationRecorder(connection).record_unapplied("trade", "0001_initial")
    with pytest.raises(CommandError, match=r"run `manage\.py migrate` first"):
        call_command(*arguments)


def test_an_existing_report_is_kept_until_the_new_one_is_written(tmp_path):
    (tmp_path / "report.json").write_text("the last one")
    with pytest.raises(CommandError, match="the file does not exist"):
        trade(tmp_path / "nowhere.csv", "--report", str(tmp_path / "report.json"))
    assert (tmp_path / "report.json").read_text() == "the last one"


@pytest.mark.parametrize("part", [(reading, "read"), (planning, "make_plan"), (reconciliation, "make_report")])
def test_an_interruption_while_reading_planning_or_reconciling_is_reported(monkeypatch, part):
    def weary(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(*part, weary)
    with pytest.raises(CommandError, match=r"Interrupted.*Run the command again to resume\."):
        trade(years.SAMPLE)


def begun(day_after=60):
    """A replay of the sample that was interrupted."""
    year = reading.read(years.SAMPLE)
    record = replay.begin(year, {})

    def stop(_):
        if record.lines_done > day_after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replay.resume(year, planning.make_plan(year), record, stop)
    return Replay.objects.get()


def test_an_interrupted_replay_resumes_only_with_the_same_lines(tmp_path):
    record, events = begun(), Event.objects.count()
    rows = years.sample_rows()
    changed = years.write_csv(tmp_path / "sample.csv", [*rows[:-1], [*rows[-1][:3], "77", *rows[-1][4:]]])
    with pytest.raises(CommandError, match=rf"sample\.csv: {record.lines_done} of 181 lines .* has changed since"):
        trade(changed)
    other = years.write_csv(tmp_path / "other.csv", rows[:40])
    with pytest.raises(CommandError, match=r"other\.csv is another year.*into a new database\. Nothing was changed"):
        trade(other)
    assert Event.objects.count() == events
    assert list(Replay.objects.all()) == [record]
    assert "Resuming sample.csv" in trade(years.SAMPLE, "--no-rebuild")
    assert "Everything agrees" in trade(other, "--no-rebuild")


def test_ambiguous_numbers_need_an_option(tmp_path):
    row = ["700001", "10001", "LANTERN", "2", "2011-01-04 08:15", "1.299", "20001", "EIRE"]
    path = years.write_csv(tmp_path / "year.csv", [row, [*row[:5], "5", *row[6:]]])
    wanted = r"row 2, column Price: '1\.299' may be 1\.299 or 1299, .* --decimal point or --decimal comma\. Nothing"
    with pytest.raises(CommandError, match=wanted):
        trade(path)
    assert not Replay.objects.exists()
    assert "Everything agrees" in trade(path, "--no-rebuild", "--decimal", "comma")
    assert reading.read(path, reading.Conventions(decimal="comma")).prices[0] == 1_299_000_000


def test_ambiguous_dates_are_reported(tmp_path):
    row = ["700001", "10001", "LANTERN", "2", "1/2/2011 08:15", "1.29", "20001", "EIRE"]
    path = years.write_csv(tmp_path / "year.csv", [row])
    assert "Note: The order of day and month in the file's dates is ambiguous" in trade(path, "--no-rebuild")
    assert reading.read(path, reading.Conventions(dates="day-first")).seconds[0] == 1296548100


def test_a_shop_without_pounds_is_refused_before_anything_is_changed(settings):
    settings.CURRENCIES = ("EUR",)
    with pytest.raises(CommandError, match=r"does not trade in GBP; add it to CURRENCIES\. Nothing was changed\."):
        trade(years.SAMPLE)
