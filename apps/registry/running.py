"""Running services: their descriptions, compared with the registry to show drift."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings

from apps.registry import differences
from idl import common, platform
from thriftshop import contracts, rpc
from thriftshop.contracts import digests
from thriftshop.rpc import hosting

CALLER = "registry"
# Results are cached for this long, so that reloading the page does not ask every service again.
REMEMBERED_SECONDS = 2.0
MAX_REPLICAS = 4


@dataclass(frozen=True, slots=True)
class ContractState:
    """A contract of a process; `state` is equal, older, newer, different, missing (there) or unknown (here)."""

    name: str
    state: str
    digest: str = ""
    by: differences.Differences = differences.NONE


@dataclass(frozen=True, slots=True)
class Process:
    """A process as it describes itself; without an answer, `problem` is the reason and `contexts` names the contexts called."""

    contexts: tuple[str, ...]
    problem: str = ""
    version: str = ""
    started_at: int | None = None  # milliseconds
    contracts: tuple[ContractState, ...] = ()
    topics: tuple[str, ...] = ()
    groups: tuple[Any, ...] = field(default=())  # platform.GroupDescription

    @property
    def reachable(self) -> bool:
        """Whether it answered."""
        return not self.problem

    @property
    def drifted(self) -> tuple[ContractState, ...]:
        """The contracts that differ from the registry's."""
        return tuple(contract for contract in self.contracts if contract.state != "equal")


_last: tuple[float, list[Process]] | None = None
_looking = threading.Lock()


def processes() -> list[Process]:
    """All processes, in the order of the contexts; cached for a few seconds."""
    global _last
    with _looking:
        if _last is None or time.monotonic() - _last[0] > REMEMBERED_SECONDS:
            running = describe_all()
            _last = time.monotonic(), running
        return _last[1]


def forget() -> None:
    """Drop the cached result."""
    global _last
    _last = None


def describe_all() -> list[Process]:
    """Request the descriptions of the processes of all contexts concurrently, for at most REGISTRY_PATIENCE_MS."""
    until = time.monotonic() + settings.REGISTRY_PATIENCE_MS / 1000
    own, elsewhere = _split()
    calls = [
        (context, _pool().submit(_describe_remote, context, until))
        for context in elsewhere
        for _ in range(_times(context))
    ]
    processes = [_this_process()] if own else []
    wait([future for _, future in calls], timeout=max(0.0, until - time.monotonic()))
    for context, future in calls:
        late = f"It did not answer within {settings.REGISTRY_PATIENCE_MS} ms."
        processes.append(future.result() if future.done() else Process((context,), problem=late))
    return _without_duplicates(processes)


def _split() -> tuple[list[str], list[str]]:
    """The contexts of this process, and the others."""
    hosted = hosting.hosted()
    return list(hosted), [context for context in settings.ALL_CONTEXTS if context not in hosted]


def _times(context: str) -> int:
    """The number of calls, so that calls balanced over the replicas reach all of them."""
    configured = len(settings.SERVICES.get(context, ()))
    return 1 if configured <= 1 else 2 * min(configured, MAX_REPLICAS)


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    """Threads for all calls: a hanging process occupies its own until the deadline."""
    return ThreadPoolExecutor(4 * len(settings.ALL_CONTEXTS), thread_name_prefix="registry")


def _this_process() -> Process:
    with rpc.using(caller=CALLER):
        return _described(rpc.connect(platform.PlatformService).describe(), {})


def _describe_remote(context: str, until: float) -> Process:
    """The description of a process, with the texts of the contracts that differ from this process's."""
    try:
        with rpc.using(caller=CALLER, viewer="", deadline=until):
            service = rpc.connect(platform.PlatformService, at=context)
            description = service.describe()
            return _described(description, _texts(service, description))
    except (rpc.RpcError, common.NotFound) as error:
        return Process((context,), problem=_explained(error))


def _texts(service: platform.PlatformService, description: platform.Description) -> dict[str, str]:
    """The texts of the contracts that differ, as far as the deadline allows."""
    library, texts = contracts.live(), {}
    for contract in description.contracts:
        if contract.name in library and contract.digest != digests.of(library[contract.name]):
            try:
                texts[contract.name] = service.get_contract(contract.name)
            except (rpc.RpcError, common.NotFound):
                continue
    return texts


def _described(description: platform.Description, texts: Mapping[str, str]) -> Process:
    return Process(
        contexts=tuple(description.contexts),
        version=description.version,
        started_at=description.started_at,
        contracts=tuple(_states({contract.name: contract.digest for contract in description.contracts}, texts)),
        topics=tuple(description.topics),
        groups=tuple(description.groups),
    )


def _states(reported: Mapping[str, str], texts: Mapping[str, str]) -> list[ContractState]:
    library = contracts.live()
    states = [
        ContractState(contract.name, "missing")
        if contract.name not in reported
        else _state(contract, reported[contract.name], texts)
        for contract in library
    ]
    return states + [ContractState(name, "unknown", reported[name]) for name in sorted(reported) if name not in library]


def _state(here: contracts.Contract, digest: str, texts: Mapping[str, str]) -> ContractState:
    if digest == digests.of(here):
        return ContractState(here.name, "equal", digest)
    if here.name not in texts:
        return ContractState(here.name, "different", digest)
    try:
        changes = differences.between(here, contracts.read_text(here.path, texts[here.name]))
    except contracts.Unreadable:
        return ContractState(here.name, "different", digest)
    # Equal declarations with another digest: their order or an include differs, which says nothing about age.
    state = changes.verdict if changes.verdict != "equal" else "different"
    return ContractState(here.name, state, digest, changes)


def _without_duplicates(running: list[Process]) -> list[Process]:
    """Remove repeated answers of processes that host several contexts or were asked repeatedly."""
    distinct: dict[Any, Process] = {}
    for process in running:
        distinct.setdefault((process.contexts, process.started_at, process.version, process.problem), process)
    return list(distinct.values())


def _explained(error: Exception) -> str:
    """Why there is no answer; addresses and causes are in the log."""
    code = getattr(error, "code", "")
    explanations = {
        "SERVICE_UNAVAILABLE": "It cannot be reached.",
        "DEADLINE_EXCEEDED": f"It did not answer within {settings.REGISTRY_PATIENCE_MS} ms.",
        "CALLER_NOT_ALLOWED": "It does not allow calls by the registry.",
        "MALFORMED_CALL": "Its answer does not match the contract.",
    }
    return explanations.get(code, f"It answered with an error ({code or type(error).__name__}).")
