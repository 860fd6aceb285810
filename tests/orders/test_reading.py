"""Reading orders: permissions, pages, filters, timelines and books; every table equals its rebuild."""

import pytest
from idl.orders import OrderStatus, PaymentStatus

from apps.orders.domain import states
from apps.orders.models import Adjustment, Entry, Order
from apps.orders.projections import PROJECTIONS
from idl import common, orders
from tests import acting
from tests.orders import shop
from tests.orders.shop import COAT, LAMP, TEAPOT, gbp
from thriftshop import call_context
from thriftshop.events import progress, rebuild

pytestmark = pytest.mark.django_db


def find(first=20, after=None, **more):
    return shop.shop().find_orders(orders.OrderFilter(**more), common.Page(first=first, after=after))


def a_shops_life():
    """Orders with different outcomes."""
    shop.open_shop(stock=30)
    shop.confirmed((COAT, 1))
    shop.shipped((COAT, 1), (LAMP, 2), charges=[shop.charge(3_95)], token="tok_ok")
    back = shop.shipped((TEAPOT, 2), customer=acting.OTHER)
    shop.return_lines(back.id, (1, 2), agreed=gbp(20_00))
    shop.confirmed((COAT, 1), token="tok_decline")
    part = shop.confirmed((COAT, 3), (TEAPOT, 1), customer=None, token="tok_ok", charges=[shop.charge(-5_00)])
    with acting.as_staff("orders"):
        shop.shop().cancel_lines("c", part.id, shop.quantities((1, 1)), "moths")
        off = shop.confirmed((LAMP, 2))
        shop.shop().cancel(off.id, "x")
        early = shop.place((LAMP, 1))
        shop.shop().cancel(early.id, "x")
    shop.ship(part.id, (1, 1))
    shop.confirmed((COAT, 1), token="tok_fail")
    shop.shipped((LAMP, 1), token="tok_capture_fail")
    with acting.as_service("trade"):
        shop.shop().book_adjustment("a1", orders.ChargeKind.FEE, "Bank charges", gbp(-12_00), None, "537000")
    progress.catch_up()
    return part


def test_every_table_equals_its_rebuild(event_store):
    a_shops_life()
    for projection in PROJECTIONS:
        assert rebuild.differences(projection) == []


def test_every_row_matches_its_order():
    a_shops_life()
    for row in Order.objects.all():
        order = shop.get(row.id)
        assert (row.number, row.status, row.payment_status) == (order.number, order.status, order.payment_status)
        assert (row.total, row.captured, row.refunded) == (
            order.total.amount,
            order.captured.amount,
            order.refunded.amount,
        )
        assert (row.version, row.updated_at) == (order.version, order.updated_at)
        assert row.shipped == sum(line.shipped for line in order.lines)
    assert {row.status for row in Order.objects.all()} == set(states.NEXT)


def test_the_books_match_the_totals_of_the_orders():
    a_shops_life()
    with acting.as_service("trade"):
        books = shop.shop().get_revenue("GBP", None, None)
    rows = [row for row in Order.objects.all() if row.confirmed]
    assert books.orders == len(rows) == 6
    assert books.goods == gbp(sum(row.goods for row in rows))
    assert books.charges == gbp(3_95 - 5_00)
    # A coat of the order with 5.00 off 147.50 bears 1.53 of it.
    assert books.cancelled == gbp(43_47 + 60_00)
    assert books.refunded == gbp(20_00)
    assert books.adjustments == gbp(-12_00)
    assert books.captured == gbp(sum(row.captured for row in rows)) == gbp(105_00 + 3_95 + 25_00 + 43_47)
    assert (books.units_shipped, books.units_returned) == (3 + 2 + 1 + 1, 2)
    total = books.goods.amount + books.charges.amount - 103_47 - 20_00 - 12_00
    assert books.net == gbp(total)


def test_a_range_of_the_books_includes_its_start_and_excludes_its_end():
    shop.open_shop()
    moments = (1_260_000_000_000, 1_260_000_001_000)
    for moment in moments:
        with acting.as_service("trade"), call_context.using(occurred_at=moment):
            shop.shop().place(shop.order_request((COAT, 1, 1_00)))
            progress.catch_up()
    with acting.as_staff("orders"):
        assert shop.shop().get_revenue("GBP", *moments).goods == gbp(1_00)
        assert shop.shop().get_revenue("GBP", moments[0], None).goods == gbp(2_00)
        assert shop.shop().get_revenue("EUR", None, None).goods == common.Money(amount=0, currency="EUR")


