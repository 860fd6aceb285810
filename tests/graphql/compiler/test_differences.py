"""Compiled operations give the results of graphql-core: data, the order of keys, errors, paths and locations."""

import asyncio
import gc
import json
import os
import random
from types import CoroutineType
from typing import Any

import graphql
import orjson
import pytest
from graphql import (
    ExecutionResult,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    is_object_type,
    parse,
)

from tests.graphql.compiler.random_operations import Writer
from tests.graphql.compiler.random_schemas import Generator
from thriftshop.graphql.compiler import encoded, execution, markers, plans

# The long form runs 20,000 seeds.
SEEDS = int(os.environ.get("GRAPHQL_SEEDS", "400"))
OPERATIONS = 3
BATCH = 50


async def result_of(execute: Any, *arguments: Any) -> tuple[str, list[Any]]:
    """What a client sees: data with its order of keys, and the errors."""
    result = execute(*arguments)
    result = await result if hasattr(result, "__await__") else result
    errors = [(str(one.message), one.path, one.locations) for one in result.errors or ()]
    return json.dumps(result.data, default=str), errors


async def encoded_result(schema: Any, document: Any, variables: dict[str, Any]) -> tuple[str, list[Any]]:
    """The result of the second execution of a plan whose objects are encoded once."""
    fragments, operations = plans.definitions(document)
    plan, store = plans.Plan(schema, fragments, operations[0]), encoded.Fragments()
    coerced = plan.variables.coerced(variables, hide_suggestions=False)
    if isinstance(coerced, list):
        return "null", [(str(one.message), one.path, one.locations) for one in coerced]
    for _ in range(2):
        running = plan.execute(None, None, coerced, fragments=store)
        result = running if isinstance(running, ExecutionResult) else await running
    errors = [(str(one.message), one.path, one.locations) for one in result.errors or ()]
    return json.dumps(json.loads(orjson.dumps(result.data, default=str))), errors


def difference(expected: tuple[str, list[Any]], actual: tuple[str, list[Any]]) -> str:
    """What differs: the data, or the errors that only one of the results has."""
    if expected[0] != actual[0]:
        return f"the data\n{expected[0]}\n{actual[0]}"
    missing = [one for one in expected[1] if one not in actual[1]]
    added = [one for one in actual[1] if one not in expected[1]]
    return f"missing errors {missing}, additional errors {added}"


async def differences(seed: int) -> list[str]:
    """The differences between the two executors for a random schema."""
    faults = random.Random(seed).choice([0.0, 0.02, 0.1, 0.3])
    generator = Generator(seed, faults)
    schema = generator.schema()
    markers.encoded_once(
        schema, {name: lambda *_: True for name, one in schema.type_map.items() if is_object_type(one)}
    )
    found = []
    for number in range(OPERATIONS):
        text, variables = Writer(schema, random.Random(seed * 100 + number)).document()
        generator.known = None
        document = parse(text)
        arguments = (schema, document, None, None, variables)
        expected = await result_of(graphql.execute, *arguments)
        actual = await result_of(execution.execute, *arguments)
        if expected == actual:
            generator.known = {}
            actual = await encoded_result(schema, document, variables)
        if expected != actual:
            found.append(f"seed {seed}, operation {number}: {difference(expected, actual)}\n{text}\n{variables}")
    return found


def close_abandoned() -> None:
    """Close the coroutines that are no longer awaited, while their warnings are ignored.

    Those that logged errors refer to would be collected with the log, in another test.
    """
    gc.collect()
    for left in [item for item in gc.get_objects() if type(item) is CoroutineType]:
        left.close()


async def after(turns: int, value: Any) -> Any:
    """Return the value, or raise the error, after some turns of the event loop."""
    for _ in range(turns):
        await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value


def pair_of_failures(kind: str, turns: int) -> Any:
    """A schema with two concurrent failures: one makes the field null, or the whole response, and one only an object."""
    item = GraphQLNonNull(GraphQLString)
    late = GraphQLObjectType("Late", {"value": GraphQLField(item, resolve=lambda *_: after(turns, ValueError("Late")))})
    fields = {
        "early": GraphQLField(item, resolve=lambda *_: after(3, ValueError("Early"))),
        "late": GraphQLField(late, resolve=lambda *_: {}),
    }
    pair: Any = GraphQLObjectType("Pair", fields)
    pair = {"object": pair, "list": GraphQLList(GraphQLNonNull(pair))}[kind]
    root = GraphQLField(GraphQLNonNull(pair), resolve=lambda *_: [{}] if kind == "list" else {})
    nullable = GraphQLField(pair, resolve=root.resolve)
    return GraphQLSchema(
        *(GraphQLObjectType(name, {"pair": root, "nullable": nullable}) for name in ("Query", "Mutation"))
    )


@pytest.mark.filterwarnings("ignore:coroutine", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["object", "list"])
@pytest.mark.parametrize("operation", ["query", "mutation"])
@pytest.mark.parametrize("fields", ["pair", "nullable", "pair nullable"])
def test_errors_that_come_while_another_one_reaches_the_root_are_those_of_graphql_core(
    operation: str, fields: str, kind: str
) -> None:
    """The errors depend on how many turns of the event loop a failure needs to reach the root."""
    text = " ".join(f"{name} {{ early late {{ value }} }}" for name in fields.split())
    document = parse(f"{operation} {{ {text} }}")
    reported = set()
    for turns in range(12):
        arguments = (pair_of_failures(kind, turns), document)
        expected = asyncio.run(result_of(graphql.execute, *arguments))
        assert asyncio.run(result_of(execution.execute, *arguments)) == expected, f"after {turns} turns"
        reported.add(len(expected[1]))
    close_abandoned()
    assert len(reported) > 1  # early enough, and too late


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
# graphql-core and compiled operations leave the same coroutines behind when a field that must not be null fails.
@pytest.mark.filterwarnings("ignore:coroutine", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_random_operation_has_the_same_result_as_with_graphql_core(first: int) -> None:
    """Random schemas, operations and failing, null and wrong resolvers."""
    found = [one for seed in range(first, first + BATCH) for one in asyncio.run(differences(seed))]
    close_abandoned()
    assert not found, "\n\n".join(found[:3])
