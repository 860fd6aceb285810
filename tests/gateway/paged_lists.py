"""The connections of the schema as paged lists: how each is prepared, and how it changes between two pages."""

import itertools

from idl import catalog, common, inventory, orders
from tests import acting
from tests.gateway import client, shop
from tests.gateway.paged_list import MovedItems, PagedList, World
from tests.recommender import shop as recommender_events
from thriftshop import rpc
from thriftshop.events import progress
from thriftshop.graphql import global_ids

numbers = itertools.count(1)


def service() -> catalog.CatalogService:
    """The catalog."""
    return rpc.connect(catalog.CatalogService)


def change_product(world: World) -> MovedItems:
    """One product is archived, added, renamed or re-priced."""
    with acting.as_staff("catalog"):
        page = service().find_products(
            catalog.ProductFilter(statuses=[catalog.ProductStatus.PUBLISHED]),
            catalog.ProductSort.NAME,
            common.Page(first=100),
        )
        product = world.rng.choice(page.products)
        action = world.rng.choice(["archive", "add", "rename", "price"])
        if action == "archive":
            service().archive_products([product.sku])
        elif action == "add":
            number = next(numbers)
            added = shop.product(number, product.category_id)
            added.sku, added.name = (
                f"NEW-{number:04}",
                f"{world.rng.choice(['Brass', 'Oak', 'Amber'])} lamp {number}",
            )
            added.prices = [common.Money(amount=world.rng.randint(900, 1_100), currency="GBP")]
            service().put_products([added], False)
        elif action == "rename":
            name = world.rng.choice(["Amber lamp", "Zinc lamp lamp", "Mirror"])
            service().put_products([catalog.ProductInput(sku=product.sku, name=name)], False)
        else:
            set_price(product.sku, world.rng.randint(900, 1_100))
    return {product.sku}


def set_price(sku: str, amount: int, valid_from: int | None = None, currency: str = "GBP") -> None:
    """A price is set, or scheduled."""
    money = common.Money(amount=amount, currency=currency)
    with acting.as_staff("catalog"):
        service().set_prices([catalog.PriceInput(sku=sku, money=money, valid_from=valid_from)])


def change_prices(world: World) -> MovedItems:
    """A price of the first product is scheduled."""
    moment = 4_000_000_000_000 + world.rng.randint(0, 5) * 1_000
    set_price(shop.sku(0), world.rng.randint(500, 2_000), moment, world.rng.choice(["GBP", "EUR", "USD"]))
    return set()


def some_prices(world: World) -> None:
    """A few scheduled prices."""
    for _ in range(12):
        change_prices(world)


def rewrite(_world: World) -> MovedItems:
    """The first product is changed."""
    with acting.as_staff("catalog"):
        product = catalog.ProductInput(sku=shop.sku(0), name=f"Lamp {next(numbers)}")
        service().put_products([product], False)
    return set()


def some_history(world: World) -> None:
    """The first product was written often."""
    for _ in range(8):
        rewrite(world)


def receive(_world: World) -> MovedItems:
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


def change_category(world: World) -> MovedItems:
    """A category is added, renamed or removed."""
    with acting.as_staff("catalog"):
        tree = service().get_categories()
        category = world.rng.choice([found for found in tree if found.name.startswith("Shelf")] or tree)
        action = world.rng.choice(["add", "add", "rename", "remove"])
        name = f"Shelf {world.rng.choice('abcdefgh')} {next(numbers)}"
        if action == "rename" and category.name.startswith("Shelf"):
            service().put_category(
                category.id, catalog.CategoryInput(name=name, slug=category.slug, parent_id=category.parent_id)
            )
            return {found.slug for found in tree if category.id in found.path}
        if (
            action == "remove"
            and category.name.startswith("Shelf")
            and not any(f.parent_id == category.id for f in tree)
        ):
            service().remove_category(category.id)
        else:
            home = next(found for found in tree if found.name == "Home")
            parent = world.rng.choice([home.id, home.id, None, category.id if len(category.path) < 5 else home.id])
            service().put_category(None, catalog.CategoryInput(name=name, parent_id=parent))
    return set()


def some_categories(world: World) -> None:
    """Categories on several levels."""
    with acting.as_staff("catalog"):
        home = next(found for found in service().get_categories() if found.name == "Home")
        for parent in (home.id, None):
            for number in range(6):
                category = catalog.CategoryInput(name=f"Shelf {'fbdaec'[number]} {number}", parent_id=parent)
                service().put_category(None, category)


def some_orders(world: World) -> None:
    """Several orders of Ann's."""
    for number in range(7):
        world.order_id = shop.order_id(world.ann, key=f"an order {next(numbers)}", number=number)


