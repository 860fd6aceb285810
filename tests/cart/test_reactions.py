"""The cart's reactions to orders and erasures: repeated events have one effect."""

import pytest
from django.db import transaction

from apps.cart import reactions, service
from idl import cart, common, orders, users
from tests import acting
from thriftshop import clock, events
from thriftshop.events import decider, effects, processor

pytestmark = pytest.mark.django_db

MINE = cart.CartRef()


def placed(cart_id, **quantities):
    """An order of the cart, as the orders' log has it."""
    price = common.Money(amount=450, currency="GBP")
    lines = [
        orders.OrderLine(
            number=number, sku=sku, name=sku, quantity=quantity, unit_price=price, agreed_price=False,
            shipped=0, cancelled=0, returned=0,
        )
        for number, (sku, quantity) in enumerate(quantities.items(), start=1)
    ]  # fmt: skip
    return orders.OrderPlaced(
        number="TS-1", lines=lines, charges=[], total=price, provider="invoice",
        cart_id=cart_id, fingerprint="f", placed_at=clock.now(), cancellable_until=clock.now(),
    )  # fmt: skip


def rejected(cart_id, **quantities):
    """That such an order could not be confirmed."""
    return orders.OrderRejected(
        reason="payment declined", cart_id=cart_id, lines=placed(cart_id, **quantities).lines if cart_id else None
    )


def happens(order_id, event):
    """The order is placed, and the cart's reaction takes note of it."""
    log = decider.Decider("orders", 0, lambda state, _: state + 1)
    (recorded,) = log.decide(order_id, lambda _: [event]).recorded
    return recorded


def checkout():
    (reaction,) = [one for one in reactions.REACTIONS if one.name == "cart.checkout"]
    return reaction


def fill(carts, *items):
    with acting.as_customer():
        return carts.add_items(MINE, [cart.CartItem(sku=sku, quantity=n) for sku, n in items], None)


def quantities(carts):
    with acting.as_customer():
        return {line.sku: line.quantity for line in carts.get_cart(MINE).lines}


@pytest.mark.usefixtures("shop")
def test_repeated_order_events_remove_the_items_once(carts):
    mine = fill(carts, ("CUP", 2), ("PLATE", 1))
    recorded = happens("order-1", placed(mine.id, CUP=2, PLATE=1))
    effects.run(checkout(), [recorded], lambda: None)
    assert quantities(carts) == {}
    fill(carts, ("CUP", 2))
    effects.run(checkout(), [recorded, recorded], lambda: None)
    assert quantities(carts) == {"CUP": 2}


@pytest.mark.usefixtures("shop")
def test_items_added_between_the_order_and_its_event_stay(carts):
    mine = fill(carts, ("CUP", 2))
    recorded = happens("order-1", placed(mine.id, CUP=2))
    fill(carts, ("RUG", 1), ("CUP", 1))
    effects.run(checkout(), [recorded], lambda: None)
    assert quantities(carts) == {"RUG": 1, "CUP": 1}


@pytest.mark.usefixtures("shop")
def test_an_order_without_a_cart_changes_no_cart(carts):
    fill(carts, ("CUP", 2))
    effects.run(checkout(), [happens("order-1", placed(None, CUP=2))], lambda: None)
    assert quantities(carts) == {"CUP": 2}


def test_an_order_of_an_unknown_cart_records_nothing():
    effects.run(checkout(), [happens("order-1", placed("customer-unknown", CUP=2))], lambda: None)
    assert service.carts.carts.history("customer-unknown") == []


@pytest.mark.usefixtures("shop")
def test_a_guest_can_use_the_cart_after_an_order(carts):
    with acting.as_stranger():
        opened = carts.open_guest_cart("GBP")
        ref = cart.CartRef(token=opened.token)
        carts.add_item(ref, cart.CartItem(sku="CUP", quantity=2), None)
    effects.run(checkout(), [happens("order-1", placed(opened.cart.id, CUP=2))], lambda: None)
    with acting.as_stranger():
        assert carts.get_cart(ref).lines == []
        assert carts.add_item(ref, cart.CartItem(sku="RUG", quantity=1), None).item_count == 1


