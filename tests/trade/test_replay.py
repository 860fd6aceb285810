"""A year is replayed through the shop's own commands, completely and once, wherever it is interrupted."""

import datetime as dt
import io
import json
from decimal import Decimal

import pyarrow
import pytest
from django.core.management import CommandError, call_command
from pyarrow import parquet

from apps.recommender.models import Popularity
from apps.trade import reading, reconciliation, replay
from apps.trade.domain import accounts, lines, planning
from apps.trade.models import PlacedOrder, Replay
from apps.trade.replay import corrections, openings, run, sales
from idl import catalog, inventory, orders
from tests import acting
from tests.trade import years
from thriftshop import call_context, rpc
from thriftshop.event_store.models import DeadLetter, Event

pytestmark = pytest.mark.django_db


def trade(file, *options):
    """Run the command; give what it said."""
    output = io.StringIO()
    call_command("trade", str(file), "--quiet", *options, stdout=output)
    return output.getvalue()


def replayed(file, tmp_path):
    """Run the command; give its report as data."""
    trade(file, "--report", str(tmp_path / "report.json"))
    return json.loads((tmp_path / "report.json").read_text())


def shop_totals():
    return reconciliation.shop_totals(reading.read(years.SAMPLE))


def recorded():
    return list(Event.objects.order_by("pk").values_list("topic", "stream", "version", "kind"))


def ask():
    return call_context.using(caller="trade")


@pytest.mark.usefixtures("transport")
def test_the_sample_is_replayed_and_everything_agrees(tmp_path):
    report = replayed(years.SAMPLE, tmp_path)
    assert report["agrees"]
    assert report["source"] == {"lines": 181, "units": 591, "pounds": "3812.416"}
    assert report["rounding"] == {"lines": 2, "units": 0, "pounds": "0.006"}
    assert [check["name"] for check in report["checks"] if not check["holds"]] == []
    assert report["rebuilt"]
    assert not any(report["rebuilt"].values())
    assert not DeadLetter.objects.exists()
    found = {check["name"]: check["found"] for check in report["checks"]}
    assert found["revenue.net"] == "3812.41"
    assert found["orders.count"] == 46
    assert found["ledger.counted"] == 45
    assert found["ledger.written_off"] == 10


def test_a_second_run_changes_nothing(tmp_path):
    first = replayed(years.SAMPLE, tmp_path)
    events = recorded()
    assert "was completed on" in trade(years.SAMPLE)
    assert recorded() == events
    assert replayed(years.SAMPLE, tmp_path)["checks"] == first["checks"]


def test_repeated_commands_change_nothing(tmp_path):
    trade(years.SAMPLE)
    events = recorded()
    Replay.objects.update(next_day=None, lines_done=0, finished_at=None)
    PlacedOrder.objects.all().delete()
    trade(years.SAMPLE, "--no-rebuild")
    assert recorded() == events


def test_the_same_year_in_another_file_is_the_same_year(tmp_path):
    trade(years.SAMPLE)
    events = recorded()
    rows = years.sample_rows()
    table = pyarrow.table(dict(zip(years.HEADER, zip(*rows, strict=True), strict=True)))
    parquet.write_table(table, tmp_path / "same.parquet")
    assert "was completed on" in trade(tmp_path / "same.parquet")
    assert recorded() == events


class Crash(Exception):
    """The process ends here."""


@pytest.mark.parametrize("module", [sales, corrections])
@pytest.mark.parametrize("at", [1, 2, 9])
def test_a_replay_interrupted_within_a_day_resumes_with_the_same_result(tmp_path, monkeypatch, module, at):
    wait, left = module.wait_for_reactions, [at]

    def crash():
        left[0] -= 1
        if not left[0]:
            raise Crash
        wait()

    monkeypatch.setattr(module, "wait_for_reactions", crash)
    with pytest.raises(Crash):
        trade(years.SAMPLE)
    monkeypatch.setattr(module, "wait_for_reactions", wait)
    assert Replay.objects.get().finished_at is None
    assert replayed(years.SAMPLE, tmp_path)["agrees"]


def test_a_replay_interrupted_between_days_reports_where_it_resumes():
    year = reading.read(years.SAMPLE)
    plan = planning.make_plan(year)
    record = replay.begin(year, {})

    def stop_after_a_while(_):
        if record.lines_done > 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replay.resume(year, plan, record, stop_after_a_while)
    output = trade(years.SAMPLE, "--no-rebuild")
    assert f"Resuming sample.csv: {record.lines_done} of 181 lines" in output
    assert Replay.objects.get().lines_done == 181


class Unreliable:
    """A service whose first calls fail."""

    def __init__(self, failures):
        self.failures = failures

    def get_levels(self, skus):
        if self.failures:
            raise self.failures.pop()
        return skus


def test_transient_errors_are_retried(monkeypatch):
    monkeypatch.setattr(run, "RETRY_DELAYS", (0.0, 0.0))
    late = [rpc.DeadlineExceeded("late"), rpc.Unavailable("away")]
    assert run.Retrying(Unreliable(list(late))).get_levels(["A"]) == ["A"]
    with pytest.raises(rpc.Unavailable):
        run.Retrying(Unreliable([*late, *late])).get_levels(["A"])
    with pytest.raises(rpc.NotAllowed):
        run.Retrying(Unreliable([rpc.NotAllowed("no")])).get_levels(["A"])


