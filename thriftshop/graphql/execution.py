"""Executing an operation: coerces its variables, checks its cost, resolves its fields and formats its errors."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, OperationDefinitionNode, OperationType, execute
from graphql.execution.values import get_variable_values
from graphql.pyutils import is_awaitable
from prometheus_client import Histogram

from thriftshop.graphql import cost, errors
from thriftshop.graphql.documents import Documents, Prepared, is_open
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.requests import Context
from thriftshop.telemetry import metrics

SECONDS = Histogram(
    "thriftshop_graphql_seconds", "How long GraphQL operations take.", ["operation", "outcome"], buckets=metrics.BUCKETS
)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as a client sent it."""

    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """An operation that can be executed: valid, with coerced variables, and within the cost limit."""

    prepared: Prepared
    node: OperationDefinitionNode
    variables: Mapping[str, Any]
    name: str | None
    cost: int

    @property
    def is_mutation(self) -> bool:
        """Whether it is not a query."""
        return self.node.operation is not OperationType.QUERY

    @property
    def is_subscription(self) -> bool:
        """Whether it is a subscription."""
        return self.node.operation is OperationType.SUBSCRIPTION


@dataclass(slots=True)
class Engine:
    """A schema with its cost weights and document cache."""

    schema: GraphQLSchema
    weights: cost.Weights
    documents: Documents

    def prepare(self, operation: Operation) -> Ready:
        """Prepares an operation for execution. Raises RequestRefused if it is not valid or too expensive."""
        prepared = self.documents.prepare(operation.text)
        node = prepared.operation(operation.name)
        if self.schema.get_root_type(node.operation) is None:
            raise RequestRefused(errors.VALIDATION_FAILED, f"There is no {node.operation.value} in this schema.")
        coerced = get_variable_values(
            self.schema,
            node.variable_definitions,
            dict(operation.variables),
            max_errors=50,
            hide_suggestions=not is_open(),
        )
        if isinstance(coerced, list):
            raise RequestRefused.because(coerced, errors.BAD_INPUT)
        price = cost.Estimate(self.schema, self.weights, prepared.fragments, coerced).operation(node)
        cost.check(price)
        return Ready(prepared, node, operation.variables, operation.name, price)

    async def run(self, ready: Ready, context: Context, root: Any = None) -> dict[str, Any]:
        """Executes an operation and returns the response; a subscription is executed on a state of its source, `root`."""
        started = time.perf_counter()
        execution = execute(
            self.schema,
            ready.prepared.document,
            root,
            context_value=context,
            variable_values=dict(ready.variables),
            operation_name=ready.name,
            hide_suggestions=not is_open(),
        )
        result: ExecutionResult = await execution if is_awaitable(execution) else execution  # type: ignore[misc, assignment]
        response: dict[str, Any] = {"data": result.data}
        if result.errors:
            response["errors"] = errors.formatted(errors.with_viewer_error(result.errors, context.viewer_error))
        response["extensions"] = {"cost": {"requested": ready.cost, "allowed": cost.allowed()}}
        outcome = "error" if result.errors else "ok"
        SECONDS.labels(ready.node.operation.value, outcome).observe(time.perf_counter() - started)
        return response


def engine(schema: GraphQLSchema, weights: cost.Weights) -> Engine:
    """An engine for a schema. Raises ValueError for a weight on an unknown field."""
    for name in weights:
        owner, _, member = name.partition(".")
        if member not in getattr(schema.get_type(owner), "fields", {}):
            raise ValueError(f"A cost weight is set on {name}, which the schema does not have.")
    return Engine(schema, weights, Documents(schema))
