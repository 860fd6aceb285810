"""Plans: what they share, what they hold in memory, and what they leave to graphql-core."""

import asyncio
import gc
import os
import random
from functools import partial
from types import SimpleNamespace
from typing import Any

import graphene
import graphql
import orjson
import pytest
from graphene.types.resolver import dict_or_attr_resolver
from graphql import ExecutionResult, GraphQLSchema, build_schema, execute, parse

from tests.graphql.sample import SCHEMA
from thriftshop.graphql import documents, execution
from thriftshop.graphql.compiler import encoded, fast, markers, plans
from thriftshop.graphql.execution import Operation
from thriftshop.graphql.requests import Context, Incoming

# The long form executes 100,000 distinct operations.
OPERATIONS = int(os.environ.get("GRAPHQL_OPERATIONS", "900"))
SHOP = build_schema(
    """
    type Query { product(id: ID): Product, a: Int, b: Int, c: Int, d: Int, e: Int }
    type Product { id: ID!, name: String, brand: Brand, price: Int }
    type Brand { name: String! }
    """
)


def plan_of(text: str, schema: GraphQLSchema = SHOP) -> plans.Plan:
    fragments, operations = plans.definitions(parse(text))
    return plans.Plan(schema, fragments, operations[0])


def run(plan: plans.Plan, root: Any, variables: dict[str, Any] | None = None, **options: Any) -> Any:
    result = plan.execute(root, options.pop("context", None), variables or {}, **options)
    assert isinstance(result, ExecutionResult)
    assert result.errors is None
    return orjson.loads(orjson.dumps(result.data))


