"""The accounts of staff and customers, by the contract of the context that keeps them."""

from collections.abc import Sequence
from types import ModuleType
from typing import Protocol, cast

from thriftshop import contexts, rpc


class StaffMember(Protocol):
    """A member of staff, with their permissions."""

    id: str
    name: str
    is_superuser: bool
    groups: list[str]
    permissions: list[str]
    stamp: str


class Person(Protocol):
    """A user in a list."""

    id: str
    name: str
    email: str


class Accounts(Protocol):
    """The calls that the desk needs."""

    def authenticate_staff(self, email: str, password: str, address: str | None, /) -> StaffMember:
        """The member of staff with this password. Raises WrongCredentials or TooManyTries of the contract."""

    def get_staff(self, id: str, /) -> StaffMember:
        """A member of staff. Raises common.NotFound."""

    def get_users(self, ids: list[str], /) -> Sequence[Person]:
        """The users that exist, by id."""


def connect() -> Accounts:
    """A client of the service that keeps accounts."""
    return cast(Accounts, rpc.connect(contexts.accounts().service))


def contract() -> ModuleType:
    """The contract module, for the refusals that it declares."""
    return contexts.accounts().contract
