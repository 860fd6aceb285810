"""Measures of the business: counted with each recorded event, never twice, and with bounded labels."""

from functools import lru_cache

import pytest
from django.db import transaction

from idl import common, orders
from tests.orders import shop
from tests.telemetry import samples
from thriftshop import contexts
from thriftshop.event_store.models import Checkpoint
from thriftshop.events import appends, measures, progress
from thriftshop.telemetry.measures import OTHER, Level, Total

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_order_is_counted_once_even_if_its_events_are_processed_again():
    before = samples.value("thriftshop_orders_placed_total"), samples.value("thriftshop_orders_confirmed_total")
    shop.open_shop()
    shop.place((shop.COAT, 1))
    progress.catch_up()
    Checkpoint.objects.filter(group__startswith="orders.").update(cursor="")
    progress.catch_up()
    after = samples.value("thriftshop_orders_placed_total"), samples.value("thriftshop_orders_confirmed_total")
    assert after == (before[0] + 1, before[1] + 1)


def test_events_are_counted_by_kind_only_after_the_commit(monkeypatch):
    counted = []
    monkeypatch.setattr(appends, "count", counted.append)

    class Streams:
        topic = "orders"

        def append(self, writes):
            return []

    with transaction.atomic():
        appends.append(Streams(), [])
        assert counted == []
    assert len(counted) == 1
    with transaction.atomic():
        appends.append(Streams(), [])
        transaction.set_rollback(True)
    assert len(counted) == 1


def test_revenue_is_in_units_of_a_known_currency():
    def captured(amount, currency):
        money = common.Money(amount=amount, currency=currency)
        measures.count(orders.PaymentCaptured(reference="r", amount=money, shipment_id="s"))
        return samples.value("thriftshop_orders_revenue_total", currency=currency)

    before = samples.value("thriftshop_orders_revenue_total", currency="GBP")
    assert captured(1_250, "GBP") == before + 12.5
    series = samples.series("thriftshop_orders_revenue_total")
    captured(100, "JPY")
    assert samples.series("thriftshop_orders_revenue_total") == series
    assert samples.value("thriftshop_orders_revenue_total", currency=OTHER) >= 100


def test_levels_are_read_and_one_that_fails_does_not_stop_the_others(monkeypatch):
    read = []

    def fail():
        raise ValueError("no table")

    broken = Level("test_measures_broken", "A test.", fail)
    working = Level("test_measures_working", "A test.", lambda: read.append(1) or {"a": 2.0}, label="kind")
    monkeypatch.setattr(measures, "levels", lru_cache(lambda: [broken, working]))
    measures.sample()
    assert read == [1]
    assert samples.value("test_measures_working", kind="a") == 2.0


def test_every_measure_of_every_context_has_its_name_and_can_be_read():
    for config in contexts.all_contexts():
        for measure in config.measures:
            assert measure.name.startswith(f"thriftshop_{config.label}_")
            assert measure.name.endswith("_total") == isinstance(measure, Total)
            if isinstance(measure, Level):
                measure.sample()
    assert samples.value("thriftshop_inventory_stock_drift") == 0


def test_stock_that_the_ledger_does_not_explain_is_drift():
    from apps.inventory import measures as of_inventory
    from apps.inventory.models import Level as StockLevel

    shop.open_shop()
    progress.catch_up()
    assert of_inventory.stock_drift() == 0
    row = StockLevel.objects.first()
    StockLevel.objects.filter(pk=row.pk).update(on_hand=row.on_hand + 3)
    assert of_inventory.stock_drift() == 3
    StockLevel.objects.filter(pk=row.pk).update(on_hand=row.on_hand, reserved=row.reserved + 2)
    assert of_inventory.stock_drift() == 2


def test_a_measure_that_fails_leaves_the_command_recorded_and_the_others_counted(monkeypatch, caplog):
    before = samples.value("thriftshop_orders_placed_total")
    total = next(measure for measure in contexts.get("orders").measures if measure.name.endswith("orders_value_total"))
    monkeypatch.setattr(total, "count", lambda event: 1 / 0)
    shop.open_shop()
    assert shop.place((shop.COAT, 1)).id
    assert samples.value("thriftshop_orders_placed_total") == before + 1
    assert "event not counted" in caplog.text
