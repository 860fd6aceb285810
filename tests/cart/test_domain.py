"""The rules of a cart: events and refusals of its commands, and its view."""

import pytest

from apps.cart import domain
from idl import cart, common
from tests.cart import samples


def test_a_cart_is_opened_once():
    assert domain.begin(domain.EMPTY, "customer", "GBP", samples.NOW, samples.LIFETIME) == [
        cart.CartOpened(customer_id="customer", currency="GBP", at=samples.NOW)
    ]
    assert domain.begin(samples.given(samples.OPENED), None, "EUR", samples.NOW, samples.LIFETIME) == []


def test_an_added_item_has_its_price_and_time():
    (event,) = domain.add(samples.given(samples.OPENED), samples.item("CUP", 2), samples.ON_SALE, samples.NOW + 5)
    assert event == samples.added("CUP", 2, 450, samples.NOW + 5)
    assert samples.given(samples.OPENED, event).lines == {"CUP": domain.Line(2, 450, samples.NOW + 5)}


def test_adding_more_of_a_product_adds_up_and_updates_the_price():
    state = samples.given(samples.OPENED, samples.added("CUP", 2, 400), samples.added("CUP", 3, 450, samples.NOW + 9))
    assert state.lines == {"CUP": domain.Line(5, 450, samples.NOW)}


def test_products_not_on_sale_cannot_be_added():
    with pytest.raises(common.InvalidInput, match="VASE is not on sale") as refusal:
        domain.add(samples.given(samples.OPENED), samples.item("VASE", 1), samples.ON_SALE, samples.NOW)
    assert refusal.value.field == "sku"


def test_products_not_on_sale_are_left_out_of_many():
    prices = domain.Prices("GBP", samples.ON_SALE.amounts, {*samples.ON_SALE.amounts, "JUG"})
    requested = {"VASE": 1, "CUP": 2, "JUG": 3}
    events, left = domain.add_many(samples.given(samples.OPENED), requested, prices, samples.NOW, as_fits=False)
    assert events == [samples.added("CUP", 2, 450)]
    reason = cart.LeftOutReason
    assert [(one.sku, one.quantity, one.reason) for one in left] == [
        ("VASE", 1, reason.NOT_ON_SALE),
        ("JUG", 3, reason.NO_PRICE),
    ]


def test_as_many_items_as_fit_are_added_and_the_others_listed():
    full = samples.given(
        samples.OPENED, *(samples.added(f"S{n}", 1, 100) for n in range(98)), samples.added("CUP", 990, 450)
    )
    requested = {"CUP": 20, "PLATE": 1000, "BOWL": 1, "VASE": 1}
    events, left = domain.add_many(full, requested, samples.ON_SALE, samples.NOW, as_fits=True)
    assert [(event.sku, event.quantity) for event in events] == [("CUP", 9), ("PLATE", 999)]
    no_room = cart.LeftOutReason.NO_ROOM
    assert [(one.sku, one.quantity, one.reason) for one in left] == [
        ("VASE", 1, cart.LeftOutReason.NOT_ON_SALE),
        ("CUP", 11, no_room),
        ("PLATE", 1, no_room),
        ("BOWL", 1, no_room),
    ]
    with pytest.raises(common.InvalidInput):
        domain.add_many(full, requested, samples.ON_SALE, samples.NOW, as_fits=False)


@pytest.mark.parametrize(
    ("present", "more", "fits"), [(0, 999, True), (998, 1, True), (998, 2, False), (999, 1, False)]
)
def test_a_line_holds_up_to_999(present, more, fits):
    state = samples.given(samples.OPENED, *([samples.added("CUP", present, 450)] if present else []))
    if fits:
        assert domain.add(state, samples.item("CUP", more), samples.ON_SALE, samples.NOW)
    else:
        with pytest.raises(common.InvalidInput, match="1 to 999"):
            domain.add(state, samples.item("CUP", more), samples.ON_SALE, samples.NOW)


def test_a_full_cart_accepts_more_of_its_own_products_only():
    full = samples.given(
        samples.OPENED, *(samples.added(f"S{n}", 1, 100) for n in range(99)), samples.added("CUP", 1, 450)
    )
    assert domain.add(full, samples.item("CUP", 1), samples.ON_SALE, samples.NOW)
    with pytest.raises(common.InvalidInput, match="101 lines"):
        domain.add(full, samples.item("PLATE", 1), samples.ON_SALE, samples.NOW)
    with pytest.raises(common.InvalidInput, match="101 lines"):
        domain.set_quantity(full, "PLATE", 1, samples.ON_SALE, samples.NOW)