def test_a_broken_file_changes_nothing(tmp_path):
    rows = years.sample_rows()
    rows[150][5] = "dear"
    path = years.write_csv(tmp_path / "broken.csv", rows)
    with pytest.raises(CommandError, match=r"broken\.csv, row 152, column Price: 'dear' is not a price\."):
        trade(path)
    assert recorded() == []
    assert not Replay.objects.exists()


def test_pending_work_of_the_shop_is_not_part_of_the_year(tmp_path):
    with ask():
        rpc.connect(inventory.InventoryService).receive(
            "just-before", [inventory.StockLine(sku="10001", quantity=7)], None, None
        )
    assert replayed(years.SAMPLE, tmp_path)["agrees"]


def test_differences_are_shown_and_end_with_an_error():
    trade(years.SAMPLE, "--no-rebuild")
    with ask():
        rpc.connect(inventory.InventoryService).receive(
            "one-too-many", [inventory.StockLine(sku="10001", quantity=1)], None, None
        )
    output = io.StringIO()
    with pytest.raises(CommandError, match="do not agree"):
        call_command("trade", str(years.SAMPLE), "--quiet", "--no-rebuild", stdout=output)
    wrong = [line.split()[0] for line in output.getvalue().splitlines() if line.rstrip().endswith("NO")]
    assert wrong == ["ledger.received", "ledger.on", "levels.on"]
    assert "Not everything agrees" in output.getvalue()


def test_a_projection_that_differs_from_its_events_is_named(tmp_path):
    trade(years.SAMPLE, "--no-rebuild")
    Popularity.objects.filter(sku="10001").update(baskets=999)
    with pytest.raises(CommandError, match="do not agree"):
        replayed(years.SAMPLE, tmp_path)
    rebuilt = json.loads((tmp_path / "report.json").read_text())["rebuilt"]
    assert {name for name, tables in rebuilt.items() if tables} == {"recommender.baskets"}


def test_events_have_the_dates_of_the_file():
    trade(years.SAMPLE, "--no-rebuild")
    first, last = (run.moment(dt.datetime.fromisoformat(day)) for day in ("2011-01-04", "2011-04-29"))
    with_date = Event.objects.filter(topic__in=["inventory", "orders", "catalog"])
    assert with_date.count() > 500
    assert not with_date.filter(occurred_at__lt=first).exists()
    assert not with_date.filter(occurred_at__gt=last).exists()


def test_the_price_history_is_that_of_the_year():
    trade(years.SAMPLE, "--no-rebuild")
    with acting.as_service("catalog"):
        history = rpc.connect(catalog.CatalogService).get_price_history("10001")
    assert [(price.money.amount, price.valid_from) for price in history] == [
        (1250, run.moment(dt.datetime.fromisoformat("2011-01-04"))),
        (1375, run.moment(dt.datetime.fromisoformat("2011-03-01"))),
    ]


def test_a_return_belongs_to_the_matched_order():
    trade(years.SAMPLE, "--no-rebuild")
    placed = PlacedOrder.objects.get(document="700002")
    with acting.as_service("orders"):
        [order] = rpc.connect(orders.OrdersService).get_orders([placed.order_id])
    assert [(line.sku, line.quantity, line.returned) for line in order.lines] == [("10004", 24, 24), ("10005", 10, 0)]
    assert order.refunded.amount == 24 * 425
    assert order.captured.amount == 24 * 425 + 10 * 210 + 1500
    assert [one.reason for one in order.returns] == ["cancelled by C700012"]


def test_a_code_that_was_never_sold_has_a_ledger_but_no_product():
    trade(years.SAMPLE, "--no-rebuild")
    with ask():
        [level] = rpc.connect(inventory.InventoryService).get_levels(["10011"])
        assert rpc.connect(catalog.CatalogService).get_products(["10011"]) == []
    assert level.on_hand == 5


def test_a_second_year_sells_existing_products(tmp_path):
    trade(years.SAMPLE, "--no-rebuild")
    rows = [
        [row[0].replace("700", "800"), *row[1:4], row[4].replace("2011", "2012"), *row[5:]]
        for row in years.sample_rows()
    ]
    assert replayed(years.write_csv(tmp_path / "next.csv", rows), tmp_path)["agrees"]


def test_every_customer_number_gives_a_valid_email_address():
    assert openings.email_of("13085") == "customer-13085@trade.invalid"
    assert openings.email_of("näh? 7@x").endswith("@trade.invalid")
    assert openings.email_of("näh? 7@x") != openings.email_of("näh? 8@x")


def test_a_key_is_never_longer_than_the_contract_allows():
    one = run.Run(Replay(fingerprint="f" * 16), planning.Plan())
    assert one.key("489434:order") == f"trade:{'f' * 16}:489434:order"
    assert len(one.key("x" * 200)) <= 64
    assert one.key("x" * 200) != one.key("x" * 201)


@pytest.mark.year
@pytest.mark.slow
@pytest.mark.skipif(not years.YEAR.exists(), reason="the real year is not there; README says where it is had")
def test_a_part_of_the_real_year_is_replayed_and_everything_agrees(tmp_path):
    table = parquet.read_table(years.YEAR)
    parquet.write_table(table.slice(0, 4_000), tmp_path / "slice.parquet")
    report = replayed(tmp_path / "slice.parquet", tmp_path)
    assert report["agrees"]
    year = reading.read(tmp_path / "slice.parquet")
    found = accounts.account(year, planning.make_plan(year))
    assert report["source"]["units"] == lines.totals(year)[1]
    assert {check["name"]: check["found"] for check in report["checks"]}["revenue.net"] == str(
        Decimal(found.books.revenue) / 100
    )