@pytest.mark.usefixtures("shop")
def test_the_items_of_a_rejected_order_are_restored_once(carts):
    mine = fill(carts, ("CUP", 2), ("PLATE", 1))
    went = happens("order-1", placed(mine.id, CUP=2, PLATE=1))
    effects.run(checkout(), [went], lambda: None)
    fill(carts, ("CUP", 1), ("RUG", 1))
    rejection = happens("order-1", rejected(mine.id, CUP=2, PLATE=1))
    effects.run(checkout(), [rejection, rejection], lambda: None)
    effects.run(checkout(), [went, rejection], lambda: None)
    assert quantities(carts) == {"CUP": 3, "RUG": 1, "PLATE": 1}
    (again,) = [record.event for record in service.carts.carts.history(mine.id) if record.kind == "CartRestored"]
    assert again.order_id == "order-1"


@pytest.mark.usefixtures("shop")
def test_restored_items_show_changed_prices(carts, shop):
    mine = fill(carts, ("CUP", 2))
    effects.run(checkout(), [happens("order-1", placed(mine.id, CUP=2))], lambda: None)
    effects.run(checkout(), [happens("order-1", rejected(mine.id, CUP=2))], lambda: None)
    shop.price("CUP", 600)
    with acting.as_customer():
        (change,) = carts.get_cart(MINE).changes
    assert (change.price_before.amount, change.price_now.amount) == (450, 600)


@pytest.mark.usefixtures("shop")
def test_items_are_restored_as_far_as_there_is_room(carts):
    mine = fill(carts, ("CUP", 900))
    effects.run(checkout(), [happens("order-1", placed(mine.id, CUP=900))], lambda: None)
    fill(carts, ("CUP", 500))
    effects.run(checkout(), [happens("order-1", rejected(mine.id, CUP=900))], lambda: None)
    assert quantities(carts) == {"CUP": 999}


@pytest.mark.usefixtures("shop")
def test_a_rejected_order_restores_only_the_items_it_removed(carts):
    """As of two orders of one cart, which earlier versions could place."""
    mine = fill(carts, ("CUP", 2))
    effects.run(
        checkout(),
        [happens("order-1", placed(mine.id, CUP=2)), happens("order-2", placed(mine.id, CUP=2))],
        lambda: None,
    )
    effects.run(checkout(), [happens("order-2", rejected(mine.id, CUP=2))], lambda: None)
    assert quantities(carts) == {}
    effects.run(checkout(), [happens("order-1", rejected(mine.id, CUP=2))], lambda: None)
    assert quantities(carts) == {"CUP": 2}


@pytest.mark.usefixtures("shop")
def test_an_order_after_a_check_out_removes_nothing_more(carts):
    mine = fill(carts, ("CUP", 2))
    order = placed(mine.id, CUP=2)
    order.cart_version = mine.version
    effects.run(checkout(), [happens("order-1", order)], lambda: None)
    assert quantities(carts) == {"CUP": 2}


@pytest.mark.usefixtures("shop")
def test_nothing_is_restored_to_the_cart_of_an_erased_customer(carts):
    mine = fill(carts, ("CUP", 2))
    effects.run(checkout(), [happens("order-1", placed(mine.id, CUP=2))], lambda: None)
    service.merging.erase(acting.CUSTOMER)
    effects.run(checkout(), [happens("order-1", rejected(mine.id, CUP=2))], lambda: None)
    service.merging.erase(acting.CUSTOMER)
    assert quantities(carts) == {}
    assert [record.kind for record in service.carts.carts.history(mine.id)].count("CartCleared") == 1


def test_nothing_is_restored_to_an_unknown_cart_or_for_an_order_without_a_cart():
    effects.run(
        checkout(),
        [happens("order-1", rejected("customer-unknown", CUP=2)), happens("order-2", rejected(None))],
        lambda: None,
    )
    assert service.carts.carts.history("customer-unknown") == []


@pytest.mark.usefixtures("shop")
def test_the_cart_of_an_erased_customer_is_emptied(carts):
    fill(carts, ("CUP", 2))
    with transaction.atomic():
        events.record("users", acting.CUSTOMER, [users.UserErased(id=acting.CUSTOMER)])
    (group,) = [one for one in reactions.REACTIONS if one.name == "cart.erasure"]
    while processor.process(group):
        continue
    assert quantities(carts) == {}
    assert service.carts.carts.history(f"customer-{acting.CUSTOMER}")[-1].event.reason == "erased"
