"""A small shop with one of everything, filled through the contracts."""

from django.contrib.auth.models import Group
from django.test import override_settings

from idl import analytics, cart, catalog, common, inventory, orders, sessions, users
from tests import acting
from tests.experiments import steps
from tests.orders import shop as ordering
from thriftshop import clock, rpc
from thriftshop.events import progress

PICTURE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 60" width="80" height="60">
<rect width="80" height="60" fill="#e4efe9"/><circle cx="40" cy="34" r="16" fill="#1f5c4d"/></svg>"""
CUSTOMER = "ada@shop.example"
VISITOR = "visitor-0000000001"
PASSWORD = "a difference engine"
TEAPOT, COAT, LAMP, CHAIR = "TEAPOT", "COAT", "LAMP", "CHAIR"
PRICES = {TEAPOT: 12_50, COAT: 45_00, LAMP: 30_00, CHAIR: 18_00}
DAY = 86_400_000


def fill():
    """Products, stock, people, sessions and orders; one e-mail that could not be sent."""
    Group.objects.create(name="Buyers")
    with acting.as_service("demo"):
        _write_products()
        _move_goods()
        (ada, _grace) = _bring_people()
    with acting.as_stranger():
        rpc.connect(sessions.SessionsService).log_in(CUSTOMER, PASSWORD, "Firefox on Linux", "192.0.2.7")
        _fill_a_cart(rpc.connect(cart.CartService))
    progress.catch_up()
    lose_an_email()
    _sell(ada)
    _track()
    _experiment()


def _write_products():
    service, gbp = rpc.connect(catalog.CatalogService), ordering.gbp
    kitchen = service.put_category(None, catalog.CategoryInput(name="Kitchen"))
    tea = service.put_category(None, catalog.CategoryInput(name="Tea things", parent_id=kitchen.id))
    colour = [catalog.Attribute(code="colour", name="Colour", value="Bottle green")]
    service.put_products(
        [
            catalog.ProductInput(
                sku=sku,
                name=f"{sku.capitalize()}, hardly used",
                description="It has been loved before.",
                category_id=tea.id if sku == TEAPOT else None,
                attributes=colour,
                prices=[gbp(price), common.Money(amount=price + 200, currency="EUR")],
                status=catalog.ProductStatus.DRAFT if sku == CHAIR else catalog.ProductStatus.PUBLISHED,
            )
            for sku, price in PRICES.items()
        ],
        False,
    )
    service.add_image(TEAPOT, PICTURE, "A round green teapot")
    later = catalog.PriceInput(sku=COAT, money=gbp(40_00), valid_from=clock.now() + DAY, reason="Spring")
    service.set_prices([later])


def _move_goods():
    ordering.receive({TEAPOT: 20, COAT: 12, LAMP: 2})
    service = rpc.connect(inventory.InventoryService)
    service.write_off(ordering.key("loss"), [inventory.StockLine(sku=COAT, quantity=1)], "Moths", None)


def _bring_people():
    address = ordering.ADDRESS
    return rpc.connect(users.UsersService).import_users(
        [
            users.UserImport(email=CUSTOMER, name="Ada Lovelace", password=PASSWORD, addresses=[address]),
            users.UserImport(email="grace@shop.example", name="Grace Hopper"),
        ]
    )


def _fill_a_cart(service):
    guest = cart.CartRef(token=service.open_guest_cart("GBP").token)
    service.add_item(guest, cart.CartItem(sku=TEAPOT, quantity=2), None)


def lose_an_email():
    """Somebody signs up while e-mails cannot be sent: the event waits as a dead letter."""
    with override_settings(EMAIL_BACKEND="no.such.Backend"):
        with acting.as_stranger():
            rpc.connect(users.UsersService).sign_up("mary@shop.example", "a vindication 1792", "Mary")
        progress.catch_up()


def _track():
    """A visitor looks at a product; one event is invalid, and a bot's are only counted."""
    now = clock.now()
    kinds = {"event-0001": ("product_viewed", f'{{"sku": "{TEAPOT}"}}'), "event-0002": ("danced", "{}")}
    batch = analytics.TrackedBatch(
        visitor_id=VISITOR,
        session_id="session-0000000001",
        consent=analytics.Consent.ANALYTICS,
        sent_at=now,
        received_at=now,
        events=[
            analytics.EventInput(id=id_, kind=kind, occurred_at=now, properties=properties)
            for id_, (kind, properties) in kinds.items()
        ],
    )
    with acting.as_service("gateway"):
        rpc.connect(analytics.AnalyticsService).track([batch], [analytics.Exclusion(reason="bot", events=3)])
    progress.catch_up()


def _experiment():
    """A flag that runs and was seen by a visitor."""
    steps.start("button")
    steps.expose(steps.exposure(VISITOR))
    progress.catch_up()


def _sell(customer):
    shipped = ordering.shipped((TEAPOT, 2), (COAT, 1), customer=customer)
    ordering.return_lines(shipped.id, (1, 1))
    called_off = ordering.confirmed((TEAPOT, 1), customer=customer, token="tok_ok")
    with acting.as_staff():
        ordering.shop().cancel(called_off.id, "Changed their mind")
    ordering.confirmed((COAT, 1), customer=customer, token="tok_decline")
    ordering.shipped((LAMP, 1), customer=customer, token="tok_capture_fail")
    ordering.confirmed((TEAPOT, 2), (COAT, 2), customer=customer, charges=[ordering.charge(3_95)])
    with acting.as_service("trade"):
        ordering.shop().book_adjustment(
            ordering.key("book"), orders.ChargeKind.FEE, "Bank charge", ordering.gbp(-1_50), None, None
        )
    progress.catch_up()
