"""The ledger in the database: recorded events can be neither changed nor deleted."""

import pytest
from django.db import DatabaseError, connection, transaction

from idl import inventory
from tests import acting
from thriftshop.event_store.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def delivery(stock):
    with acting.as_staff("inventory"):
        stock.receive("delivery", [inventory.StockLine(sku="A", quantity=5)], None, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events_event SET payload = payload WHERE topic = 'inventory'",
        "UPDATE events_event SET version = version + 1",
        "DELETE FROM events_event WHERE stream = 'A'",
        "DELETE FROM events_event",
    ],
)
def test_the_database_refuses_to_change_or_delete_events(statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.filter(topic="inventory", stream="A").count() == 1


def test_the_orm_cannot_change_or_delete_events():
    (event,) = Event.objects.filter(topic="inventory")
    event.kind = "StockWrittenOff"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.delete()
