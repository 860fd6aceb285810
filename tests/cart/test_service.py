"""The carts by their contract, with the real catalog and inventory behind them, over every transport and event store."""

import re

import pytest
from django.core import checks

from apps.cart import apps, models, projections, service
from idl import cart, common
from tests import acting
from thriftshop import circumstances, clock, rpc
from thriftshop.events import bus, rebuild
from thriftshop.events.models import Event
from thriftshop.rpc import hosting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("event_store", "transport")]

DAY = 86_400_000
MINE = cart.CartRef()


def item(sku, quantity=1):
    return cart.CartItem(sku=sku, quantity=quantity)


def quantities(found):
    return {line.sku: line.quantity for line in found.lines}


def kinds(found):
    return [cart.LineChangeKind._VALUES_TO_NAMES[change.kind] for change in found.changes]


def open_guest(carts, currency="GBP"):
    with acting.as_stranger():
        return carts.open_guest_cart(currency).token


def guest(token):
    return cart.CartRef(token=token)


def later(monkeypatch, days):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + round(days * DAY))


def events_of(cart_id):
    return [one.kind for one in service.carts.carts.history(cart_id)]


def test_a_guest_opens_a_cart_and_fills_it(carts, shop):
    token = open_guest(carts)
    with acting.as_stranger():
        carts.add_item(guest(token), item("CUP", 2), None)
        found = carts.add_item(guest(token), item("RUG"), None)
    assert quantities(found) == {"CUP": 2, "RUG": 1}
    assert (found.subtotal.amount, found.subtotal.currency, found.item_count) == (9800, "GBP", 3)
    assert found.customer_id is None
    assert [line.available for line in found.lines] == [10, 10]


def test_a_customer_always_has_a_cart_if_only_an_empty_one(carts, shop):
    with acting.as_customer():
        empty = carts.get_cart(MINE)
        filled = carts.add_item(MINE, item("CUP"), None)
    assert (empty.lines, empty.version, empty.subtotal) == ([], 0, common.Money(amount=0, currency="GBP"))
    assert (empty.customer_id, filled.customer_id) == (acting.CUSTOMER, acting.CUSTOMER)
    assert empty.expires_at > clock.now() + 89 * DAY
    assert quantities(filled) == {"CUP": 1}


def test_a_token_is_long_new_each_time_and_stored_nowhere(carts, shop):
    tokens = {open_guest(carts) for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) >= 43 for token in tokens)
    bus.drain()
    stored = [bytes(event.payload) for event in Event.objects.all()]
    stored += [repr(vars(row)).encode() for row in models.CartSummary.objects.all()]
    assert not any(token.encode() in content for token in tokens for content in stored)
    with acting.as_stranger():
        found = carts.get_cart(guest(tokens.pop()))
    assert re.fullmatch(r"guest-[0-9a-f]{40}", found.id)


def test_each_reaches_their_own_cart_and_nobody_elses(carts, shop):
    token = open_guest(carts)
    with acting.as_customer():
        mine = carts.add_item(MINE, item("CUP"), None)
    with acting.as_customer(acting.OTHER):
        assert carts.get_cart(MINE).lines == []
        for stolen in (mine.id, acting.CUSTOMER, f"customer-{acting.CUSTOMER}"):
            with pytest.raises(common.NotFound):
                carts.get_cart(guest(stolen))
    with acting.as_stranger():
        assert carts.get_cart(guest(token)).lines == []
        with pytest.raises(common.Unauthenticated):
            carts.get_cart(MINE)


@pytest.mark.parametrize("token", ["", "wrong", "x" * 10_000, "☂", "guest-", "' OR 1=1 --"])
def test_a_wrong_token_opens_nothing_for_any_verb(carts, shop, token):
    for who in (acting.as_stranger, acting.as_customer, acting.as_staff):
        with who():
            for call in (
                lambda: carts.get_cart(guest(token)),
                lambda: carts.add_item(guest(token), item("CUP"), None),
                lambda: carts.add_items(guest(token), [item("CUP")], None),
                lambda: carts.set_quantity(guest(token), "CUP", 1),
                lambda: carts.remove_item(guest(token), "CUP"),
                lambda: carts.clear(guest(token)),
            ):
                with pytest.raises(common.NotFound) as refusal:
                    call()
                assert len(refusal.value.message) < 100
    with acting.as_customer(), pytest.raises(common.NotFound):
        carts.merge(token)


