"""Commands on orders through the contract: permissions, periods and idempotency."""

import pytest
from idl.orders import OrderStatus, PaymentStatus

from idl import common, orders
from tests import acting
from tests.orders import shop
from tests.orders.shop import COAT, LAMP, TEAPOT, gbp
from thriftshop import call_context, clock
from thriftshop.events import progress

pytestmark = pytest.mark.django_db
MINUTE, DAY = 60_000, 86_400_000


def later(monkeypatch, milliseconds):
    moment = clock.now() + milliseconds
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_customer_cancels_within_the_grace_period_and_the_authorisation_is_voided(event_store, transport):
    shop.open_shop()
    order = shop.confirmed((COAT, 2), token="tok_ok")
    with acting.as_customer():
        order = shop.shop().cancel(order.id, "changed my mind")
        assert (order.status, order.reason, order.cancellable) == (OrderStatus.CANCELLED, "changed my mind", False)
        assert shop.shop().cancel(order.id, "again").version == order.version
    progress.catch_up()
    assert shop.get(order.id).payment_status == PaymentStatus.VOIDED
    assert shop.levels(COAT) == {COAT: (20, 0)}


def test_after_the_grace_period_only_staff_can_cancel(monkeypatch):
    shop.open_shop()
    order = shop.confirmed((COAT, 2))
    later(monkeypatch, 31 * MINUTE)
    with acting.as_customer(), pytest.raises(orders.NotAllowedNow):
        shop.shop().cancel(order.id, "too late")
    assert not shop.get(order.id).cancellable
    with acting.as_staff("orders"):
        assert shop.shop().cancel(order.id, "asked by phone").status == OrderStatus.CANCELLED


def test_goods_that_a_customer_returns_are_not_restocked_at_once():
    shop.open_shop()
    order = shop.shipped((COAT, 2), token="tok_ok")
    with acting.as_customer():
        order = shop.shop().return_lines("my-return", order.id, shop.quantities((1, 1)), "too small", True, None)
        assert (order.returns[0].restocked, order.returns[0].refund) == (False, gbp(45_00))
        with pytest.raises(common.Forbidden, match="agreed_refund"):
            shop.shop().return_lines("more", order.id, shop.quantities((1, 1)), "x", False, gbp(99_00))
    progress.catch_up()
    assert shop.levels(COAT) == {COAT: (18, 0)}
    assert shop.get(order.id).refunded == gbp(45_00)


def test_a_customer_sees_the_refundable_amount_and_is_refunded_it(event_store, transport):
    shop.open_shop()
    charges = [shop.charge(-24_00, orders.ChargeKind.DISCOUNT, "Sale"), shop.charge(3_95)]
    order = shop.confirmed((COAT, 2), (LAMP, 1), token="tok_ok", charges=charges)
    assert [line.discounted_total for line in order.lines] == [gbp(72_00), gbp(24_00)]
    assert [line.refundable for line in order.lines] == [gbp(0), gbp(0)]
    shop.ship(order.id)
    progress.catch_up()
    assert [line.refundable for line in shop.get(order.id).lines] == [gbp(72_00), gbp(24_00)]
    with acting.as_customer():
        order = shop.shop().return_lines("coats", order.id, shop.quantities((1, 2)), "too small", False, None)
    assert (order.returns[0].refund, order.returns[0].withheld) == (gbp(72_00), gbp(0))
    # The lamp is the last of the order: the postage comes with it.
    assert [line.refundable for line in order.lines] == [gbp(0), gbp(24_00 + 3_95)]
    with acting.as_customer():
        shop.shop().return_lines("lamp", order.id, shop.quantities((2, 1)), "too dark", False, None)
    progress.catch_up()
    order = shop.get(order.id)
    assert (order.refunded, order.payment_status) == (order.total, PaymentStatus.REFUNDED)


def test_a_customer_cannot_return_goods_after_the_return_period(monkeypatch, settings):
    settings.RETURN_DAYS = 14
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    later(monkeypatch, 14 * DAY + MINUTE)
    with acting.as_customer(), pytest.raises(orders.NotAllowedNow, match="14 days"):
        shop.shop().return_lines("late", order.id, shop.quantities((1, 1)), "x", False, None)
    assert shop.return_lines(order.id, (1, 1)).returns


VERBS = {
    "cancel": lambda service, id_, key: service.cancel(id_, "x"),
    "cancel_lines": lambda service, id_, key: service.cancel_lines(key, id_, shop.quantities((1, 1)), "x"),
    "ship": lambda service, id_, key: service.ship(key, id_, shop.quantities((1, 1)), None),
    "return_lines": lambda service, id_, key: service.return_lines(key, id_, shop.quantities((1, 1)), "x", False, None),
    "refund": lambda service, id_, key: service.refund(key, id_, gbp(1_00), "x"),
    "retry_step": lambda service, id_, key: service.retry_step(id_),
    "get_timeline": lambda service, id_, key: service.get_timeline(id_),
}
STAFF_ONLY = {"cancel_lines", "ship", "refund", "retry_step"}


def requested(verb):
    """The service through the transport, or directly for methods that the gateway does not call."""
    return acting.straight_at(orders.OrdersService) if verb in STAFF_ONLY else shop.shop()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["stranger", "another"])
