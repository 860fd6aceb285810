"""A small shop as the recommender hears of it: other contexts' events, written to their logs, then taken."""

from collections.abc import Sequence

from apps.recommender import projections
from idl import catalog, common, inventory, orders
from thriftshop import call_context
from thriftshop.events import processor, streams

DAY = 86_400_000
NOW = 1_780_000_000_000  # 2026-05-28


def happened(topic: str, stream: str, *happenings, at: int = NOW) -> None:
    """Appends events to the end of a stream of another context's log."""
    log = streams.of(topic)
    version = len(log.read({stream: 0})[stream])
    with call_context.using(caller=topic, occurred_at=at):
        (outcome,) = log.append([streams.Write(stream, version, happenings)])
    assert isinstance(outcome, streams.Written)


def lines(skus: Sequence[str]) -> list[orders.OrderLine]:
    """One of each."""
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


def confirmed(order_id: str, skus: Sequence[str], at: int = NOW, customer: str | None = None) -> None:
    """An order stands."""
    happened("orders", order_id, orders.OrderConfirmed(lines=lines(skus), customer_id=customer), at=at)


def cancelled(order_id: str, at: int = NOW) -> None:
    """An order was cancelled."""
    happened("orders", order_id, orders.OrderCancelled(reason="changed my mind", by="customer"), at=at)


def product(sku: str, category: str | None = None, status: int = catalog.ProductStatus.PUBLISHED) -> catalog.Product:
    """A product as its events carry it."""
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


def written(sku: str, category: str | None = None, status: int = catalog.ProductStatus.PUBLISHED) -> None:
    """A product was written."""
    happened("catalog", sku, catalog.ProductWritten(product=product(sku, category, status), differences=[]))


def archived(sku: str) -> None:
    """A product went off sale."""
    happened("catalog", sku, catalog.ProductArchived(sku=sku))


def category(category_id: str, parent: str | None = None) -> None:
    """A category was written."""
    one = catalog.Category(
        id=category_id, slug=category_id, name=category_id, parent_id=parent, path=[category_id], product_count=0
    )
    happened("catalog", f"category-{category_id}", catalog.CategoryWritten(category=one))


def received(sku: str, quantity: int) -> None:
    """Goods came in."""
    happened("inventory", sku, inventory.StockReceived(quantity=quantity))


def for_sale(skus: Sequence[str], category: str | None = None) -> None:
    """These are published, and there are ten of each."""
    for sku in skus:
        written(sku, category)
        received(sku, 10)


def told() -> None:
    """The recommender hears of everything that happened."""
    for projection in projections.PROJECTIONS:
        while processor.process(projection):
            pass


def tables() -> dict[str, list[tuple]]:
    """All that the recommender knows, for comparing; without automatic keys."""
    return {
        table.__name__: sorted(
            table._default_manager.values_list(
                *(field.attname for field in table._meta.fields if field.attname != "id")
            )
        )
        for projection in projections.PROJECTIONS
        for table in projection.tables
    }


def parked() -> int:
    """How many events could not be taken."""
    from thriftshop.event_store.models import DeadLetter

    return DeadLetter.objects.count()
