"""The export and the erasure of a user's data."""

import datetime
import json
from unittest import mock

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection

from apps.users import models
from apps.users.service import privacy, tokens
from idl import cart, catalog, common, orders, sessions, users
from tests import acting
from tests.orders import shop
from tests.users import people
from thriftshop import call_context, clock, rpc
from thriftshop.events import progress
from thriftshop.rpc import hosting

pytestmark = pytest.mark.django_db


def logged_in(password=people.PASSWORD):
    """A user with all kinds of data, and their open session."""
    user = people.a_user(password=password, settings={"currency": "EUR"})
    with acting.as_stranger():
        login = rpc.connect(sessions.SessionsService).log_in(people.EMAIL, password, "Ann's laptop", "203.0.113.77")
    with acting.as_customer(str(user.pk)):
        people.service().put_address(None, people.an_address(), "Home", True)
    return user, login


def put_in_the_cart(sku, quantity):
    """Create a product, and add it to the current viewer's cart."""
    with acting.as_service("demo"):
        product = catalog.ProductInput(
            sku=sku,
            name="A cup",
            prices=[common.Money(amount=450, currency="GBP"), common.Money(amount=520, currency="EUR")],
            status=catalog.ProductStatus.PUBLISHED,
        )
        rpc.connect(catalog.CatalogService).put_products([product], False)
    rpc.connect(cart.CartService).add_item(cart.CartRef(), cart.CartItem(sku=sku, quantity=quantity), None)


class Orders(orders.OrdersService):
    """Two pages of orders; records the calls."""

    calls: list = []

    def find_orders(self, filter, page):
        here = call_context.current()
        self.calls.append((here.caller, filter.customer_id, page.after))
        money = common.Money(amount=1999, currency="GBP")
        order = orders.Order(
            id="o1",
            number=f"TS-{page.after or 'FIRST'}",
            status=orders.OrderStatus.SHIPPED,
            payment_status=orders.PaymentStatus.CAPTURED,
            lines=[],
            charges=[],
            total=money,
            captured=money,
            refunded=money,
            shipping_address=people.an_address(),
            provider="invoice",
            placed_at=1_700_000_000_000,
            updated_at=1_700_000_000_000,
            next_statuses=[orders.OrderStatus.RETURNED],
            cancellable=False,
            cancellable_until=1_700_000_000_000,
            shipments=[],
            returns=[],
            version=3,
        )
        more = page.after is None
        info = common.PageInfo(has_next_page=more, end_cursor="SECOND" if more else None)
        return orders.OrderPage(orders=[order], page_info=info)


@pytest.fixture
def two_orders():
    """A service of the orders' contract that returns two orders on two pages."""
    real = hosting.service

    def hosted(contract):
        return Orders() if contract is orders.OrdersService else real(contract)

    Orders.calls.clear()
    with mock.patch.object(hosting, "service", hosted):
        yield Orders.calls


def test_the_export_contains_all_data_of_the_user(transport, two_orders):
    user, login = logged_in()
    with acting.as_customer(str(user.pk), login.session.id):
        put_in_the_cart("CUP", 2)
        document = json.loads(people.service().export_data())
    assert document["profile"]["email"] == people.EMAIL
    assert document["profile"]["role"] == "CUSTOMER"
    assert document["addresses"][0]["address"]["lines"] == ["12 Mill Lane"]
    assert document["settings"]["currency"] == "EUR"
    assert [(one["device"], one["address"]) for one in document["sessions"]] == [("Ann's laptop", "203.0.113.x")]
    assert [one["number"] for one in document["orders"]] == ["TS-FIRST", "TS-SECOND"]
    assert [(one["sku"], one["quantity"]) for one in document["cart"]] == [("CUP", 2)]
    assert document["orders"][0]["status"] == "SHIPPED"
    assert document["orders"][0]["next_statuses"] == ["RETURNED"]
    assert document["orders"][0]["placed_at"] == "2023-11-14T22:13:20+00:00"
    assert document["orders"][0]["total"] == {"amount": 1999, "currency": "GBP"}
    assert [one["what"] for one in document["history"]] == ["UserRegistered", "ProfileChanged"]
    assert document["missing"] == []
    assert "argon2" not in json.dumps(document)
    assert two_orders == [("users", str(user.pk), None), ("users", str(user.pk), "SECOND")]


