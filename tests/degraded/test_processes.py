"""The table over separate processes: one of them is killed, frozen or slow; and its recovery."""

import time

import pytest

from apps.gateway import cache
from tests.degraded import checks, conftest, table, world

pytestmark = pytest.mark.django_db

# Mutations that are the first to meet a service that stands still, before anybody knows that it does.
FIRST = {
    "orders": ("to place an order", "to call an order off"),
    "cart": ("to put something into a guest's cart",),
    "users": ("to change one's name", "to keep an address"),
}


@pytest.mark.parametrize("how", [conftest.stopped, conftest.frozen, conftest.slow], ids=lambda how: how.__name__)
@pytest.mark.parametrize("service", table.SERVICES)
def test_only_operations_that_need_an_unavailable_service_fail(abroad, proxied, service, how):
    ready = checks.prepared(abroad)
    whole = checks.baseline(abroad)
    # A slow service may answer some calls in time, others not, as their deadlines are.
    strict = how is not conftest.slow
    with how(proxied, service):
        # The gateway serves what it knows of products and stock for as long as it cannot know that the service is away.
        time.sleep(0.0 if how is conftest.slow else cache.CURRENT_SECONDS + 0.5)
        wrong = checks.misread(abroad, whole, service, strict=strict)
        answers = checks.written(abroad, ready)
        wrong += checks.miswritten(answers, service, strict=strict)
    conftest.wait_until_whole(abroad)
    wrong += checks.changed(abroad, answers, ready)
    assert not wrong, "\n".join(wrong)


# At once, as when the two cross on their way; and after longer than clocks may be apart.
@pytest.mark.parametrize("rest", [0.0, 1.5], ids=["at once", "later"])
@pytest.mark.parametrize(("service", "name"), [(service, name) for service, names in FIRST.items() for name in names])
def test_an_expired_write_changes_nothing_when_a_frozen_service_resumes(abroad, proxied, service, name, rest):
    operation = table.WRITES[name]
    values = abroad.ready(operation)
    abroad.shop.catch_up()
    before = abroad.look(operation, values)
    with conftest.frozen(proxied, service):
        answer = abroad.ask(operation, values)
        time.sleep(rest)
    assert world.is_refused(answer), answer
    conftest.wait_until_whole(abroad)
    time.sleep(1)  # what the service found in its letter box is done by now, if it is done at all
    abroad.shop.catch_up()
    assert abroad.look(operation, values) == before
