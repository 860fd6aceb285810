"""Executing an operation: coerces its variables, checks its cost, runs its compiled plan and formats its errors."""

import itertools
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLSchema, OperationType, parse
from graphql import execute as core_execute

from thriftshop import reads
from thriftshop.graphql import cost, errors, manifests, operation_metrics
from thriftshop.graphql.compiler import encoded
from thriftshop.graphql.compiler.plans import CannotCompile, Plan
from thriftshop.graphql.documents import Document, Documents, Template, is_open
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.requests import Context
from thriftshop.graphql.responses import Answer, Key, Responses, key_of
from thriftshop.telemetry import caches


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as a client sent it."""

    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """An operation that can be executed: valid, with coerced variables, and within the cost limit."""

    operation: Operation
    document: Document
    plan: "OperationPlan"
    variables: dict[str, Any]
    cost: int
    is_new: bool  # its document has not been compiled before
    name: str  # for metrics: that of a trusted document, otherwise empty

    @property
    def is_mutation(self) -> bool:
        """Whether it is not a query."""
        return self.plan.operation.operation is not OperationType.QUERY

    @property
    def is_subscription(self) -> bool:
        """Whether it is a subscription."""
        return self.plan.operation.operation is OperationType.SUBSCRIPTION


Audience = Callable[[Context], str | Awaitable[str | None] | None]
_numbers = itertools.count(1)


class OperationPlan(Plan):
    """A compiled operation with its costs, and a number that no other plan of this process has."""

    def __init__(self, schema: GraphQLSchema, weights: cost.Weights, template: Template, name: str) -> None:
        super().__init__(schema, template.fragments, template.operations[name])
        self.number = next(_numbers)
        self.costs = cost.Costs(self._estimate, [self.operation, *self.fragments.values()])
        self.weights = weights

    def _estimate(self, variables: Mapping[str, Any]) -> int:
        return cost.Estimate(self.schema, self.weights, self.fragments, variables).operation(self.operation)


def _counted_fragments() -> encoded.Fragments:
    fragments = encoded.Fragments()
    fragments.statistics = caches.statistics("fragments", fragments)
    return fragments


@dataclass(slots=True)
class Engine:
    """A schema with its cost weights and document cache."""

    schema: GraphQLSchema
    weights: cost.Weights
    documents: Documents
    fragments: encoded.Fragments = field(default_factory=_counted_fragments)
    responses: Responses = field(default_factory=Responses)
    # What resolvers may read of the viewer although the response is shared: viewers with equal values get equal ones.
    # None if the response must not be shared.
    audience: Audience = lambda context: "" if context.identified is None else None
    # What is done before a mutation, for instance to set its call context.
    before_mutation: Callable[[Context], Awaitable[None]] | None = None
    # Called after an operation whose context says what it is measured by: whether it failed because of the shop, and seconds.
    measure: Callable[[Context, bool, float], None] | None = None

    def prepare(self, operation: Operation) -> Ready:
        """Prepare an operation for execution. Raises RequestRefused if it is not valid or too expensive."""
        document = self.documents.prepare(operation.text)
        name = document.operation(operation.name)
        is_new = name not in document.template.plans
        plan = self._plan(document, name)
        coerced = plan.variables.coerced(operation.variables, hide_suggestions=not is_open())
        if isinstance(coerced, list):
            document.locate(coerced)
            raise RequestRefused.because(coerced, errors.BAD_INPUT)
        variables = {**coerced, **document.values}
        price = plan.costs.of(variables)
        cost.check(price)
        return Ready(operation, document, plan, variables, price, is_new, manifests.name_of(operation.text))

    def _plan(self, document: Document, name: str) -> OperationPlan:
        plans: dict[str, OperationPlan] = document.template.plans
        if name not in plans:
            kind = document.template.operations[name].operation
            if self.schema.get_root_type(kind) is None:
                raise RequestRefused(errors.VALIDATION_FAILED, f"There is no {kind.value} in this schema.")
            plans[name] = OperationPlan(self.schema, self.weights, document.template, name)
        return plans[name]

    async def answer(self, ready: Ready, context: Context) -> Answer:
        """Execute an operation, the only one of its context, and return the response; or the stored one, if it still holds."""
        key = None if ready.is_mutation else await self._key(ready, context)
        if key is None:
            return Answer(orjson.dumps(await self.run(ready, context)))
        started, session = time.perf_counter(), context.session
        stored = self.responses.get(key, session)
        if stored is not None:
            elapsed = time.perf_counter() - started
            operation_metrics.series(OperationType.QUERY.value, ready.name, operation_metrics.OK).observe(elapsed)
            return stored
        with reads.recording() as read:
            response = await self.run(ready, context)
        answer = Answer(orjson.dumps(response))
        if "errors" not in response:
            self.responses.put(key, answer, read, session)
        return answer

    async def _key(self, ready: Ready, context: Context) -> Key | None:
        """The key under which the response is stored; None if it must not be stored."""
        if context.viewer_error is not None or context.is_staff:
            return None
        audience = self.audience(context)
        audience = audience if isinstance(audience, str | None) else await audience
        if audience is None:
            return None
        return key_of(ready.plan.number, ready.variables, context.origin, audience)

    async def run(self, ready: Ready, context: Context, root: Any = None) -> dict[str, Any]:
        """Execute an operation and return the response; a subscription is executed on a state of its source, `root`."""
        started = time.perf_counter()
        if self.before_mutation is not None and ready.plan.operation.operation is OperationType.MUTATION:
            await self.before_mutation(context)
        result = await self._executed(ready, context, root)
        response: dict[str, Any] = {"data": result.data}
        if result.errors:
            response["errors"] = errors.formatted(errors.with_viewer_error(result.errors, context.viewer_error))
        response["extensions"] = {"cost": {"requested": ready.cost, "allowed": cost.allowed()}}
        outcome = operation_metrics.outcome_of(response.get("errors", ()))
        series = operation_metrics.series(ready.plan.operation.operation.value, ready.name, outcome)
        elapsed = time.perf_counter() - started
        series.observe(elapsed)
        if context.under is not None and self.measure is not None:
            self.measure(context, outcome == operation_metrics.FAULT, elapsed)
        return response

    async def _executed(self, ready: Ready, context: Context, root: Any) -> ExecutionResult:
        try:
            running = ready.plan.execute(root, context, ready.variables, fragments=self.fragments)
        except CannotCompile:
            return await self._interpreted(ready.operation, context, root)
        result = running if isinstance(running, ExecutionResult) else await running
        if result.errors:
            ready.document.locate(result.errors)
        return result

    async def _interpreted(self, operation: Operation, context: Context, root: Any) -> ExecutionResult:
        operation_metrics.INTERPRETED.inc()
        result = core_execute(
            self.schema,
            parse(operation.text),
            root,
            context_value=context,
            variable_values=dict(operation.variables),
            operation_name=operation.name,
            hide_suggestions=not is_open(),
        )
        return result if isinstance(result, ExecutionResult) else await result


def engine(
    schema: GraphQLSchema,
    weights: cost.Weights,
    audience: Audience | None = None,
    before_mutation: Callable[[Context], Awaitable[None]] | None = None,
    measure: Callable[[Context, bool, float], None] | None = None,
) -> Engine:
    """An engine for a schema. Raises ValueError for a weight on an unknown field."""
    for name in weights:
        owner, _, member = name.partition(".")
        if member not in getattr(schema.get_type(owner), "fields", {}):
            raise ValueError(f"A cost weight is set on {name}, which the schema does not have.")
    built = Engine(schema, weights, Documents(schema))
    built.audience = audience or built.audience
    built.before_mutation, built.measure = before_mutation, measure
    return built
