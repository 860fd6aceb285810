"""A small schema over the inventory's contract, with fields that fail in every way, for the tests of the GraphQL platform."""

from typing import Any

import graphene

from idl import inventory
from thriftshop.graphql import connections, derive, execution, schemas
from thriftshop.graphql.endpoint import Gateway
from thriftshop.graphql.mutations import mutation
from thriftshop.graphql.requests import Context
from thriftshop.rpc import errors as rpc

types = derive.Types()
types.object(inventory.StockLevel, key=lambda level: level.sku)
Levels = connections.kind(lambda: types.of(inventory.StockLevel), "StockLevel", plural="levels")
LEVELS = [
    inventory.StockLevel(
        sku=f"T-{number:03}", on_hand=number, reserved=0, available=number, version=number, updated_at=number
    )
    for number in range(250)
]
PROBLEMS: dict[str, BaseException] = {
    "bug": KeyError("secret of the house"),
    "refusal": inventory.OutOfStock(message="None left.", shortages=[]),
    "unavailable": rpc.Unavailable("http://10.0.0.7:9000 refused"),
    "fault": rpc.Fault("InventoryService.get_levels failed: ZeroDivisionError."),
    "late": rpc.DeadlineExceeded("InventoryService.get_levels did not answer within 0.1 s."),
}


def fail(_root: Any, _info: Any, how: str) -> str:
    raise PROBLEMS[how]


BATCHES: list[list[int]] = []


async def doubled(keys: list[int]) -> list[int]:
    BATCHES.append(keys)
    return [key * 2 for key in keys]


async def numbers(_root: Any, info: Any, count: int) -> list[int]:
    found = [info.context.load(doubled, number) for number in (*range(count), *range(count))]
    return [await one for one in found[:count]]


async def reserve(_context: Context, input_: Any) -> dict[str, Any]:
    if input_["quantity"] > 3:
        shortage = inventory.Shortage(sku=input_["sku"], requested=input_["quantity"], available=3)
        raise inventory.OutOfStock(message="Only 3 are left.", shortages=[shortage])
    if input_["sku"] == "bug":
        raise KeyError("secret of the house")
    return {"level": LEVELS[input_["quantity"]]}


async def identify(context: Context) -> None:
    """Everybody is a stranger."""


QUERIES = {
    "hello": graphene.String(
        description="Says hello.",
        resolver=lambda _root, _info, name: f"Hello {name}!",
        name=graphene.String(required=True, description="Whom to."),
    ),
    "fail": graphene.String(
        description="Fails.", resolver=fail, how=graphene.String(required=True, description="In which way.")
    ),
    "must": graphene.String(required=True, description="Is never there.", resolver=lambda *_: None),
    "many": graphene.List(
        graphene.String,
        description="Fails often.",
        resolver=lambda _root, _info, count: [KeyError("secret")] * count,
        count=graphene.Int(required=True, description="How often."),
    ),
    "numbers": graphene.List(
        graphene.Int,
        description="Loads in batches.",
        resolver=numbers,
        count=graphene.Int(required=True, description="How many."),
    ),
    "level": graphene.Field(
        lambda: types.of(inventory.StockLevel), description="One level.", resolver=lambda *_: LEVELS[7]
    ),
    "levels": connections.field_of(
        Levels, "All levels.", lambda *_: connections.of_list("levels", LEVELS, lambda level: (level.sku,), (str,))
    ),
    "node": graphene.Field(derive.node, description="One of them.", resolver=lambda *_: LEVELS[7]),
}
MUTATIONS = {
    "reserve": mutation(
        types,
        "Reserve",
        (inventory.InventoryService, "reserve"),
        reserve,
        success={"level": graphene.Field(lambda: types.of(inventory.StockLevel), description="The level.")},
        arguments=types.chosen(inventory.StockLine),
    )
}
SCHEMA = schemas.build(QUERIES, MUTATIONS)
GATEWAY = Gateway(execution.engine(SCHEMA, {"Query.hello": 7}), identify, "gateway")