@pytest.mark.parametrize("written", ["gbp", " Gbp "])
def test_the_currency_of_the_books_is_not_case_sensitive(written):
    shop.open_shop()
    shop.confirmed((COAT, 1))
    with acting.as_staff("orders"):
        assert shop.shop().get_revenue(written, None, None).goods == gbp(45_00)


@pytest.mark.parametrize("unknown", ["DOGE", "", "XXX", "JPY", "😀", "G" * 10_000])
def test_the_books_of_an_unknown_currency_are_refused(unknown):
    with acting.as_staff("orders"), pytest.raises(common.InvalidInput, match="GBP") as refusal:
        shop.shop().get_revenue(unknown, None, None)
    assert refusal.value.field == "currency"


def test_only_staff_can_read_the_books():
    for acts in (acting.as_customer(), acting.as_stranger()):
        with acts:
            with pytest.raises(common.Forbidden):
                shop.shop().get_revenue("GBP", None, None)
            with pytest.raises(common.Forbidden):
                acting.straight_at(orders.OrdersService).book_adjustment("k", 4, "x", gbp(1), None, None)


def test_a_booking_is_recorded_once_per_key(event_store):
    with acting.as_staff("orders"):
        with pytest.raises(common.InvalidInput, match="'xxx' is not a currency of this shop"):
            shop.shop().book_adjustment(
                "k", orders.ChargeKind.FEE, "x", common.Money(amount=1, currency="xxx"), None, None
            )
        first = shop.shop().book_adjustment("k", orders.ChargeKind.FEE, " Bank charges ", gbp(-12_00), None, None)
        again = shop.shop().book_adjustment("k", orders.ChargeKind.FEE, "Bank charges", gbp(-12_00), None, None)
        assert again == shop.shop().book_adjustment(
            "k", orders.ChargeKind.FEE, "Bank charges", common.Money(amount=-12_00, currency="gbp"), None, None
        )
        with pytest.raises(orders.IdempotencyConflict):
            shop.shop().book_adjustment("k", orders.ChargeKind.FEE, "Bank charges", gbp(-13_00), None, None)
    assert first == again
    progress.catch_up()
    row = Adjustment.objects.get()
    assert (row.description, row.amount, row.actor) == ("Bank charges", -12_00, acting.STAFF)
    assert Entry.objects.get().adjustments == -12_00


def test_each_customer_sees_their_own_orders(transport):
    shop.open_shop()
    mine, theirs, guests = (
        shop.confirmed((COAT, 1), customer=customer) for customer in (acting.CUSTOMER, acting.OTHER, None)
    )
    ids = [theirs.id, mine.id, guests.id, "nonsense", mine.id]
    with acting.as_customer():
        assert [order.id for order in shop.shop().get_orders(ids)] == [mine.id, mine.id]
        assert [order.id for order in find().orders] == [mine.id]
        assert [order.id for order in find(customer_id=acting.CUSTOMER).orders] == [mine.id]
        with pytest.raises(common.Forbidden):
            find(customer_id=acting.OTHER)
    with acting.as_stranger():
        assert shop.shop().get_orders(ids) == []
        with pytest.raises(common.Unauthenticated):
            find()
    with acting.as_staff("orders"):
        assert [order.id for order in shop.shop().get_orders(ids[:3])] == ids[:3]
        assert {order.id for order in find().orders} == {mine.id, theirs.id, guests.id}
        assert [order.id for order in find(customer_id=acting.OTHER).orders] == [theirs.id]


def test_pages_continue_after_the_cursor_newest_first():
    shop.open_shop()
    placed = []
    for moment in (5_000, 4_000, 4_000, 3_000, 1_000):
        with acting.as_service("trade"), call_context.using(occurred_at=1_260_000_000_000 + moment):
            placed.append(shop.shop().place(shop.order_request((COAT, 1, 1))).id)
    progress.catch_up()
    with acting.as_staff("orders"):
        first = find(2)
        second = find(2, first.page_info.end_cursor)
        third = find(2, second.page_info.end_cursor)
    assert (first.page_info.total, first.page_info.has_next_page, third.page_info.has_next_page) == (5, True, False)
    ids = [order.id for page in (first, second, third) for order in page.orders]
    assert (ids[0], ids[3:], set(ids)) == (placed[0], placed[3:], set(placed))


