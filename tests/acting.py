"""The viewer and caller of a test: `with acting.as_staff(): ...` sets the call context."""

from contextlib import AbstractContextManager
from typing import Any

from idl import common
from thriftshop import call_context, identity
from thriftshop.rpc import hosting

CUSTOMER = "00000000-0000-4000-8000-00000000c001"
OTHER = "00000000-0000-4000-8000-00000000c002"
STAFF = "00000000-0000-4000-8000-00000000a001"


def as_stranger() -> AbstractContextManager:
    """An anonymous viewer, through the gateway."""
    return call_context.using(caller="gateway", viewer="")


def as_customer(user_id: str = CUSTOMER, session_id: str | None = None) -> AbstractContextManager:
    """A customer, through the gateway."""
    viewer = common.Viewer(id=user_id, role=common.Role.CUSTOMER, session_id=session_id)
    return call_context.using(caller="gateway", viewer=identity.sign(viewer))


def as_staff(at: str = "gateway", user_id: str = STAFF) -> AbstractContextManager:
    """A member of staff, through the gateway or in the admin of a context."""
    return call_context.using(caller=at, viewer=identity.sign(common.Viewer(id=user_id, role=common.Role.STAFF)))


def as_service(name: str) -> AbstractContextManager:
    """A service that calls on its own behalf."""
    return call_context.using(caller=name, viewer="")


def straight_at(contract: type) -> Any:
    """The implementation of a contract, called without its access list, for tests of its own refusals."""
    return hosting.service(contract)