def test_without_token_or_login_nothing_can_be_done(carts, shop):
    with acting.as_stranger():
        for call in (
            lambda: carts.add_item(MINE, item("CUP"), None),
            lambda: carts.set_quantity(MINE, "CUP", 1),
            lambda: carts.clear(MINE),
            lambda: carts.merge(open_guest(carts)),
        ):
            with pytest.raises(common.Unauthenticated):
                call()
    with acting.as_service("orders"), pytest.raises(common.Unauthenticated):
        carts.get_cart(MINE)
    with acting.as_service("recommender"), pytest.raises(rpc.NotAllowed):
        carts.get_cart(MINE)


def test_quantities_are_set_lines_taken_out_and_carts_emptied(carts, shop):
    with acting.as_customer():
        carts.add_items(MINE, [item("CUP", 2), item("PLATE"), item("RUG")], None)
        assert quantities(carts.set_quantity(MINE, "CUP", 5)) == {"CUP": 5, "PLATE": 1, "RUG": 1}
        assert quantities(carts.set_quantity(MINE, "PLATE", 0)) == {"CUP": 5, "RUG": 1}
        assert quantities(carts.set_quantity(MINE, "BOWL", 2)) == {"CUP": 5, "RUG": 1, "BOWL": 2}
        assert quantities(carts.remove_item(MINE, "RUG")) == {"CUP": 5, "BOWL": 2}
        assert quantities(carts.remove_item(MINE, "RUG")) == {"CUP": 5, "BOWL": 2}
        assert quantities(carts.clear(MINE)) == {}
        assert quantities(carts.clear(MINE)) == {}


def test_the_same_key_again_puts_nothing_in_twice(carts, shop):
    with acting.as_customer():
        for _ in range(3):
            assert quantities(carts.add_item(MINE, item("CUP", 500), "key-1")) == {"CUP": 500}
        shop.archive("CUP")
        assert quantities(carts.add_item(MINE, item("CUP", 500), "key-1")) == {"CUP": 500}


@pytest.mark.parametrize("sku", ["VASE", "NEVER-HEARD-OF"])
def test_what_is_not_on_sale_or_unknown_cannot_be_put_in(carts, shop, sku):
    for who in (acting.as_customer, acting.as_staff):
        with who():
            for call in (
                lambda: carts.add_item(MINE, item(sku), None),
                lambda: carts.set_quantity(MINE, sku, 1),
            ):
                with pytest.raises(common.InvalidInput, match=f"{sku} is not on sale"):
                    call()
            assert carts.add_items(MINE, [item(sku)], None).lines == []


def test_of_many_items_what_is_not_on_sale_is_left_out(carts, shop):
    with acting.as_customer():
        found = carts.add_items(MINE, [item("VASE"), item("CUP", 2), item("CUP", 3), item("NONE")], "again")
    assert quantities(found) == {"CUP": 5}


def test_what_has_no_price_in_the_carts_currency_cannot_be_put_in(carts, shop):
    token = open_guest(carts, "EUR")
    with acting.as_stranger():
        found = carts.add_item(guest(token), item("CUP", 2), None)
        assert (found.subtotal.amount, found.subtotal.currency) == (1040, "EUR")
        with pytest.raises(common.InvalidInput, match="RUG is not on sale"):
            carts.add_item(guest(token), item("RUG"), None)


@pytest.mark.parametrize(
    ("sku", "quantity"),
    [("CUP", 0), ("CUP", -1), ("CUP", 1000), ("CUP", 2**31 - 1), ("", 1), ("☂", 1), ("x" * 10_000, 1), ("a b", 1)],
)
def test_items_that_cannot_be_are_refused_and_change_nothing(carts, shop, sku, quantity):
    with acting.as_customer():
        carts.add_item(MINE, item("PLATE"), None)
        before = carts.get_cart(MINE).version
        calls = [
            lambda: carts.add_item(MINE, item(sku, quantity), None),
            lambda: carts.add_items(MINE, [item("RUG"), item(sku, quantity)], None),
        ]
        if quantity:
            calls.append(lambda: carts.set_quantity(MINE, sku, quantity))
        for call in calls:
            with pytest.raises(common.InvalidInput) as refusal:
                call()
            assert len(refusal.value.message) < 250
        assert carts.get_cart(MINE).version == before


def test_keys_currencies_and_numbers_of_items_that_cannot_be_are_refused(carts, shop):
    with acting.as_customer():
        for key in ("", "x" * 101, "a\nb"):
            with pytest.raises(common.InvalidInput, match="key"):
                carts.add_item(MINE, item("CUP"), key)
        for items in ([], [item("CUP")] * 101):
            with pytest.raises(common.InvalidInput, match="items"):
                carts.add_items(MINE, items, None)
        for currency in ("", "XXX", "gbp", "x" * 10_000):
            with pytest.raises(common.InvalidInput, match="choose among GBP"):
                carts.open_guest_cart(currency)
        assert carts.get_cart(MINE).version == 0


