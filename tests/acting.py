"""Who acts in a test: `with acting.as_staff(): ...` sets the call context."""

from contextlib import AbstractContextManager

from idl import common
from thriftshop import call_context, identity

CUSTOMER = "00000000-0000-4000-8000-00000000c001"
OTHER = "00000000-0000-4000-8000-00000000c002"
STAFF = "00000000-0000-4000-8000-00000000a001"


def as_stranger() -> AbstractContextManager:
    """Somebody whom the gateway does not know."""
    return call_context.using(caller="gateway", viewer="")


def as_customer(user_id: str = CUSTOMER, session_id: str | None = None) -> AbstractContextManager:
    """A customer, through the gateway."""
    viewer = common.Viewer(id=user_id, role=common.Role.CUSTOMER, session_id=session_id)
    return call_context.using(caller="gateway", viewer=identity.sign(viewer))


def as_staff(user_id: str = STAFF) -> AbstractContextManager:
    """A member of staff, through the gateway."""
    return call_context.using(caller="gateway", viewer=identity.sign(common.Viewer(id=user_id, role=common.Role.STAFF)))


def as_service(name: str) -> AbstractContextManager:
    """A service on its own business."""
    return call_context.using(caller=name, viewer="")
