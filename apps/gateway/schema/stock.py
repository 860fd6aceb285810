"""Stock: the levels of products and, for staff, the ledger."""

from apps.gateway import loaders
from apps.gateway.schema import actors
from apps.gateway.schema.types import types
from idl import catalog, common, inventory
from thriftshop import rpc
from thriftshop.graphql import connections, scalars
from thriftshop.graphql.compiler import markers
from thriftshop.graphql.requests import Info

types.object(
    inventory.StockLevel,
    leave_out={"valid_until"},
    fields={
        "updated_at": scalars.DateTime(
            description="Always null; use the first of `Product.stockMovements`.",
            deprecation_reason="Always null; use the first of `Product.stockMovements`.",
        )
    },
)
types.object(inventory.Movement, fields={"actor": actors.field()})
Movements = connections.kind(lambda: types.of(inventory.Movement), "Movement")


service = rpc.aconnect(inventory.InventoryService)


@markers.keyed(lambda product, _context: loaders.cached_level(product.sku))
def level(product: catalog.Product, info: Info) -> loaders.Loaded[inventory.StockLevel | None]:
    """Resolve `Product.stock`."""
    return loaders.level(info.context, product.sku)


async def level_at(product: catalog.Product, _info: Info, at: int) -> inventory.StockLevel | None:
    """Resolve `Product.stockAt`."""
    levels = await service.get_levels_at([product.sku], at)
    return levels[0] if levels else None


def movements(product: catalog.Product, _info: Info) -> connections.Fetch:
    """Resolve `Product.stockMovements`."""

    async def fetch(page: common.Page) -> connections.Page:
        result = await service.get_movements(product.sku, page)
        return connections.Page(result.movements, result.page_info)

    return fetch


async def totals(_root: object, _info: Info) -> inventory.StockTotals:
    """Resolve `Query.stockTotals`."""
    return await service.get_totals()