def test_what_changed_since_is_told_until_the_customer_says_so(carts, shop):
    with acting.as_customer():
        carts.add_items(MINE, [item("CUP", 4), item("PLATE"), item("BOWL"), item("RUG", 2)], None)
        assert carts.get_cart(MINE).changes == []
    shop.price("CUP", 500)
    shop.archive("PLATE")
    shop.count("BOWL", 0)
    shop.count("RUG", 1)
    with acting.as_customer():
        found = carts.get_cart(MINE)
    told = {change.sku: name for change, name in zip(found.changes, kinds(found), strict=True)}
    assert told == {"CUP": "PRICE_CHANGED", "PLATE": "NOT_ON_SALE", "BOWL": "OUT_OF_STOCK", "RUG": "NOT_ENOUGH"}
    by_sku = {change.sku: change for change in found.changes}
    assert (by_sku["CUP"].price_before.amount, by_sku["CUP"].price_now.amount) == (450, 500)
    assert by_sku["RUG"].available == 1
    assert found.subtotal.amount == 4 * 500 + 999 + 2 * 8900
    with acting.as_customer():
        carts.remove_item(MINE, "PLATE")
        carts.remove_item(MINE, "BOWL")
        carts.set_quantity(MINE, "RUG", 1)
        assert carts.set_quantity(MINE, "CUP", 3).changes == []


def test_a_cart_is_shown_without_availability_where_the_inventory_is_out_of_reach(carts, shop, settings):
    with acting.as_customer():
        carts.add_item(MINE, item("CUP", 999), None)
    settings.CONTEXTS = [context for context in settings.CONTEXTS if context != "inventory"]
    hosting.service.cache_clear()
    with acting.as_customer():
        found = carts.get_cart(MINE)
    assert (quantities(found), found.lines[0].available, found.changes) == ({"CUP": 999}, None, [])
    assert found.subtotal.amount == 999 * 450


def test_a_guests_cart_is_merged_at_login_with_a_notice(carts, shop):
    token = open_guest(carts)
    with acting.as_stranger():
        carts.add_items(guest(token), [item("CUP", 2), item("RUG")], None)
    with acting.as_customer():
        carts.add_items(MINE, [item("PLATE"), item("CUP", 3)], None)
        merged = carts.merge(token)
        assert quantities(merged) == {"PLATE": 1, "CUP": 5, "RUG": 1}
        notice = {one.sku: one.quantity for one in merged.merge_notice.lines}
        assert (notice, merged.merge_notice.strategy) == ({"CUP": 5, "RUG": 1}, "sum")
        assert carts.get_cart(guest(token)).lines == []
        assert carts.get_cart(MINE).merge_notice is not None
        assert quantities(carts.merge(token)) == {"PLATE": 1, "CUP": 5, "RUG": 1}
        assert carts.add_item(MINE, item("CUP"), None).merge_notice is None


@pytest.mark.parametrize(("strategy", "cups"), [("sum", 5), ("larger", 3), ("guest", 2), ("customer", 3)])
def test_the_setting_says_how_the_same_thing_in_both_carts_is_merged(carts, shop, settings, strategy, cups):
    settings.CART_MERGE_STRATEGY = strategy
    token = open_guest(carts)
    with acting.as_customer():
        carts.add_items(guest(token), [item("CUP", 2), item("RUG")], None)
        carts.add_items(MINE, [item("PLATE"), item("CUP", 3)], None)
        assert quantities(carts.merge(token)) == {"PLATE": 1, "CUP": cups, "RUG": 1}


def test_a_guest_can_use_the_cart_again_after_a_merge_and_merge_again(carts, shop):
    token = open_guest(carts)
    with acting.as_customer():
        for _ in range(2):
            carts.add_item(guest(token), item("CUP", 2), None)
            carts.merge(token)
        assert quantities(carts.get_cart(MINE)) == {"CUP": 4}