def test_setting_a_quantity_of_zero_removes_the_line():
    state = samples.given(samples.OPENED, samples.added("CUP", 2, 400))
    (event,) = domain.set_quantity(state, "CUP", 7, samples.ON_SALE, samples.NOW)
    assert event == cart.QuantitySet(sku="CUP", quantity=7, unit_price=samples.pounds(450), at=samples.NOW)
    assert domain.evolve(state, event).lines == {"CUP": domain.Line(7, 450, samples.NOW)}
    assert domain.set_quantity(state, "CUP", 0, samples.ON_SALE, samples.NOW) == [
        cart.ItemRemoved(sku="CUP", at=samples.NOW)
    ]
    assert domain.set_quantity(state, "PLATE", 0, samples.ON_SALE, samples.NOW) == []


def test_setting_the_same_quantity_changes_nothing():
    assert (
        domain.set_quantity(
            samples.given(samples.OPENED, samples.added("CUP", 2, 450)), "CUP", 2, samples.ON_SALE, samples.NOW
        )
        == []
    )


def test_quantities_of_products_off_sale_can_only_be_reduced():
    state = samples.given(samples.OPENED, samples.added("VASE", 3, 100))
    (event,) = domain.set_quantity(state, "VASE", 2, samples.ON_SALE, samples.NOW)
    assert domain.evolve(state, event).lines == {"VASE": domain.Line(2, 100, samples.NOW)}
    with pytest.raises(common.InvalidInput, match="not on sale"):
        domain.set_quantity(state, "VASE", 4, samples.ON_SALE, samples.NOW)


@pytest.mark.parametrize("quantity", [-1, 1000, 2**31 - 1])
def test_invalid_quantities_are_refused(quantity):
    with pytest.raises(common.InvalidInput, match="1 to 999"):
        domain.set_quantity(samples.given(samples.OPENED), "CUP", quantity, samples.ON_SALE, samples.NOW)


def test_removing_a_line_removes_it_and_removing_an_absent_one_changes_nothing():
    state = samples.given(samples.OPENED, samples.added("CUP", 2), samples.added("PLATE", 1))
    (event,) = domain.remove(state, "CUP", samples.NOW)
    assert samples.quantities(domain.evolve(state, event)) == {"PLATE": 1}
    assert domain.remove(state, "RUG", samples.NOW) == []
    assert domain.clear(state, "customer", samples.NOW) == [cart.CartCleared(reason="customer", at=samples.NOW)]
    assert domain.clear(samples.given(samples.OPENED), "customer", samples.NOW) == []


def check_out(state, version, **quantities):
    items = [samples.item(sku, quantity) for sku, quantity in quantities.items()]
    order = cart.Checkout(order_id="order", lines=items, placement=b"an order")
    return domain.check_out(state, version, order, samples.NOW)


def test_a_check_out_keeps_items_added_since_the_version():
    state = samples.given(samples.OPENED, samples.added("CUP", 2), samples.added("CUP", 1), samples.added("RUG", 1))
    (event,) = check_out(state, 2, CUP=2)
    assert (event.order_id, event.placement) == ("order", b"an order")
    assert samples.quantities(domain.evolve(state, event)) == {"CUP": 1, "RUG": 1}


@pytest.mark.parametrize(
    "since",
    [
        cart.QuantitySet(sku="CUP", quantity=2, at=samples.NOW),
        cart.ItemRemoved(sku="PLATE", at=samples.NOW),
        cart.CartCheckedOut(order_id="other", lines=[samples.item("CUP", 1)], at=samples.NOW),
        cart.CartCleared(reason="merged", at=samples.NOW, lines=[], customer_id="ann"),
    ],
)
def test_a_cart_changed_since_the_version_is_not_checked_out(since):
    state = samples.given(
        samples.OPENED, samples.added("CUP", 2), samples.added("PLATE", 1), since, samples.added("CUP", 2)
    )
    with pytest.raises(cart.CartChanged) as refusal:
        check_out(state, 3, CUP=2)
    assert refusal.value.version == state.version == 5
    assert check_out(state, 4, CUP=1)


def test_empty_orders_and_future_versions_cannot_be_checked_out():
    state = samples.given(samples.OPENED, samples.added("CUP", 2))
    for version, quantities in ((2, {}), (3, {"CUP": 2}), (2, {"CUP": 3}), (2, {"RUG": 1})):
        with pytest.raises(cart.CartChanged):
            check_out(state, version, **quantities)


