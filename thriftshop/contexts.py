"""Contexts and drivers as their `apps.py` describes them, whether this process hosts them or not.

Settings name them once (ALL_CONTEXTS, ALL_DRIVERS); everything else about a context is read from its configuration.
"""

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from django.apps import AppConfig
from django.conf import settings

Config = TypeVar("Config", bound=AppConfig)


class EventStore(StrEnum):
    """How a context stores its events."""

    STREAMS = "streams"  # event-sourced: in the store that EVENT_STORES names
    OUTBOX = "outbox"  # state-stored: in the database, in the transaction that changes the rows


class Resources(NamedTuple):
    """What one replica requests from Kubernetes, and its limit, in Kubernetes' units."""

    cpu: str = "200m"
    memory: str = "160Mi"
    memory_limit: str = "384Mi"


class Link(NamedTuple):
    """An entry of the landing page; `setting` is the one that holds the address, if any does."""

    name: str
    href: str
    description: str
    setting: str = ""


class ContextConfig(AppConfig):
    """What the platform knows of a context. Subclassed once in each `apps/<context>/apps.py`."""

    # One sentence for staff, on the start page, and the position there, ascending.
    description: str = ""
    menu_order: int = 100
    # None for a context that records no events.
    event_store: EventStore | None = None
    # Customers reach it; its calls without a viewer are made for strangers.
    is_public: bool = False
    # Its contract authenticates staff and knows people's names: exactly one context has it.
    keeps_accounts: bool = False
    # Permissions of a new shop's groups of staff: `{"Packing": ["view_order"]}`.
    staff_groups: Mapping[str, Sequence[str]] = {}
    # Path of the page to open first; by default the admin, or `/` without an admin.
    start_page: str = ""
    # Its pages call every process by the platform's contract.
    watches_processes: bool = False
    replicas: int = 2
    resources: Resources = Resources()

    @property
    def topic(self) -> str:
        """The topic of its events; empty if it has none."""
        return self.label if self.event_store else ""

    @property
    def has_admin(self) -> bool:
        """Whether staff work with it in the admin."""
        return self.has("admin")

    @property
    def first_page(self) -> str:
        """Path of the page to open first."""
        return self.start_page or ("/admin/" if self.has_admin else "/")

    @property
    def contract(self) -> ModuleType:
        """Its IDL file as a module. Raises ModuleNotFoundError if it has none."""
        return importlib.import_module(f"idl.{self.label}")

    @property
    def service(self) -> Any:
        """The service that its contract declares."""
        (service,) = self.contract.__thrift_meta__["services"]
        return service

    @property
    def projections(self) -> Sequence[Any]:
        """Its projections: `PROJECTIONS` of `projections.py`."""
        return self._declared("projections", "PROJECTIONS")

    @property
    def reactions(self) -> Sequence[Any]:
        """Its reactions: `REACTIONS` of `reactions.py`."""
        return self._declared("reactions", "REACTIONS")

    @property
    def jobs(self) -> Sequence[Any]:
        """Its periodic jobs: `JOBS` of `reactions.py`."""
        return self._declared("reactions", "JOBS")

    @property
    def subscriptions(self) -> Sequence[Any]:
        """The topics it follows in each process: `SUBSCRIPTIONS` of `subscriptions.py`."""
        return self._declared("subscriptions", "SUBSCRIPTIONS")

    @property
    def measures(self) -> Sequence[Any]:
        """What it measures of its business: `MEASURES` of `measures.py`."""
        return self._declared("measures", "MEASURES")

    @property
    def alerts(self) -> Sequence[Any]:
        """Its alerts: `ALERTS` of `measures.py`."""
        return self._declared("measures", "ALERTS")

    @property
    def guardrails(self) -> Sequence[Any]:
        """What a new version must not make worse: `GUARDRAILS` of `measures.py`."""
        return self._declared("measures", "GUARDRAILS")

    @property
    def consumes_events(self) -> bool:
        """Whether it may have consumer groups or subscriptions."""
        return any(self.has(module) for module in ("projections", "reactions", "subscriptions"))

    def has(self, module: str) -> bool:
        """Whether it has this module, such as `admin` or `urls`."""
        return importlib.util.find_spec(f"{self.name}.{module}") is not None

    def load(self, module: str) -> ModuleType:
        """Import one of its modules."""
        return importlib.import_module(f"{self.name}.{module}")

    def landing_links(self) -> Sequence[Link]:
        """Entries for the landing page of every process. Those of processes elsewhere need a setting with the address."""
        return ()

    def variables_for_all(self, address: str) -> Mapping[str, str]:
        """Variables that `manage.py split` sets for every process, where this context is served at `address`."""
        return {}

    def _declared(self, module: str, variable: str) -> Sequence[Any]:
        return getattr(self.load(module), variable, ()) if self.has(module) else ()


class DriverConfig(AppConfig):
    """A program that calls the contexts from outside, by contract only, and serves nothing."""

    # The management command that fills a new shop once `manage.py up` or `split` has started it.
    startup_command: str = ""


def all_contexts() -> list[ContextConfig]:
    """Every context, in the order of the settings."""
    return [get(name) for name in settings.ALL_CONTEXTS]


def hosted() -> list[ContextConfig]:
    """The contexts of this process."""
    return [get(name) for name in settings.CONTEXTS]


def drivers() -> list[DriverConfig]:
    """Every driver."""
    return [_driver(name) for name in settings.ALL_DRIVERS]


def get(name: str) -> ContextConfig:
    """The configuration of a context. Raises LookupError for a name that is not in ALL_CONTEXTS."""
    if name not in settings.ALL_CONTEXTS:
        raise LookupError(f"There is no context {name!r}; choose among: {', '.join(settings.ALL_CONTEXTS)}.")
    return _context(name)


def topics() -> list[str]:
    """The topics of all contexts that have events."""
    return [config.topic for config in all_contexts() if config.topic]


def accounts() -> ContextConfig:
    """The context that keeps accounts of people."""
    (config,) = (config for config in all_contexts() if config.keeps_accounts)
    return config


def is_public(name: str) -> bool:
    """Whether this is the name of a context that customers reach."""
    return name in settings.ALL_CONTEXTS and _context(name).is_public


def loader() -> DriverConfig | None:
    """The driver that fills a new shop."""
    return next((driver for driver in drivers() if driver.startup_command), None)


def known_callers() -> list[str]:
    """Every name under which a service may be called."""
    return [*settings.ALL_CONTEXTS, *settings.ALL_DRIVERS]


@lru_cache(maxsize=64)
def _context(name: str) -> ContextConfig:
    return _created(name, ContextConfig)


@lru_cache(maxsize=16)
def _driver(name: str) -> DriverConfig:
    return _created(name, DriverConfig)


def _created(name: str, base: type[Config]) -> Config:
    config = AppConfig.create(f"apps.{name}")
    if not isinstance(config, base):
        raise TypeError(f"apps/{name}/apps.py must define a subclass of thriftshop.contexts.{base.__name__}.")
    return config
