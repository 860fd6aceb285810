"""The table in one process: all calls to one service fail at once, or time out."""

from contextlib import contextmanager

import pytest

from tests.degraded import checks, table, world
from tests.journeys import shop as shops
from thriftshop import rpc
from thriftshop.rpc import hosting, reflection

pytestmark = pytest.mark.django_db

# The gateway answers without it: visitors are then assigned without a record.
IMPATIENT = ["ExperimentsService.resolve_subject"]
READING = ("get", "find_", "list_", "describe", "await_", "read_", "count_feed", "authenticate")

HOW = {
    "away": rpc.Unavailable("tcp://10.0.0.7:80 refused"),
    "late": rpc.DeadlineExceeded("It did not answer in time."),
}


@pytest.fixture
def here(db):
    """A shop in this process."""
    return world.stocked(shops.Shop(shops.OneProcess()))


@contextmanager
def without(service, problem):
    """Nobody reaches this service."""
    reach = hosting.service

    def missed(contract):
        if reflection.context_of(contract) == service:
            raise problem
        return reach(contract)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hosting, "service", missed)
        yield


@pytest.mark.parametrize("service", table.SERVICES)
def test_only_operations_that_need_an_unavailable_service_fail(here, service):
    for problem in HOW.values():
        ready = checks.prepared(here)
        whole = checks.baseline(here)
        with without(service, problem):
            wrong = checks.misread(here, whole, service)
            answers = checks.written(here, ready)
        wrong += checks.miswritten(answers, service) + checks.changed(here, answers, ready)
        assert not wrong, "\n".join(wrong)


def test_no_response_reveals_addresses_of_services(here):
    with without("inventory", HOW["away"]):
        answer = here.ask(table.READS["a product's page"], here.values)
    assert "10.0.0.7" not in str(answer)


def test_every_writing_method_has_a_deadline_that_allows_for_a_slow_service():
    changing = [
        method
        for _, method in (known for methods in hosting.methods(hosting.hosted()).values() for known in methods.values())
        if not method.name.startswith(READING)
    ]
    assert len(changing) > 40
    assert [str(method) for method in changing if method.deadline_ms < 2_000] == IMPATIENT


def test_every_service_and_every_root_field_of_queries_is_in_the_table():
    from apps.gateway.schema import QUERIES

    read = {service for operation in table.READS.values() for service in operation.without}
    assert read == set(table.SERVICES) - table.UNREAD
    fields = {operation.document.split("(")[0].split(" ")[0] for operation in table.READS.values()}
    # A link's token is in an e-mail alone; it shows what `guestOrder` shows.
    left_out = {"product", "category", "node", "revenue", "stock_totals", "data_export", "guest_order_by_link"}
    assert {name for name in QUERIES if name not in left_out} <= {_snake(name) for name in fields} | left_out


def _snake(name):
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
