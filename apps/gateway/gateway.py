"""The gateway as the platform serves it: the schema with its weights, and how a request's viewer is found out."""

from apps.gateway import flags, loaders
from apps.gateway.costs import WEIGHTS
from apps.gateway.examples import EXAMPLES
from apps.gateway.schema import SCHEMA
from apps.gateway.viewers import identify, session_end
from thriftshop.graphql import execution
from thriftshop.graphql.endpoint import Gateway

GATEWAY = Gateway(
    execution.engine(SCHEMA, WEIGHTS, loaders.audience, flags.record_variants, flags.measure),
    identify,
    "gateway",
    EXAMPLES,
    shared=loaders.SHARED,
    session_topic="sessions",
    session_end=session_end,
)
