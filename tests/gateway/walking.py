"""Walks over the connections of the schema while data changes: the start of each, and the changes between two pages."""

import itertools

from idl import catalog, common, inventory, orders
from tests import acting
from tests.gateway import client, shop
from tests.gateway.walks import Touched, Walk, World
from tests.recommender import shop as recommender_events
from thriftshop import rpc
from thriftshop.events import progress
from thriftshop.graphql import global_ids

numbers = itertools.count(1)


def service() -> catalog.CatalogService:
    """The catalog."""
    return rpc.connect(catalog.CatalogService)


def change_product(world: World) -> Touched:
    """One product is archived, added, renamed or re-priced."""
    with acting.as_staff("catalog"):
        page = service().find_products(
            catalog.ProductFilter(statuses=[catalog.ProductStatus.PUBLISHED]),
            catalog.ProductSort.NAME,
            common.Page(first=100),
        )
        one = world.chance.choice(page.products)
        what = world.chance.choice(["archive", "add", "rename", "price"])
        if what == "archive":
            service().archive_products([one.sku])
        elif what == "add":
            number = next(numbers)
            added = shop.product(number, one.category_id)
            added.sku, added.name = (
                f"NEW-{number:04}",
                f"{world.chance.choice(['Brass', 'Oak', 'Amber'])} lamp {number}",
            )
            added.prices = [common.Money(amount=world.chance.randint(900, 1_100), currency="GBP")]
            service().put_products([added], False)
        elif what == "rename":
            name = world.chance.choice(["Amber lamp", "Zinc lamp lamp", "Mirror"])
            service().put_products([catalog.ProductInput(sku=one.sku, name=name)], False)
        else:
            set_price(one.sku, world.chance.randint(900, 1_100))
    return {one.sku}


def set_price(sku: str, amount: int, valid_from: int | None = None, currency: str = "GBP") -> None:
    """A price is set, or scheduled."""
    money = common.Money(amount=amount, currency=currency)
    with acting.as_staff("catalog"):
        service().set_prices([catalog.PriceInput(sku=sku, money=money, valid_from=valid_from)])


def change_prices(world: World) -> Touched:
    """A price of the first product is scheduled."""
    moment = 4_000_000_000_000 + world.chance.randint(0, 5) * 1_000
    set_price(shop.sku(0), world.chance.randint(500, 2_000), moment, world.chance.choice(["GBP", "EUR", "USD"]))
    return set()


def some_prices(world: World) -> None:
    """A few scheduled prices."""
    for _ in range(12):
        change_prices(world)


def rewrite(_world: World) -> Touched:
    """The first product is changed."""
    with acting.as_staff("catalog"):
        wanted = catalog.ProductInput(sku=shop.sku(0), name=f"Lamp {next(numbers)}")
        service().put_products([wanted], False)
    return set()


def some_history(world: World) -> None:
    """The first product was written often."""
    for _ in range(8):
        rewrite(world)


def receive(_world: World) -> Touched:
    """Stock of the first product is received."""
    with acting.as_service("demo"):
        line = inventory.StockLine(sku=shop.sku(0), quantity=1)
        rpc.connect(inventory.InventoryService).receive(f"more {next(numbers)}", [line], None, None)
    progress.catch_up()
    return set()


def some_movements(world: World) -> None:
    """Stock of the first product was received often."""
    for _ in range(8):
        receive(world)


def change_category(world: World) -> Touched:
    """A category is added, renamed or removed."""
    with acting.as_staff("catalog"):
        tree = service().get_categories()
        one = world.chance.choice([found for found in tree if found.name.startswith("Shelf")] or tree)
        what = world.chance.choice(["add", "add", "rename", "remove"])
        name = f"Shelf {world.chance.choice('abcdefgh')} {next(numbers)}"
        if what == "rename" and one.name.startswith("Shelf"):
            service().put_category(one.id, catalog.CategoryInput(name=name, slug=one.slug, parent_id=one.parent_id))
            return {found.slug for found in tree if one.id in found.path}
        if what == "remove" and one.name.startswith("Shelf") and not any(f.parent_id == one.id for f in tree):
            service().remove_category(one.id)
        else:
            home = next(found for found in tree if found.name == "Home")
            parent = world.chance.choice([home.id, home.id, None, one.id if len(one.path) < 5 else home.id])
            service().put_category(None, catalog.CategoryInput(name=name, parent_id=parent))
    return set()


def some_categories(world: World) -> None:
    """Categories on several levels."""
    with acting.as_staff("catalog"):
        home = next(found for found in service().get_categories() if found.name == "Home")
        for parent in (home.id, None):
            for number in range(6):
                wanted = catalog.CategoryInput(name=f"Shelf {'fbdaec'[number]} {number}", parent_id=parent)
                service().put_category(None, wanted)


def some_orders(world: World) -> None:
    """Several orders of Ann's."""
    for number in range(7):
        world.order_id = shop.order_id(world.ann, key=f"an order {next(numbers)}", number=number)


def change_orders(world: World) -> Touched:
    """An order is placed, or cancelled."""
    if world.chance.random() < 0.5:
        shop.order_id(world.ann, key=f"an order {next(numbers)}", number=world.chance.randrange(8, 24))
        return set()
    found = client.data("{ orders(first: 100, filter: {statuses: [CONFIRMED]}) { nodes { id } } }", world.ann.token)
    if found["orders"]["nodes"]:
        cancel(world, world.chance.choice(found["orders"]["nodes"])["id"])
    return set()


def cancel(world: World, order_id: str) -> None:
    """An order is cancelled."""
    document = 'mutation ($id: ID!) { cancelOrder(input: {id: $id, reason: "No room."}) { __typename } }'
    client.data(document, world.ann.token, id=order_id)
    progress.catch_up()