def test_the_checked_out_lines_are_those_in_the_cart_at_that_moment():
    events = [
        samples.OPENED,
        samples.added("CUP", 2, 450),
        cart.CartCheckedOut(order_id="first", lines=[samples.item("CUP", 2)], at=samples.NOW),
        samples.added("CUP", 1, 450),
        cart.CartCheckedOut(order_id="second", lines=[samples.item("CUP", 2), samples.item("RUG", 1)], at=samples.NOW),
    ]
    assert [(line.sku, line.quantity) for line in domain.checked_out_lines(events, "first")] == [("CUP", 2)]
    assert [
        (line.sku, line.quantity, line.unit_price.amount) for line in domain.checked_out_lines(events, "second")
    ] == [("CUP", 1, 450)]
    assert domain.checked_out_lines(events, "third") == []


def test_an_order_removes_its_items_and_leaves_those_added_since():
    state = samples.given(samples.OPENED, samples.added("CUP", 2), samples.added("PLATE", 1))
    (event,) = domain.remove_ordered(state, "order", [samples.item("CUP", 2), samples.item("PLATE", 1)], samples.NOW)
    assert samples.quantities(domain.evolve(state, event)) == {}
    since = samples.given(
        samples.OPENED,
        samples.added("CUP", 2),
        samples.added("PLATE", 1),
        samples.added("CUP", 1),
        samples.added("RUG", 1),
        event,
    )
    assert samples.quantities(since) == {"CUP": 1, "RUG": 1}


def test_a_cart_unused_for_its_lifetime_is_empty():
    state = samples.given(samples.OPENED, samples.added("CUP", 2, 450, samples.NOW + 10))
    assert domain.as_of(state, samples.NOW + 10 + samples.LIFETIME - 1, samples.LIFETIME) == state
    assert domain.as_of(state, samples.NOW + 10 + samples.LIFETIME, samples.LIFETIME).lines == {}
    assert domain.expire(state, samples.NOW + 10 + samples.LIFETIME - 1, samples.LIFETIME) == []
    late = samples.NOW + 10 + samples.LIFETIME
    (event,) = domain.expire(state, late, samples.LIFETIME)
    assert event == cart.CartCleared(reason="expired", at=late)
    assert domain.begin(state, None, "GBP", late, samples.LIFETIME) == [event]
    cleared = domain.evolve(state, event)
    assert (cleared.lines, cleared.used_at) == ({}, samples.NOW + 10)
    assert domain.expire(cleared, late, samples.LIFETIME) == []


def test_an_unknown_event_raises_an_error():
    with pytest.raises(LookupError, match="has no event Money"):
        domain.evolve(domain.EMPTY, samples.pounds(1))


def test_every_event_of_the_contract_is_known():
    for spec in cart.CartEvent.thrift_spec.values():
        assert spec[2] in domain.state._CHANGES


def shown(state, **offers):
    return domain.show("id", state, 3, {sku: domain.Offer(*offer) for sku, offer in offers.items()}, samples.NOW)


def test_a_cart_has_current_prices():
    seen = shown(
        samples.given(samples.OPENED, samples.added("CUP", 2, 450), samples.added("RUG", 1, 8900)),
        CUP=(450, 10),
        RUG=(8900, 1),
    )
    assert [(line.sku, line.unit_price.amount, line.line_total.amount, line.available) for line in seen.lines] == [
        ("CUP", 450, 900, 10),
        ("RUG", 8900, 8900, 1),
    ]
    assert (seen.subtotal, seen.item_count, seen.changes) == (samples.pounds(9800), 3, [])


@pytest.mark.parametrize(
    ("offer", "kinds"),
    [
        ((450, 10), []),
        ((450, None), []),
        ((451, 10), ["PRICE_CHANGED"]),
        ((450, 1), ["NOT_ENOUGH"]),
        ((450, 0), ["OUT_OF_STOCK"]),
        ((400, 0), ["PRICE_CHANGED", "OUT_OF_STOCK"]),
        ((None, 10), ["NOT_ON_SALE"]),
        ((None, None), ["NOT_ON_SALE"]),
    ],
)
def test_changes_since_a_line_was_added_are_listed(offer, kinds):
    seen = shown(samples.given(samples.OPENED, samples.added("CUP", 2, 450)), CUP=offer)
    assert [cart.LineChangeKind._VALUES_TO_NAMES[change.kind] for change in seen.changes] == kinds
    if "PRICE_CHANGED" in kinds:
        assert (seen.changes[0].price_before, seen.changes[0].price_now) == (
            samples.pounds(450),
            samples.pounds(offer[0]),
        )


def test_products_not_on_sale_have_no_price_and_are_not_in_the_subtotal():
    seen = shown(
        samples.given(samples.OPENED, samples.added("CUP", 2, 450), samples.added("VASE", 1, 100)),
        CUP=(450, 10),
        VASE=(None, 3),
    )
    assert seen.lines[1].unit_price is None
    assert seen.lines[1].line_total is None
    assert seen.subtotal == samples.pounds(900)
