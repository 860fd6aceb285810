"""A history of every kind of event that projections apply, made by calls to the services."""

import pytest
from django.core import mail

from apps.orders.models import CardEntry
from idl import cart, catalog, inventory, orders, sessions, users
from idl.legacy import inventory as legacy_inventory
from tests import acting
from tests.analytics import journey as visits
from tests.experiments import journey as flags
from tests.orders import buying, guests, interruptions, shop
from tests.orders.shop import BUTTON, COAT, LAMP, TEAPOT
from tests.users.people import token_in
from thriftshop import call_context, clock, rpc
from thriftshop.events import progress

DAY_MS = 86_400_000
MINE = cart.CartRef()


def happen() -> None:
    """Everything that can happen to products, stock, carts, orders and flags; ends with all groups caught up."""
    shop.open_shop(stock=200)
    on_the_shelf, with_customers = (_categories, _products, _stock), (_old_orders, _carts, _orders, _failures, _claims)
    for happening in (*on_the_shelf, *with_customers, visits.happen, flags.happen):
        happening()
        progress.catch_up()


def _categories() -> None:
    service = rpc.connect(catalog.CatalogService)
    with acting.as_staff("catalog"):
        clothes = service.put_category(None, catalog.CategoryInput(name="Clothes"))
        toys = service.put_category(None, catalog.CategoryInput(name="Toys", parent_id=clothes.id))
        coats = service.put_category(None, catalog.CategoryInput(name="Coats", parent_id=toys.id))
        service.put_category(coats.id, catalog.CategoryInput(name="Overcoats", parent_id=clothes.id))
        service.put_category(clothes.id, catalog.CategoryInput(name="Clothing"))
        service.put_products([_product(COAT, "Overcoat", category_id=coats.id)], False)
    with acting.as_staff("catalog"):
        service.remove_category(toys.id)


def _product(sku: str, name: str, **more: object) -> catalog.ProductInput:
    return catalog.ProductInput(sku=sku, name=name, prices=[shop.gbp(100)], **more)


def _products() -> None:
    service = rpc.connect(catalog.CatalogService)
    with acting.as_staff("catalog"):
        service.put_products([_product("RUG", "Rug"), _product("CUP", "Cup"), _product("BOWL", "Bowl")], False)
    with acting.as_service("trade"):
        service.publish_products(["RUG", "CUP"])
        service.set_prices([catalog.PriceInput(sku="CUP", money=shop.gbp(120))])
    with acting.as_staff("catalog"):
        service.archive_products(["RUG"])
    with acting.as_service("demo"):
        service.put_products([_product("CUP", "Large cup"), _product("RUG", "Old rug")], False)


def _stock() -> None:
    service = rpc.connect(inventory.InventoryService)

    def lines(quantity: int) -> list[inventory.StockLine]:
        return [inventory.StockLine(sku=sku, quantity=quantity) for sku in ("CUP", "RUG")]

    with acting.as_staff("inventory"):
        service.receive("r1", lines(50), "DN-1", None)
        service.write_off("w1", lines(2), "broken", None)
        service.count("c1", "CUP", 40, "stock-taking")
    with acting.as_service("orders"):
        service.reserve("res-1", lines(9), 900)
        service.release_lines("l1", "res-1", lines(1), "cancelled")
        service.allocate("res-1", ["CUP", "RUG"])
        service.ship("s1", "res-1", lines(3))
        service.release("res-1", ["CUP"], "cancelled")
        service.take_back("t1", lines(1), "res-1", "returned")
    with acting.as_stranger():
        rpc.connect(legacy_inventory.InventoryService).reduce("RUG", 1)


def _old_orders() -> None:
    """Orders of twenty years, as imported: their weights differ by many orders of magnitude."""
    for number in range(12):
        with call_context.using(occurred_at=clock.now() - number * 601 * DAY_MS):
            placed = shop.place((COAT, 1 + number % 3, 40_00), (TEAPOT, 1, 12_00), customer=f"c{number % 2}")
        progress.catch_up()
        if number % 4 == 1:
            with acting.as_service("orders"):
                shop.shop().cancel(placed.id, "imported", None)


def _carts() -> None:
    service = buying.cart_service()
    token = buying.guest_cart({COAT: 2, LAMP: 1})
    with acting.as_customer():
        buying.fill({TEAPOT: 3, BUTTON: 4})
        service.set_quantity(MINE, TEAPOT, 2)
        service.remove_item(MINE, BUTTON)
        service.merge(token)
        service.set_currency(MINE, "EUR")
        service.set_currency(MINE, "GBP")
    with acting.as_customer(acting.OTHER):
        buying.fill({LAMP: 1})
        service.clear(MINE)
        buying.fill({BUTTON: 2})
        shop.shop().place(buying.buy(payment=orders.PaymentMethod(provider="card", token="tok_declined")))


def _orders() -> None:
    cancelled = shop.confirmed((COAT, 1), token="tok_ok")
    changed = shop.confirmed((COAT, 3), (LAMP, 2), token="tok_ok", charges=[shop.charge(395)])
    with acting.as_customer():
        shop.shop().cancel(cancelled.id, "changed my mind", None)
    with acting.as_service("orders"):
        shop.shop().cancel_lines(shop.key(), changed.id, shop.quantities((2, 1)), "sold elsewhere")
    with acting.as_service("trade"):
        shop.shop().book_adjustment("a1", orders.ChargeKind.FEE, "Bank charges", shop.gbp(-12_00), None, "537000")
        shop.shop().book_adjustment("a2", orders.ChargeKind.FEE, "Bank charges", shop.gbp(-13_00), None, "537001")
    shop.ship(changed.id, (1, 2))
    progress.catch_up()
    shop.ship(changed.id)
    progress.catch_up()
    shop.return_lines(changed.id, (1, 1))
    shop.return_lines(changed.id, (1, 1), restock=False, agreed=shop.gbp(20_00))
    with acting.as_service("orders"):
        shop.shop().refund(shop.key(), changed.id, shop.gbp(1_00), "late")


def _failures() -> None:
    """A capture that fails until staff try it again."""
    failed = shop.shipped((COAT, 1), token="tok_capture_fail")
    with pytest.MonkeyPatch.context() as patch:
        for _ in range(4):
            interruptions.later(patch, 60_000)
            interruptions.sweep()
        CardEntry.objects.filter(account=failed.id).update(token="tok_ok")
        with acting.as_staff("orders"):
            shop.shop().retry_step(failed.id)
        progress.catch_up()


def _claims() -> None:
    """A guest's order becomes an account's, another guest's does not."""
    guests.guests_order()
    guests.guests_order("eve@example.org", **{TEAPOT: 1})
    with acting.as_stranger():
        rpc.connect(users.UsersService).sign_up(guests.EMAIL, "a lamp from the attic", "Gus")
    progress.catch_up()
    with acting.as_stranger():
        rpc.connect(users.UsersService).verify_email(token_in(mail.outbox[-1]))
        for device in ("a telephone", "a laptop"):
            rpc.connect(sessions.SessionsService).log_in(guests.EMAIL, "a lamp from the attic", device, None)