def an_order(world: World) -> None:
    """One order of Ann's."""
    world.order_id = shop.order_id(world.ann, key=f"an order {next(numbers)}")


def an_order_of_many_lines(world: World) -> None:
    """One order of Ann's with a dozen lines."""
    placed = orders.PlaceOrder(
        idempotency_key=f"an order {next(numbers)}",
        payment=orders.PaymentMethod(provider="invoice"),
        lines=[orders.NewLine(sku=shop.sku(0), quantity=1) for _ in range(12)],
        customer_id=world.ann.id,
    )
    with acting.as_service("demo"):
        world.order_id = global_ids.encode("Order", rpc.connect(orders.OrdersService).place(placed).id)
    progress.catch_up()


def cancel_it(world: World) -> Touched:
    """The order is cancelled."""
    cancel(world, world.order_id)
    return set()


def some_sessions(world: World) -> None:
    """Ann is logged in on several devices."""
    for _ in range(6):
        shop.logged_in(world.ann.email)


def change_sessions(world: World) -> Touched:
    """Ann logs in on another device, or out on one."""
    if world.chance.random() < 0.5:
        shop.logged_in(world.ann.email)
        return set()
    found = client.data("{ sessions(first: 100) { nodes { id current } } }", world.ann.token)["sessions"]["nodes"]
    one = world.chance.choice([one for one in found if not one["current"]])
    client.data("mutation ($id: ID!) { revokeSession(input: {id: $id}) { __typename } }", world.ann.token, id=one["id"])
    return set()


def sell(world: World) -> Touched:
    """Some are bought together, which moves places in every ranking; or one goes off sale."""
    if world.chance.random() < 0.25:
        with acting.as_staff("catalog"):
            service().archive_products([shop.sku(world.chance.randrange(1, shop.PRODUCTS))])
    bought = world.chance.sample([shop.sku(number) for number in range(shop.PRODUCTS)], 3)
    recommender_events.confirm_order(f"sale {next(numbers)}", bought)
    recommender_events.project_all()
    return set()


def some_sales(world: World) -> None:
    """Everything was bought before, the first product with all others."""
    for number in range(1, shop.PRODUCTS):
        recommender_events.confirm_order(
            f"sale {next(numbers)}", [shop.sku(0), shop.sku(number), shop.sku(max(1, number - 1))]
        )
    recommender_events.project_all()
    opened = client.data('mutation { openCart(input: {currency: "GBP"}) { ... on OpenCartSuccess { token } } }')
    world.cart_token = opened["openCart"]["token"]
    document = (
        'mutation ($cart: String!) { addToCart(input: {sku: "TS-000", quantity: 1, cartToken: $cart}) { __typename } }'
    )
    client.data(document, cart=world.cart_token)


SORTS = ("NAME", "NEWEST", "PRICE_LOW", "PRICE_HIGH", "RELEVANCE")


RANKING = {"identity": "sku", "change": sell, "prepare": some_sales, "keeps_order": False}


WALKS = {
    **{
        f"products, {sort}": Walk("Query.products", f"products(sort: {sort}, @) ...", "sku", change_product)
        for sort in SORTS
    },
    # Fewer than half of all products have the word: FTS5 tells the others apart no more.
    "a search": Walk("Query.products", 'products(filter: {query: "green"}, @) ...', "sku", change_product),
    "products in a category": Walk(
        "Category.products", 'category(slug: "lamps") { products(sort: PRICE_LOW, @) ... }', "sku", change_product
    ),
    "categories": Walk("Query.categories", "categories(@) ...", "slug", change_category, some_categories),
    "root categories": Walk(
        "Query.categories", "categories(rootsOnly: true, @) ...", "slug", change_category, some_categories
    ),
    "categories below one": Walk(
        "Category.children", 'category(slug: "home") { children(@) ... }', "slug", change_category, some_categories
    ),
    "orders": Walk(
        "Query.orders", "orders(filter: {statuses: [CONFIRMED]}, @) ...", "number", change_orders, some_orders, "ann"
    ),
    "a customer's orders": Walk("User.orders", "viewer { orders(@) ... }", "number", change_orders, some_orders, "ann"),
    "an order's timeline": Walk(
        "Order.timeline", 'order(id: "ORDER") { timeline(@) ... }', "version", cancel_it, an_order, "ann"
    ),
    "an order's lines": Walk(
        "Order.allLines", 'order(id: "ORDER") { allLines(@) ... }', "number", cancel_it, an_order_of_many_lines, "ann"
    ),
    "sessions": Walk("Query.sessions", "sessions(@) ...", "id", change_sessions, some_sessions, "ann"),
    "stock movements": Walk(
        "Product.stockMovements",
        'product(sku: "TS-000") { stockMovements(@) ... }',
        "version",
        receive,
        some_movements,
        "sue",
    ),
    "price history": Walk(
        "Product.priceHistory",
        'product(sku: "TS-000") { priceHistory(@) ... }',
        "validFrom money { currency }",
        change_prices,
        some_prices,
        "sue",
    ),
    "product history": Walk(
        "Product.history", 'product(sku: "TS-000") { history(@) ... }', "version", rewrite, some_history, "sue"
    ),
    "bought together": Walk("Product.boughtTogether", 'product(sku: "TS-000") { boughtTogether(@) ... }', **RANKING),
    "recommendations for a cart": Walk(
        "Cart.recommendations", 'cart(token: "CART") { recommendations(@) ... }', **RANKING
    ),
    "recommendations": Walk("Query.recommendations", "recommendations(@) ...", **RANKING, viewer="ann"),
    "popular": Walk("Query.popular", "popular(@) ...", **RANKING),
}