def test_a_merge_that_was_stopped_half_way_and_is_done_again_takes_nothing_twice(carts, shop, monkeypatch):
    token = open_guest(carts)
    decide = service.carts.decide

    def stops_before_the_guests_cart(cart_id, decision, key=None):
        if cart_id.startswith("guest-"):
            raise rpc.Unavailable("The process was stopped.")
        return decide(cart_id, decision, key)

    with acting.as_customer():
        carts.add_item(guest(token), item("CUP", 2), None)
        with monkeypatch.context() as patched:
            patched.setattr(service.carts, "decide", stops_before_the_guests_cart)
            with pytest.raises(rpc.Unavailable):
                carts.merge(token)
        assert quantities(carts.merge(token)) == {"CUP": 2}
        assert carts.get_cart(guest(token)).lines == []


def test_merging_an_empty_cart_changes_nothing(carts, shop):
    token = open_guest(carts)
    with acting.as_customer():
        carts.add_item(MINE, item("CUP"), None)
        merged = carts.merge(token)
    assert (quantities(merged), merged.merge_notice) == ({"CUP": 1}, None)


@pytest.mark.parametrize(("who", "days"), [("guest", 30), ("customer", 90)])
def test_a_cart_lapses_when_it_is_not_used_and_can_be_used_again(carts, shop, monkeypatch, who, days):
    ref = guest(open_guest(carts)) if who == "guest" else MINE
    with acting.as_customer():
        found = carts.add_item(ref, item("CUP"), None)
    assert abs(found.expires_at - clock.now() - days * DAY) < 60_000
    later(monkeypatch, days - 0.01)
    with acting.as_customer():
        assert quantities(carts.get_cart(ref)) == {"CUP": 1}
    later(monkeypatch, 0.02)
    with acting.as_customer():
        assert carts.get_cart(ref).lines == []
        assert quantities(carts.add_item(ref, item("PLATE"), None)) == {"PLATE": 1}
        assert quantities(carts.get_cart(ref)) == {"PLATE": 1}


def test_carts_that_lapsed_are_swept_once_and_others_stay(carts, shop, monkeypatch):
    token = open_guest(carts)
    with acting.as_customer():
        old = carts.add_item(guest(token), item("CUP"), None)
        mine = carts.add_item(MINE, item("CUP"), None)
    later(monkeypatch, 31)
    bus.drain()
    assert [service.sweep() for _ in range(2)] == [1, 0]
    assert events_of(old.id)[-1] == "CartCleared"
    assert events_of(mine.id)[-1] == "ItemAdded"
    bus.drain()
    assert models.CartSummary.objects.get(cart_id=old.id).item_count == 0


def test_a_cart_filled_in_an_import_is_not_old_within_it(carts, shop):
    last_year = clock.now() - 365 * DAY
    with circumstances.using(occurred_at=last_year), acting.as_service("demo"):
        shop.sell({"LAMP": [common.Money(amount=2500, currency="GBP")]})
    with circumstances.using(occurred_at=last_year + DAY), acting.as_customer():
        assert quantities(carts.add_item(MINE, item("LAMP"), None)) == {"LAMP": 1}
    with circumstances.using(occurred_at=last_year + 2 * DAY), acting.as_customer():
        found = carts.get_cart(MINE)
        assert (quantities(found), found.lines[0].added_at) == ({"LAMP": 1}, last_year + DAY)
    with acting.as_customer():
        assert carts.get_cart(MINE).lines == []


def test_what_the_table_has_equals_a_rebuild(carts, shop):
    token = open_guest(carts)
    with acting.as_customer():
        carts.add_items(guest(token), [item("CUP", 2), item("RUG")], None)
        carts.add_items(MINE, [item("PLATE"), item("CUP", 3)], None)
        carts.merge(token)
        mine = carts.set_quantity(MINE, "CUP", 1)
    service.check_out(mine.id, "order-1", [item("PLATE")])
    bus.drain()
    (projection,) = projections.PROJECTIONS
    assert rebuild.differences(projection) == []
    row = models.CartSummary.objects.get(cart_id=mine.id)
    assert ([line[:3] for line in row.lines], row.item_count, row.order_count) == (
        [["CUP", 1, 450], ["RUG", 1, 8900]],
        2,
        1,
    )
    assert (row.customer_id, row.version) == (acting.CUSTOMER, mine.version + 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("CART_MERGE_STRATEGY", "whatever"), ("CART_LIFETIME_DAYS", 0), ("CART_CUSTOMER_LIFETIME_DAYS", "90")],
)
def test_a_setting_that_cannot_be_is_named_at_start(settings, name, value):
    assert apps.settings_make_sense(None) == []
    setattr(settings, name, value)
    (message,) = apps.settings_make_sense(None)
    assert isinstance(message, checks.Error)
    assert message.msg.startswith(f"{name}: {value!r}")
