"""Calls of contracts: `connect(catalog.CatalogService)` returns a client, wherever the service runs."""

from thriftshop.call_context import CallContext, current, happened_at, using
from thriftshop.rpc.client import aconnect, connect
from thriftshop.rpc.errors import (
    DeadlineExceeded,
    Fault,
    MalformedCall,
    NotAllowed,
    NotHosted,
    RpcError,
    Unavailable,
)

__all__ = [
    "CallContext",
    "DeadlineExceeded",
    "Fault",
    "MalformedCall",
    "NotAllowed",
    "NotHosted",
    "RpcError",
    "Unavailable",
    "aconnect",
    "connect",
    "current",
    "happened_at",
    "using",
]