def test_customers_page_through_their_own_orders_newest_first():
    shop.open_shop()
    placed = []
    for customer in (acting.CUSTOMER, acting.CUSTOMER, acting.OTHER, acting.CUSTOMER):
        with acting.as_service("trade"), call_context.using(occurred_at=1_260_000_000_000 + len(placed)):
            placed.append(shop.shop().place(shop.order_request((COAT, 1, 1), customer=customer)).id)
    progress.catch_up()
    own = [placed[3], placed[1], placed[0]]
    with acting.as_customer():
        first, everything = find(2), find(10)
        second = find(2, first.page_info.end_cursor)
    assert (first.page_info.total, first.page_info.has_next_page, second.page_info.has_next_page) == (3, True, False)
    assert (everything.page_info.total, everything.page_info.has_next_page) == (3, False)
    assert [order.id for order in everything.orders] == own
    assert [order.id for page in (first, second) for order in page.orders] == own


def test_an_order_that_is_newer_than_its_row_is_listed_as_it_is():
    shop.open_shop()
    order = shop.place((COAT, 1))
    progress.catch_up()
    with acting.as_staff("orders"):
        cancelled = shop.shop().cancel(order.id, "x")
    with acting.as_customer():
        (listed,) = find().orders
    assert (listed.version, listed.updated_at, listed.status) == (
        cancelled.version,
        cancelled.updated_at,
        OrderStatus.CANCELLED,
    )


def test_orders_are_filtered_by_status_and_time():
    shop.open_shop()
    with acting.as_service("trade"), call_context.using(occurred_at=1_260_000_000_000):
        old = shop.shop().place(shop.order_request((COAT, 1, 1)))
    new = shop.shipped((COAT, 1))
    with acting.as_staff("orders"):
        assert [order.id for order in find(statuses=[OrderStatus.SHIPPED]).orders] == [new.id]
        assert [order.id for order in find(placed_until=1_260_000_000_001).orders] == [old.id]
        assert [order.id for order in find(placed_from=1_260_000_000_001).orders] == [new.id]
        assert find(placed_until=1_260_000_000_000).orders == []


@pytest.mark.parametrize("page", [(0, None), (101, None), (-1, None), (5, "nonsense"), (5, "WyJhIiwxXQ")])
def test_an_invalid_page_is_refused(page):
    with acting.as_staff("orders"), pytest.raises(common.InvalidInput):
        find(*page)


def test_an_order_can_be_read_before_the_projections_have_it():
    shop.open_shop()
    order = shop.place((COAT, 1))
    assert not Order.objects.exists()
    with acting.as_customer():
        (found,) = shop.shop().get_orders([order.id])
    assert (found.status, found.updated_at, found.version) == (OrderStatus.PENDING, order.updated_at, 1)


def test_a_page_of_orders_takes_a_constant_number_of_queries(django_assert_max_num_queries):
    shop.open_shop(stock=1_000)
    for _ in range(30):
        shop.place((COAT, 1), (LAMP, 1))
    progress.catch_up()
    with acting.as_customer(), django_assert_max_num_queries(8):
        assert len(find(30).orders) == 30


def test_customers_see_the_public_timeline_and_staff_the_whole():
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_capture_fail")
    with acting.as_customer():
        story = shop.shop().get_timeline(order.id)
        assert [entry.kind for entry in story][-1] == "OrderShipped"
        assert {entry.actor for entry in story} == {"shop"}
        assert story[0].summary == f"Order {order.number} was placed: 1 line for 45.00 GBP, paid by card."
    with acting.as_staff("orders"):
        story = shop.shop().get_timeline(order.id)
        assert story[-1].summary == (
            "The step “capture” failed (attempt 1) and will be retried: The bank refuses to pay the authorised amount."
        )
        assert [entry.actor for entry in story if entry.kind == "OrderShipped"] == [acting.STAFF]


def test_an_order_with_a_failed_capture_is_shown_as_captured_only_after_the_retry():
    shop.open_shop()
    order = shop.shipped((COAT, 1), token="tok_capture_fail")
    assert order.payment_status == PaymentStatus.AUTHORISED