def test_the_export_contains_every_line_of_a_large_order(transport):
    user, login = logged_in()
    shop.open_shop(stock=3_000)
    order = shop.place(*[(shop.BUTTON, 1)] * 2_001, customer=str(user.pk))
    progress.catch_up()
    with acting.as_customer(str(user.pk), login.session.id):
        document = json.loads(people.service().export_data())
    assert document["missing"] == []
    assert [one["number"] for one in document["orders"]] == [order.number]
    assert [line["number"] for line in document["orders"][0]["lines"]] == list(range(1, 2_002))


def test_the_export_contains_the_time_of_the_last_login(move_on):
    user, _ = logged_in()
    progress.catch_up()
    move_on(60_000)
    with acting.as_stranger():
        again = rpc.connect(sessions.SessionsService).log_in(people.EMAIL, people.PASSWORD, "A phone", None)
    progress.catch_up()
    with acting.as_customer(str(user.pk)):
        document = json.loads(people.service().export_data())
    at = clock.datetime_of(again.session.started_at).isoformat()
    assert document["profile"]["last_login_at"] == at
    models.note_login(str(user.pk), again.session.started_at - 1)
    models.note_login("nobody", again.session.started_at)
    assert people.reloaded(user).last_login.isoformat() == at
    assert people.reloaded(user).version == user.version + 1


def test_the_export_lists_data_that_could_not_be_read(transport, settings):
    user, _ = logged_in()
    settings.CONTEXTS = ["users"]
    hosting.service.cache_clear()
    with acting.as_customer(str(user.pk)):
        document = json.loads(people.service().export_data())
    assert document["profile"]["name"] == people.NAME
    assert document["sessions"] is None
    assert document["orders"] is None
    assert document["cart"] is None
    assert len(document["missing"]) == 3


def test_the_export_has_readable_times_and_enum_values():
    moment = clock.moment(datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC))
    login = common.Viewer(id="u", role=common.Role.STAFF)
    assert privacy.plain(login) == {"id": "u", "role": "STAFF", "session_id": None, "valid_until": None}
    assert privacy.plain(moment, None, "started_at") == "2026-11-22T00:00:00+00:00"
    assert privacy.plain(moment, None, "amount") == moment
    assert privacy.plain(True, None, "is_default") is True


def test_erasing_leaves_no_trace_of_the_person_in_any_table(transport):
    user, login = logged_in()
    row = people.reloaded(user)
    row.groups.add(Group.objects.create(name="Shelf fillers"))
    with acting.as_stranger():
        people.service().request_password_reset(people.EMAIL)
    LogEntry.objects.log_actions(user.pk, [row], 2, "closed", single_object=True)
    progress.catch_up()
    reset = tokens.make(tokens.RESET, row)
    with acting.as_customer(str(user.pk), login.session.id):
        people.service().erase_account(people.PASSWORD)
    progress.catch_up()
    left = everything_in_the_database()
    assert str(user.pk) in left or user.pk.hex in left
    for trace in (
        people.EMAIL,
        people.NAME,
        "Miller",
        "Mill Lane",
        "YO1 7HD",
        "Ann's laptop",
        "203.0.113",
        row.password,
    ):
        assert trace not in left, trace
    assert people.last_event(user) == users.UserErased(id=str(user.pk))
    with acting.as_stranger():
        with pytest.raises(users.InvalidToken):
            people.service().reset_password(reset, people.OTHER_PASSWORD)
        with pytest.raises(sessions.InvalidSession):
            rpc.connect(sessions.SessionsService).authenticate(login.token)
        with pytest.raises(sessions.LoginFailed):
            rpc.connect(sessions.SessionsService).log_in(people.EMAIL, people.PASSWORD, "d", None)


def everything_in_the_database():
    """Every value of every table as one text."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - the tables' own names
            for row in cursor.fetchall():
                parts += [v.decode(errors="replace") if isinstance(v, bytes) else str(v) for v in row]
    return "\n".join(parts)


def test_erasing_needs_the_password(transport):
    user, _ = logged_in()
    with acting.as_customer(str(user.pk)), pytest.raises(users.WrongCredentials):
        people.service().erase_account("wrong")
    assert people.reloaded(user).email == people.EMAIL
    assert people.reloaded(user).erased_at is None


def test_erased_users_cannot_be_found_and_may_sign_up_as_new_users(transport):
    user, _ = logged_in()
    with acting.as_customer(str(user.pk)):
        people.service().erase_account(people.PASSWORD)
    with acting.as_staff("users"):
        assert people.service().get_users([str(user.pk)]) == []
        with pytest.raises(common.NotFound):
            people.service().reactivate(str(user.pk))
    with acting.as_stranger():
        people.service().sign_up(people.EMAIL, people.PASSWORD, people.NAME)
    assert models.User.objects.get(email=people.EMAIL).pk != user.pk
