"""What was refused because a service stood still is not done when it wakes: nobody waits for it any more."""

import time

import pytest

from tests.degraded import conftest, table, world

pytestmark = pytest.mark.django_db

FIRST = {
    "orders": ("to place an order", "to call an order off"),
    "cart": ("to put something into a guest's cart",),
    "users": ("to change one's name", "to keep an address"),
}


@pytest.mark.parametrize(("service", "name"), [(service, name) for service, names in FIRST.items() for name in names])
def test_a_write_that_met_a_sleeping_service_changes_nothing_when_it_wakes(abroad, proxied, service, name):
    operation = table.WRITES[name]
    values = abroad.ready(operation)
    abroad.shop.settle()
    before = abroad.look(operation, values)
    with conftest.frozen(proxied, service):
        answer = abroad.ask(operation, values)
        time.sleep(1.5)  # longer than clocks may be apart
    assert world.is_refused(answer), answer
    conftest.wait_until_whole(abroad)
    time.sleep(1)  # what the service found in its letter box is done by now, if it is done at all
    abroad.shop.settle()
    assert abroad.look(operation, values) == before
