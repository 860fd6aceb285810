"""Fields of the subscription type, and the source of an operation."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import graphene
from graphql import GraphQLError, GraphQLField, GraphQLSchema
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_argument_values

from thriftshop.graphql import errors
from thriftshop.graphql.errors import RequestRefused
from thriftshop.graphql.execution import Ready
from thriftshop.graphql.live.sources import Source
from thriftshop.graphql.requests import Context

Follow = Callable[..., Source | Awaitable[Source]]
"""Returns the source for a request's context and the field's arguments; raises a refusal."""
F = TypeVar("F", bound=Follow)


def finds(most: int) -> Callable[[F], F]:
    """Mark a function whose source finds up to this many objects at the start, which count in the operation's cost."""

    def mark(follow: F) -> F:
        follow.most_found = most  # type: ignore[attr-defined]
        return follow

    return mark


class LiveField(graphene.Field):  # type: ignore[misc]
    """A field of the subscription type. Each state of its source becomes the root value of an execution."""

    def __init__(self, kind: Any, follow: Follow, **options: Any) -> None:
        super().__init__(kind, resolver=lambda root, _info, **_: root, **options)
        self.follow = follow

    def wrap_subscribe(self, parent_subscribe: Any) -> Follow:
        """The function that GraphQLField keeps as `subscribe`."""
        return self.follow


def field(kind: Any, description: str, follow: Follow, *, required: bool = True, **arguments: Any) -> LiveField:
    """A field of the subscription type, whose states `follow` names."""
    return LiveField(kind, follow, description=description, required=required, **arguments)


class RootField:
    """The one field that a subscription selects, with its arguments."""

    def __init__(self, schema: GraphQLSchema, ready: Ready) -> None:
        root, plan = schema.subscription_type, ready.plan
        if root is None:  # the engine has refused such an operation
            raise RequestRefused(errors.VALIDATION_FAILED, "There is no subscription in this schema.")
        fields = collect_fields(schema, dict(plan.fragments), ready.variables, root, plan.operation.selection_set)
        if len(fields) != 1:
            raise RequestRefused(errors.VALIDATION_FAILED, "A subscription must select exactly one field.")
        ((self.response_name, self.nodes),) = fields.items()
        self.name = self.nodes[0].name.value
        definition = root.fields.get(self.name)
        if definition is None or definition.subscribe is None:  # __typename
            raise RequestRefused(errors.VALIDATION_FAILED, f"{self.name!r} cannot be subscribed to.")
        self._definition: GraphQLField = definition
        self._ready = ready

    async def source(self, context: Context) -> Source:
        """The source that the field's arguments describe. Raises RequestRefused."""
        try:
            arguments = get_argument_values(self._definition, self.nodes[0], self._ready.variables)
            result = self._definition.subscribe(context, **arguments)  # type: ignore[misc]
            source: Source = await result if isinstance(result, Awaitable) else result
        except Exception as error:
            raise self.refusal(error, context) from error
        return source

    def refusal(self, error: Exception, context: Context) -> RequestRefused:
        """The refusal of a subscription that cannot start, with the field's location and path."""
        if isinstance(error, RequestRefused):
            return error
        if not isinstance(error, GraphQLError):
            error = GraphQLError(str(error), self.nodes, path=[self.response_name], original_error=error)
        self._ready.document.locate([error])
        refusal = RequestRefused(errors.INTERNAL, "")
        # Without a code: formatting finds out what the client may read.
        refusal.errors = errors.with_viewer_error([error], context.viewer_error)
        return refusal
