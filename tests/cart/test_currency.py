"""The currency of a cart: the customer's setting decides that of a new one, and it can be changed."""

import pytest

from apps.cart import domain, service
from idl import cart, common, users
from tests import acting
from tests.cart import steps
from thriftshop import clock, events, rpc

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(shop):
    """A customer whose setting is euros."""
    with acting.as_service("demo"):
        (user_id,) = rpc.connect(users.UsersService).import_users(
            [users.UserImport(email="ada@example.org", name="Ada")]
        )
    set_setting(user_id, "eur")
    return user_id


def set_setting(user_id, currency):
    with acting.as_customer(user_id):
        found = rpc.connect(users.UsersService).update_profile(None, {"currency": currency})
    assert found.settings["currency"] == currency.upper()


def test_the_setting_decides_the_currency_of_a_new_cart(carts, ada, transport, event_store):
    with acting.as_customer(ada):
        empty = carts.get_cart(steps.MINE)
        assert (empty.subtotal, empty.total) == (common.Money(0, "EUR"), common.Money(0, "EUR"))
        filled = carts.add_item(steps.MINE, steps.item("CUP", 2), None)
    assert filled.subtotal == common.Money(amount=1040, currency="EUR")
    assert filled.total == common.Money(amount=1535, currency="EUR")


def test_the_refusal_states_that_a_product_has_no_price_in_the_carts_currency(carts, ada):
    with acting.as_customer(ada):
        with pytest.raises(common.InvalidInput, match="RUG has no price in EUR"):
            carts.add_item(steps.MINE, steps.item("RUG"), None)
        with pytest.raises(common.InvalidInput, match="VASE is not on sale"):
            carts.add_item(steps.MINE, steps.item("VASE"), None)


def test_an_empty_cart_follows_the_setting_and_a_filled_one_does_not(carts, ada):
    with acting.as_customer(ada):
        carts.add_item(steps.MINE, steps.item("CUP"), None)
    set_setting(ada, "GBP")
    with acting.as_customer(ada):
        assert carts.add_item(steps.MINE, steps.item("CUP"), None).subtotal.currency == "EUR"
        assert carts.clear(steps.MINE).subtotal.currency == "GBP"
        assert carts.add_item(steps.MINE, steps.item("RUG"), None).subtotal == common.Money(8900, "GBP")


def test_a_cart_is_repriced_in_another_currency_and_lists_items_without_a_price(carts, shop, transport, event_store):
    with acting.as_customer():
        carts.add_items(steps.MINE, [steps.item("CUP", 2), steps.item("RUG")], None)
        changed = carts.set_currency(steps.MINE, " eur ")
        assert [(line.sku, line.unit_price) for line in changed.lines] == [
            ("CUP", common.Money(520, "EUR")),
            ("RUG", None),
        ]
        assert changed.subtotal == common.Money(amount=1040, currency="EUR")
        assert [(change.sku, change.kind) for change in changed.changes] == [("RUG", cart.LineChangeKind.NO_PRICE)]
        back = carts.set_currency(steps.MINE, "GBP")
        assert (back.subtotal, back.changes) == (common.Money(9800, "GBP"), [])
        assert carts.set_currency(steps.MINE, "GBP").version == back.version


def test_a_chosen_currency_is_kept_until_the_cart_is_empty(carts, ada):
    with acting.as_customer(ada):
        assert carts.set_currency(steps.MINE, "GBP").subtotal.currency == "GBP"
        assert carts.add_item(steps.MINE, steps.item("RUG"), None).subtotal.currency == "GBP"
        assert carts.clear(steps.MINE).subtotal.currency == "EUR"


def test_an_emptied_cart_returns_to_the_currency_of_the_setting_after_a_merge(carts, shop):
    token = steps.open_guest(carts, "eur")
    with acting.as_customer():
        carts.add_item(steps.guest(token), steps.item("CUP"), None)
        assert carts.merge(token).subtotal.currency == "EUR"
        carts.clear(steps.MINE)
        assert carts.add_item(steps.MINE, steps.item("RUG"), None).subtotal.currency == "GBP"


def test_a_guest_can_change_the_currency(carts, shop):
    token = steps.open_guest(carts)
    with acting.as_stranger():
        assert carts.set_currency(steps.guest(token), "EUR").subtotal.currency == "EUR"
        assert carts.add_item(steps.guest(token), steps.item("CUP"), None).subtotal == common.Money(520, "EUR")
        with pytest.raises(common.NotFound):
            carts.set_currency(steps.guest("no-such-token"), "EUR")


@pytest.mark.parametrize("code", ["", "XYZ", "EURO", "JPY"])
def test_an_unknown_currency_is_refused_with_the_accepted_ones(carts, shop, code):
    with acting.as_customer():
        carts.add_item(steps.MINE, steps.item("CUP"), None)
        for ask in (lambda: carts.set_currency(steps.MINE, code), lambda: carts.open_guest_cart(code)):
            with pytest.raises(common.InvalidInput, match="GBP, EUR or USD") as refusal:
                ask()
            assert refusal.value.field == "currency"
        assert carts.get_cart(steps.MINE).subtotal.currency == "GBP"


def test_without_the_users_service_a_new_cart_has_the_shops_currency(carts, ada, monkeypatch):
    def away(*_):
        raise rpc.Unavailable("The users are away.")

    monkeypatch.setattr("apps.users.service.Service.get_users", away)
    with acting.as_customer(ada):
        assert carts.add_item(steps.MINE, steps.item("CUP"), None).subtotal.currency == "GBP"


def test_a_currency_change_is_recorded_with_current_prices(carts, shop):
    history = service.carts.carts.history
    with acting.as_customer():
        mine = carts.add_item(steps.MINE, steps.item("CUP"), None)
        carts.set_currency(steps.MINE, "EUR")
    (event,) = [record.event for record in history(mine.id) if record.kind == "CurrencySet"]
    assert (event.currency, event.reason, event.lines[0].unit_price) == ("EUR", "chosen", common.Money(520, "EUR"))


def test_a_cart_whose_currency_another_process_changed_is_priced_in_it(carts, shop):
    elsewhere = events.Decider("cart", domain.EMPTY, domain.evolve)
    lines = [cart.MergedLine(sku="CUP", quantity=1, unit_price=common.Money(amount=520, currency="EUR"), added_at=1)]
    changed = cart.CurrencySet(currency="EUR", lines=lines, reason="chosen", at=clock.now())
    with rpc.using(caller="gateway"):
        opened = carts.open_guest_cart("GBP")
        ref = cart.CartRef(token=opened.token)
        carts.add_item(ref, steps.item("CUP", 1))
        elsewhere.decide(opened.cart.id, lambda _: [changed])
        shown = carts.add_item(ref, steps.item("CUP", 1))
    added = elsewhere.history(opened.cart.id)[-1].event
    assert added.unit_price == common.Money(amount=520, currency="EUR")
    assert (shown.lines[0].quantity, shown.subtotal) == (2, common.Money(amount=1040, currency="EUR"))