def change_orders(world: World) -> MovedItems:
    """An order is placed, or cancelled."""
    if world.rng.random() < 0.5:
        shop.order_id(world.ann, key=f"an order {next(numbers)}", number=world.rng.randrange(8, 24))
        return set()
    result = client.data("{ orders(first: 100, filter: {statuses: [CONFIRMED]}) { nodes { id } } }", world.ann.token)
    if result["orders"]["nodes"]:
        cancel(world, world.rng.choice(result["orders"]["nodes"])["id"])
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


def cancel_it(world: World) -> MovedItems:
    """The order is cancelled."""
    cancel(world, world.order_id)
    return set()


def some_sessions(world: World) -> None:
    """Ann is logged in on several devices."""
    for _ in range(6):
        shop.logged_in(world.ann.email)


def change_sessions(world: World) -> MovedItems:
    """Ann logs in on another device, or out on one."""
    if world.rng.random() < 0.5:
        shop.logged_in(world.ann.email)
        return set()
    open_sessions = client.data("{ sessions(first: 100) { nodes { id current } } }", world.ann.token)["sessions"][
        "nodes"
    ]
    session = world.rng.choice([session for session in open_sessions if not session["current"]])
    client.data(
        "mutation ($id: ID!) { revokeSession(input: {id: $id}) { __typename } }", world.ann.token, id=session["id"]
    )
    return set()


def sell(world: World) -> MovedItems:
    """Some are bought together, which moves places in every ranking; or one goes off sale."""
    if world.rng.random() < 0.25:
        with acting.as_staff("catalog"):
            service().archive_products([shop.sku(world.rng.randrange(1, shop.PRODUCTS))])
    bought = world.rng.sample([shop.sku(number) for number in range(shop.PRODUCTS)], 3)
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


PAGED_LISTS = {
    **{
        f"products, {sort}": PagedList("Query.products", f"products(sort: {sort}, @) ...", "sku", change_product)
        for sort in SORTS
    },
    # Fewer than half of all products have the word: FTS5 tells the others apart no more.
    "a search": PagedList("Query.products", 'products(filter: {query: "green"}, @) ...', "sku", change_product),
    "products in a category": PagedList(
        "Category.products", 'category(slug: "lamps") { products(sort: PRICE_LOW, @) ... }', "sku", change_product
    ),
    "categories": PagedList("Query.categories", "categories(@) ...", "slug", change_category, some_categories),
    "root categories": PagedList(
        "Query.categories", "categories(rootsOnly: true, @) ...", "slug", change_category, some_categories
    ),
    "categories below one": PagedList(
        "Category.children", 'category(slug: "home") { children(@) ... }', "slug", change_category, some_categories
    ),
    "orders": PagedList(
        "Query.orders", "orders(filter: {statuses: [CONFIRMED]}, @) ...", "number", change_orders, some_orders, "ann"
    ),
    "a customer's orders": PagedList(
        "User.orders", "viewer { orders(@) ... }", "number", change_orders, some_orders, "ann"
    ),
    "an order's timeline": PagedList(
        "Order.timeline", 'order(id: "ORDER") { timeline(@) ... }', "version", cancel_it, an_order, "ann"
    ),
    "an order's lines": PagedList(
        "Order.allLines", 'order(id: "ORDER") { allLines(@) ... }', "number", cancel_it, an_order_of_many_lines, "ann"
    ),
    "sessions": PagedList("Query.sessions", "sessions(@) ...", "id", change_sessions, some_sessions, "ann"),
    "stock movements": PagedList(
        "Product.stockMovements",
        'product(sku: "TS-000") { stockMovements(@) ... }',
        "version",
        receive,
        some_movements,
        "sue",
    ),
    "price history": PagedList(
        "Product.priceHistory",
        'product(sku: "TS-000") { priceHistory(@) ... }',
        "validFrom money { currency }",
        change_prices,
        some_prices,
        "sue",
    ),
    "product history": PagedList(
        "Product.history", 'product(sku: "TS-000") { history(@) ... }', "version", rewrite, some_history, "sue"
    ),
    "bought together": PagedList(
        "Product.boughtTogether", 'product(sku: "TS-000") { boughtTogether(@) ... }', **RANKING
    ),
    "recommendations for a cart": PagedList(
        "Cart.recommendations", 'cart(token: "CART") { recommendations(@) ... }', **RANKING
    ),
    "recommendations": PagedList("Query.recommendations", "recommendations(@) ...", **RANKING, viewer="ann"),
    "popular": PagedList("Query.popular", "popular(@) ...", **RANKING),
}