def test_another_customers_order_is_not_found(verb, who, transport):
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    acts = acting.as_stranger() if who == "stranger" else acting.as_customer(acting.OTHER)
    before = shop.kinds(order.id)
    with acts, pytest.raises(common.Forbidden if verb in STAFF_ONLY else common.NotFound):
        VERBS[verb](requested(verb), order.id, "key")
    assert shop.kinds(order.id) == before


@pytest.mark.parametrize("verb", sorted(STAFF_ONLY))
def test_staff_methods_are_refused_to_the_orders_customer(verb):
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    with acting.as_customer(), pytest.raises(common.Forbidden, match="staff"):
        VERBS[verb](requested(verb), order.id, "key")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("order_id", ["", "no-such-order", "x" * 10_000, "🧥", "adjustment-1"])
def test_an_unknown_order_is_not_found(verb, order_id):
    with acting.as_staff("orders"), pytest.raises(common.NotFound):
        VERBS[verb](shop.shop(), order_id, "key")


@pytest.mark.parametrize("verb", ["cancel_lines", "ship", "return_lines", "refund"])
def test_a_repeated_key_changes_an_order_once(verb, event_store):
    shop.open_shop()
    order = shop.confirmed((COAT, 3))
    shop.ship(order.id, (1, 2))
    progress.catch_up()
    with acting.as_staff("orders"):
        first = VERBS[verb](shop.shop(), order.id, "the-key")
        again = VERBS[verb](shop.shop(), order.id, "the-key")
        assert again.version == first.version
        progress.catch_up()
        assert VERBS[verb](shop.shop(), order.id, "the-key").version == shop.get(order.id).version
        other = VERBS[verb](shop.shop(), order.id, "other-key") if verb == "refund" else None
    assert other is None or other.version > first.version


@pytest.mark.parametrize("verb", ["cancel_lines", "ship", "return_lines", "refund"])
@pytest.mark.parametrize("key", ["", "   ", "x" * 101, "bell\x07"])
def test_an_invalid_key_is_refused(verb, key):
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    with acting.as_staff("orders"), pytest.raises(common.InvalidInput, match="key"):
        VERBS[verb](shop.shop(), order.id, key)


def test_keys_of_different_methods_are_independent():
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (TEAPOT, 1))
    shop.ship(order.id, (1, 1), key_="k")
    progress.catch_up()
    assert shop.return_lines(order.id, (1, 1), key_="k").returns


def test_shipping_a_shipped_order_is_refused_and_changes_nothing():
    shop.open_shop()
    order = shop.shipped((COAT, 2))
    with pytest.raises(orders.NotAllowedNow) as refusal:
        shop.ship(order.id)
    assert (refusal.value.status, refusal.value.next_statuses) == (OrderStatus.SHIPPED, [OrderStatus.RETURNED])
    assert shop.get(order.id).version == order.version


def test_a_cancelled_order_releases_its_stock_even_after_a_partial_cancellation():
    shop.open_shop()
    order = shop.confirmed((COAT, 2), (LAMP, 2), token="tok_ok")
    with acting.as_staff("orders"):
        shop.shop().cancel_lines("some", order.id, shop.quantities((1, 1)), "moths")
        shop.shop().cancel(order.id, "all of it")
    progress.catch_up()
    assert shop.levels(COAT, LAMP) == {COAT: (20, 0), LAMP: (20, 0)}
    assert shop.get(order.id).payment_status == PaymentStatus.VOIDED
    assert shop.kinds(order.id)[-1] == "PaymentVoided"


def test_the_currency_of_a_refund_is_not_case_sensitive():
    shop.open_shop()
    order = shop.confirmed((COAT, 2), token="tok_ok")
    shop.ship(order.id)
    progress.catch_up()
    shop.return_lines(order.id, (1, 1), agreed=common.Money(amount=10_00, currency="gbp"))
    with acting.as_staff("orders"):
        shop.shop().refund(shop.key("refund"), order.id, common.Money(amount=5_00, currency=" Gbp"), "late")
    progress.catch_up()
    assert shop.get(order.id).refunded == gbp(15_00)


def test_imported_changes_keep_their_own_dates():
    shop.open_shop()
    with acting.as_service("trade"), call_context.using(occurred_at=1_260_000_000_000):
        order = shop.shop().place(shop.order_request((COAT, 2, 1_00)))
        progress.catch_up()
    with acting.as_service("trade"), call_context.using(occurred_at=1_260_000_500_000):
        shop.shop().ship("s", order.id, [], None)
        progress.catch_up()
    with acting.as_service("trade"), call_context.using(occurred_at=1_260_900_000_000):
        shop.shop().return_lines("r", order.id, shop.quantities((1, 1)), "x", True, gbp(50))
        progress.catch_up()
    with acting.as_staff("orders"):
        story = shop.shop().get_timeline(order.id)
    moments = {entry.kind: entry.occurred_at for entry in story}
    assert moments["OrderConfirmed"] == 1_260_000_000_000
    assert moments["PaymentCaptured"] == moments["OrderShipped"] == 1_260_000_500_000
    assert moments["PaymentRefunded"] == 1_260_900_000_000
    found = shop.get(order.id)
    assert (found.shipments[0].shipped_at, found.returns[0].returned_at) == (1_260_000_500_000, 1_260_900_000_000)
    assert found.updated_at == 1_260_900_000_000
