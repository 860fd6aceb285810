"""Fixtures of the cart's tests: a small shop with products on sale."""

import pytest

from idl import cart, catalog, common, inventory
from tests import acting
from thriftshop import rpc

PRICES = {"CUP": 450, "PLATE": 1200, "BOWL": 999, "RUG": 8900}


@pytest.fixture
def carts():
    """The carts by their contract."""
    return rpc.connect(cart.CartService)


@pytest.fixture
def shop(db):
    """A shop that sells a cup, a plate, a bowl and a rug in pounds, the cup in euros too; ten of each are there."""
    return Shop()


class Shop:
    """What staff do to the shop while customers fill their carts."""

    def __init__(self):
        self.catalog = rpc.connect(catalog.CatalogService)
        self.stock = rpc.connect(inventory.InventoryService)
        self.sell({sku: [common.Money(amount=amount, currency="GBP")] for sku, amount in PRICES.items()})
        self.price("CUP", 520, "EUR")
        self.draft("VASE")
        with acting.as_service("demo"):
            self.stock.receive("d", [inventory.StockLine(sku=sku, quantity=10) for sku in PRICES], None, None)

    def sell(self, prices):
        """Put products on sale."""
        status = catalog.ProductStatus.PUBLISHED
        with acting.as_service("demo"):
            products = [
                catalog.ProductInput(sku=sku, name=f"A {sku.lower()}", prices=money, status=status)
                for sku, money in prices.items()
            ]
            outcomes = self.catalog.put_products(products, False)
        assert {outcome.outcome for outcome in outcomes} == {"created"}

    def draft(self, sku):
        """Write a product that is not on sale yet."""
        with acting.as_service("demo"):
            price = [common.Money(amount=100, currency="GBP")]
            self.catalog.put_products([catalog.ProductInput(sku=sku, name=sku, prices=price)], False)

    def price(self, sku, amount, currency="GBP"):
        """Set a price."""
        with acting.as_service("demo"):
            money = common.Money(amount=amount, currency=currency)
            self.catalog.set_prices([catalog.PriceInput(sku=sku, money=money)])

    def archive(self, sku):
        """Take a product off sale."""
        with acting.as_service("catalog"):
            self.catalog.archive_products([sku])

    def count(self, sku, number):
        """Has so many of a product left."""
        with acting.as_service("demo"):
            self.stock.count(f"{sku}-{number}", sku, number, "a test")
