"""Events of other contexts, appended to their streams and projected by the recommender."""

from collections.abc import Sequence

from apps.recommender import projections
from idl import analytics, catalog, common, inventory, orders
from thriftshop import call_context
from thriftshop.events import processor, streams

DAY = 86_400_000
NOW = 1_780_000_000_000  # 2026-05-28


def append_events(topic: str, stream: str, *new_events, at: int = NOW) -> None:
    """Append events to a stream of another context."""
    store = streams.of(topic)
    version = len(store.read({stream: 0})[stream])
    with call_context.using(caller=topic, occurred_at=at):
        (outcome,) = store.append([streams.Write(stream, version, new_events)])
    assert isinstance(outcome, streams.Written)


def lines(skus: Sequence[str]) -> list[orders.OrderLine]:
    """Order lines with a quantity of 1."""
    return [
        orders.OrderLine(
            number=number,
            sku=sku,
            name=sku,
            quantity=1,
            unit_price=common.Money(amount=100, currency="GBP"),
            agreed_price=False,
            shipped=0,
            cancelled=0,
            returned=0,
        )
        for number, sku in enumerate(skus, start=1)
    ]


def confirm_order(order_id: str, skus: Sequence[str], at: int = NOW, customer: str | None = None) -> None:
    """Confirm an order."""
    append_events("orders", order_id, orders.OrderConfirmed(lines=lines(skus), customer_id=customer), at=at)


def view(visitor: str, *skus: str, session: str = "session", at: int = NOW) -> None:
    """View products, one a second, in a session of a visitor who consents to it."""
    for number, sku in enumerate(skus):
        append_events("analytics", visitor, analytics.ProductViewed(session=session, sku=sku), at=at + 1000 * number)


def put_in_cart(visitor: str, *skus: str, session: str = "session", at: int = NOW) -> None:
    """Put products into the cart of a session."""
    for number, sku in enumerate(skus):
        added = analytics.ItemAddedToCart(session=session, sku=sku, quantity=1)
        append_events("analytics", visitor, added, at=at + 1000 * number)


def cancel_order(order_id: str, at: int = NOW) -> None:
    """Cancel an order."""
    append_events("orders", order_id, orders.OrderCancelled(reason="changed my mind", by="customer"), at=at)


def product(sku: str, category: str | None = None, status: int = catalog.ProductStatus.PUBLISHED) -> catalog.Product:
    """A product as its events contain it."""
    return catalog.Product(
        sku=sku,
        slug=sku.lower(),
        name=sku,
        description="",
        status=status,
        category_id=category,
        attributes=[],
        images=[],
        prices=[],
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )


def save_product(sku: str, category: str | None = None, status: int = catalog.ProductStatus.PUBLISHED) -> None:
    """Save a product."""
    append_events("catalog", sku, catalog.ProductWritten(product=product(sku, category, status), differences=[]))


def archive_product(sku: str) -> None:
    """Archive a product."""
    append_events("catalog", sku, catalog.ProductArchived(sku=sku))


def save_category(category_id: str, parent: str | None = None) -> None:
    """Save a category."""
    category = catalog.Category(
        id=category_id, slug=category_id, name=category_id, parent_id=parent, path=[category_id], product_count=0
    )
    append_events("catalog", f"category-{category_id}", catalog.CategoryWritten(category=category))


def receive(sku: str, quantity: int) -> None:
    """Receive stock."""
    append_events("inventory", sku, inventory.StockReceived(quantity=quantity))


def put_on_sale(skus: Sequence[str], category: str | None = None) -> None:
    """Publish products, and receive ten of each."""
    for sku in skus:
        save_product(sku, category)
        receive(sku, 10)


def project_all() -> None:
    """Project all events."""
    for projection in projections.PROJECTIONS:
        while processor.process(projection):
            pass


def stored_rows() -> dict[str, list[tuple]]:
    """All rows of the recommender's tables, without automatic keys."""
    return {
        table.__name__: sorted(
            table._default_manager.values_list(
                *(field.attname for field in table._meta.fields if field.attname != "id")
            )
        )
        for projection in projections.PROJECTIONS
        for table in projection.tables
    }


def dead_letters() -> int:
    """The number of dead letters."""
    from thriftshop.event_store.models import DeadLetter

    return DeadLetter.objects.count()
