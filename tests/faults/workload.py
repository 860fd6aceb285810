"""The concurrent customers and staff of a shop."""

from __future__ import annotations

import time

from idl import catalog, common, inventory, sessions, users
from tests.faults import clients
from tests.faults.actors import Actor
from tests.faults.buyers import Buyer, Reader
from tests.faults.recorder import Recorder
from tests.faults.shop import Shop
from tests.faults.staff import Staff
from tests.load.promise.prepared import PASSWORD
from thriftshop import call_context, rpc

BUYERS, PRODUCTS = 6, 8
FIRST_DELIVERY = 150
SKUS = [f"LAMP-{number}" for number in range(PRODUCTS)]
ADDRESS = common.Address(name="Ann Miller", lines=["12 Mill Lane"], city="York", postcode="YO1 7HD", country="GB")


class Workload:
    """Buyers with a session each, and staff."""

    def __init__(self, shop: Shop, recorder: Recorder, seed: str) -> None:
        _stock_up(recorder)
        self.recorder = recorder
        self.buyers = [
            Buyer(customer, clients.Customer(shop.address, token), recorder, f"{seed} {number}", SKUS)
            for number, (customer, token) in enumerate(map(_customer, range(BUYERS)))
        ]
        others = [
            Staff("staff", recorder, f"{seed} staff", SKUS),
            Reader(self.buyers[0].client, recorder, f"{seed} reader"),
        ]
        self._actors: list[Actor] = [*self.buyers, *others]
        for actor in self._actors:
            actor.start()

    def run(self, seconds: float) -> None:
        """Let everybody act for some time."""
        for actor in self._actors:
            actor.resume()
        time.sleep(seconds)

    def pause(self) -> None:
        """Let everybody finish the current operation. Raises the failure of an actor."""
        for actor in self._actors:
            actor.pause()
        for actor in self._actors:
            actor.wait_until_idle()
            if actor.failure is not None:
                raise actor.failure

    def stop(self) -> None:
        """End all threads."""
        for actor in self._actors:
            actor.stop()


def _stock_up(recorder: Recorder) -> None:
    """Publish the products, and receive a first delivery."""
    prices = [common.Money(amount=1_050, currency="GBP")]
    products = [
        catalog.ProductInput(sku=sku, name=f"Brass {sku}", prices=prices, status=catalog.ProductStatus.PUBLISHED)
        for sku in SKUS
    ]
    lines = [inventory.StockLine(sku=sku, quantity=FIRST_DELIVERY) for sku in SKUS]
    with call_context.using(caller="demo", viewer=""):
        rpc.connect(catalog.CatalogService).put_products(products, False)
        rpc.connect(inventory.InventoryService).receive("first", lines, "first", None)


def _customer(number: int) -> tuple[str, str]:
    """A new customer's id, and the token of a session."""
    email = f"customer-{number}@shop.example"
    account = users.UserImport(email=email, name=f"Customer {number}", password=PASSWORD, addresses=[ADDRESS])
    with call_context.using(caller="demo", viewer=""):
        (customer,) = rpc.connect(users.UsersService).import_users([account])
    with call_context.using(caller="gateway", viewer=""):
        login = rpc.connect(sessions.SessionsService).log_in(email, PASSWORD, "a test", None)
    return customer, login.token