def test_memory_does_not_grow_with_the_number_of_distinct_operations() -> None:
    engine = execution.Engine(SCHEMA, {}, documents.Documents(SCHEMA, most=100))

    def execute(first: int, last: int) -> int:
        for number in range(first, last):
            ready = engine.prepare(Operation(f'{{ a{number}: hello(name: "A") b{number}: hello(name: "B") }}'))
            asyncio.run(engine.run(ready, Context(Incoming("POST", {}))))
        gc.collect()
        return len(gc.get_objects())

    after_warm_up = execute(0, OPERATIONS // 3)
    assert execute(OPERATIONS // 3, OPERATIONS) <= after_warm_up * 1.02


def test_each_combination_of_conditions_is_compiled_once() -> None:
    plan = plan_of("query ($x: Boolean!, $y: Boolean!) { a @include(if: $x) b @skip(if: $y) c }")
    root = {"a": 1, "b": 2, "c": 3}
    assert run(plan, root, {"x": True, "y": False}) == {"a": 1, "b": 2, "c": 3}
    assert run(plan, root, {"x": False, "y": True}) == {"c": 3}
    assert run(plan, root, {"x": False, "y": True}) == {"c": 3}
    assert len(plan.variants) == 2


def test_too_many_combinations_of_conditions_are_left_to_graphql_core() -> None:
    names = "abcde"
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    plan = plan_of(f"query ({declared}) {{ {' '.join(f'{name} @include(if: ${name})' for name in names)} }}")
    for number in range(plans.MAX_VARIANTS):
        plan.execute({}, None, {name: bool(number >> bit & 1) for bit, name in enumerate(names)})
    with pytest.raises(plans.CannotCompile, match="too many combinations"):
        plan.execute({}, None, dict.fromkeys(names, True))


@pytest.mark.parametrize("text", ["{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'])
def test_introspection_is_left_to_graphql_core(text: str) -> None:
    with pytest.raises(plans.CannotCompile, match="introspection"):
        plan_of(text).execute({}, None, {})


@pytest.mark.parametrize("kind", ["Missing", "[Missing!]!", "Product"])
@pytest.mark.parametrize("values", [{}, {"x": None}, {"x": "1"}])
def test_a_variable_whose_type_is_not_an_input_type_is_refused_as_by_graphql_core(
    kind: str, values: dict[str, Any]
) -> None:
    text = f"query ($x: {kind} = null) {{ a }}"
    errors = plan_of(text).variables.coerced(values, hide_suggestions=False)
    expected = graphql.execute(SHOP, parse(text), variable_values=values)
    assert isinstance(expected, ExecutionResult)
    assert errors
    assert errors == expected.errors


class Brand:
    def __init__(self, name: str) -> None:
        self.name = name


class Product:
    def __init__(self, id: str, name: str) -> None:
        self.id, self.name, self.brand = id, name, Brand("Brand")


@pytest.fixture
def shop() -> GraphQLSchema:
    """A schema whose products are encoded once for each value of the context, and whose prices have a key."""
    schema = build_schema(
        """
        type Query { product: Product }
        type Product { id: ID!, name: String, brand: Brand, price: Int }
        type Brand { name: String! }
        """
    )
    markers.encoded_once(schema, {"Product": lambda _product, context: context["version"]})
    for kind in ("Product", "Brand"):
        for name, field in schema.type_map[kind].fields.items():  # type: ignore[attr-defined]
            field.resolve = markers.pure(lambda source, _info, name=name: getattr(source, name))
    schema.type_map["Product"].fields["price"].resolve = markers.keyed(  # type: ignore[attr-defined]
        lambda _product, context: context["price"]
    )(lambda _product, info: info.context["price"])
    return schema


def test_an_object_is_encoded_again_only_when_it_or_a_key_changes(shop: GraphQLSchema) -> None:
    plan = plan_of("{ product { name price brand { name } } }", shop)
    store, product = encoded.Fragments(), Product("1", "Lamp")

    def name(context: dict[str, Any]) -> tuple[str, int]:
        found = run(plan, {"product": product}, context=context, fragments=store)["product"]
        return found["name"], found["price"]

    assert name({"version": 1, "price": 5}) == ("Lamp", 5)
    product.name = "Renamed without a new version"
    assert name({"version": 1, "price": 5}) == ("Lamp", 5)
    assert name({"version": 1, "price": 6}) == ("Renamed without a new version", 6)
    product.name = "Chair"
    assert name({"version": 2, "price": 6}) == ("Chair", 6)
    product = Product("1", "Another object")
    assert name({"version": 2, "price": 6}) == ("Another object", 6)


@pytest.mark.parametrize("context", [{"version": None, "price": 5}, {"version": 1, "price": None}])
def test_an_object_without_a_known_key_is_never_reused(shop: GraphQLSchema, context: dict[str, Any]) -> None:
    plan = plan_of("{ product { name price } }", shop)
    store, product = encoded.Fragments(), Product("1", "Lamp")
    run(plan, {"product": product}, context=context, fragments=store)
    product.name = "Chair"
    assert run(plan, {"product": product}, context=context, fragments=store)["product"]["name"] == "Chair"
    assert store.size == 0


def test_each_list_of_encoded_objects_has_its_own_selection() -> None:
    schema = build_schema("type Query { box: Box } type Box { items: [Item] } type Item { x: String, y: String }")
    markers.encoded_once(schema, {"Item": lambda *_: True})
    for kind in ("Box", "Item"):
        for name, field in schema.type_map[kind].fields.items():  # type: ignore[attr-defined]
            field.resolve = partial(dict_or_attr_resolver, name, None)
    plan, store = plan_of("{ a: box { items { x } } b: box { items { y } } }", schema), encoded.Fragments()
    box = SimpleNamespace(items=[SimpleNamespace(x="X", y="Y")])
    expected = {"a": {"items": [{"x": "X"}]}, "b": {"items": [{"y": "Y"}]}}
    for _ in range(3 * fast.SKIPPED_AFTER_MISS):  # fast functions run again after they have missed
        assert run(plan, {"box": box}, fragments=store) == expected


def test_the_store_of_fragments_is_limited_by_number_and_bytes(shop: GraphQLSchema) -> None:
    plan, context = plan_of("{ product { name } }", shop), {"version": 1, "price": 1}
    few, small = encoded.Fragments(most=3), encoded.Fragments(most_size=100)
    products = [Product(str(number), "x" * 20) for number in range(10)]
    for product in products:
        for store in (few, small):
            run(plan, {"product": product}, context=context, fragments=store)
    assert few.size == 3 * len('{"name":"' + "x" * 20 + '"}')
    assert 0 < small.size <= 100


def items_schema() -> GraphQLSchema:
    """A schema with graphene's default resolvers, which are read without calling them."""
    item = type("Item", (graphene.ObjectType,), {"name": graphene.String(), "size": graphene.Int()})
    query = type("Query", (graphene.ObjectType,), {"items": graphene.List(item)})
    schema: GraphQLSchema = graphene.Schema(query=query).graphql_schema
    return schema


class Slotted:
    __slots__ = ("name", "size")

    def __init__(self, name: str, size: int) -> None:
        self.name, self.size = name, size


@pytest.mark.parametrize("seed", range(20))
def test_the_items_of_a_list_may_be_of_any_classes_in_any_order(seed: int) -> None:
    rng, schema = random.Random(seed), items_schema()
    makers = [
        lambda: Slotted("slotted", rng.choice([0, 2**30 - 1, 2**30, 2**31 - 1, -(2**31)])),
        lambda: SimpleNamespace(name="attributes", size=None),
        lambda: {"name": "dictionary", "size": 3},
        lambda: {"name": "incomplete"},
        lambda: SimpleNamespace(name="incomplete"),
        lambda: None,
        lambda: rng.choice([ValueError("an item"), Slotted("too large", 2**31), Slotted("too small", -(2**31) - 1)]),
    ]
    usual = makers[: rng.choice([2, 3, 6, 7])]
    root = {"items": [rng.choice(usual)() for _ in range(40)]}
    text = "{ items { name size } }"
    expected, result = execute(schema, parse(text), root), plan_of(text, schema).execute(root, None, {})
    assert isinstance(expected, ExecutionResult)
    assert isinstance(result, ExecutionResult)
    assert result.data == expected.data
    assert [str(error) for error in result.errors or ()] == [str(error) for error in expected.errors or ()]


def test_an_object_with_an_error_is_not_kept(shop: GraphQLSchema) -> None:
    plan = plan_of("{ product { name brand { name } } }", shop)
    store, product = encoded.Fragments(), Product("1", "Lamp")
    product.brand = Brand(None)
    for _ in range(2):
        result = plan.execute({"product": product}, {"version": 1, "price": 1}, {}, fragments=store)
        assert isinstance(result, ExecutionResult)
        assert result.data == {"product": {"name": "Lamp", "brand": None}}
        assert [error.path for error in result.errors or ()] == [["product", "brand", "name"]]
    assert store.size == 0
