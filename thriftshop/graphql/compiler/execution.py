"""`execute` with the arguments and results of graphql-core's function."""

import inspect
import sys
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import graphql
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    MiddlewareManager,
    OperationDefinitionNode,
)
from graphql.execution.execute import assert_valid_execution_arguments, assume_not_awaitable
from graphql.execution.values import get_variable_values
from graphql.pyutils import is_awaitable as default_is_awaitable

from thriftshop.graphql.compiler.plans import CannotCompile, Plan, definitions

# The module, because a test replaces `graphql.execute` by the function below.
_core = sys.modules["graphql.execution.execute"].execute
_SIGNATURE = inspect.signature(_core)
Result = ExecutionResult | Awaitable[ExecutionResult]
# How often graphql-core executed an operation, by reason.
fallbacks: Counter[str] = Counter()


def execute(*arguments: Any, **options: Any) -> Result:
    """Compile and execute an operation; arguments and results are those of graphql-core's `execute`."""
    request = _SIGNATURE.bind(*arguments, **options)
    request.apply_defaults()
    assert_valid_execution_arguments(*(request.arguments[name] for name in ("schema", "document", "variable_values")))
    try:
        return _compiled(**request.arguments)
    except CannotCompile as reason:
        fallbacks[str(reason)] += 1
    result: Result = _core(*arguments, **options)
    return result


def _compiled(
    schema: GraphQLSchema, document: DocumentNode, variable_values: Any, operation_name: Any, **options: Any
) -> Result:
    _check_options(options["execution_context_class"], options["is_awaitable"])
    fragments, operations = definitions(document)
    operation = _operation(operations, operation_name)
    if isinstance(operation, GraphQLError):
        return ExecutionResult(None, [operation])
    definitions_ = operation.variable_definitions or ()
    limits = options["max_coercion_errors"], options["hide_suggestions"]
    variables = get_variable_values(schema, definitions_, variable_values or {}, *limits)
    if isinstance(variables, list):
        return ExecutionResult(None, variables)
    plan = Plan(schema, fragments, operation, options["field_resolver"], _manager(options["middleware"]))
    is_awaitable = options["is_awaitable"] or default_is_awaitable
    return plan.execute(
        options["root_value"], options["context_value"], variables, is_awaitable, options["type_resolver"]
    )


def _check_options(execution_context_class: Any, is_awaitable: Any) -> None:
    if execution_context_class not in (None, graphql.ExecutionContext):
        raise CannotCompile("execution context class")
    if is_awaitable not in (None, default_is_awaitable, assume_not_awaitable):
        raise CannotCompile("is_awaitable")


def _manager(middleware: Any) -> MiddlewareManager | None:
    if middleware is None or isinstance(middleware, MiddlewareManager):
        return middleware
    if isinstance(middleware, list | tuple):
        return MiddlewareManager(*middleware)
    raise CannotCompile("invalid middleware")


def _operation(operations: list[OperationDefinitionNode], name: str | None) -> OperationDefinitionNode | GraphQLError:
    """The operation to execute, or the error that graphql-core reports."""
    if name is None:
        if len(operations) > 1:
            return GraphQLError("Must provide operation name if query contains multiple operations.")
        return operations[0] if operations else GraphQLError("Must provide an operation.")
    named = [operation for operation in operations if operation.name and operation.name.value == name]
    return named[-1] if named else GraphQLError(f"Unknown operation named '{name}'.")
