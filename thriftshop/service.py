"""The platform's own contract implemented: what this process is, how far it has come, and its logs for those who read them."""

from collections.abc import Collection
from functools import lru_cache

from django.conf import settings

from idl import common, platform
from thriftshop import call_context, clock, contexts, contracts
from thriftshop.contracts import digests
from thriftshop.events import bus, consumers, readers, stores, waiting
from thriftshop.events.consumers import Group
from thriftshop.rpc.errors import DeadlineExceeded, Unavailable

MOST_ENTRIES = 1_000
# A page of the log stays well within what one message may hold.
LARGEST_PAGE_BYTES = 512 * 1024
LONGEST_PATIENCE_MS = 1_000
STARTED_AT = clock.now()


class Service(platform.PlatformService):
    """What every process answers beside its contexts."""

    def describe(self) -> platform.Description:
        """What this process is."""
        return platform.Description(
            contexts=list(settings.CONTEXTS),
            version=settings.VERSION,
            started_at=STARTED_AT,
            contracts=[platform.ContractDigest(name=name, digest=digest) for name, digest in _digests()],
            topics=[topic for topic in contexts.topics() if stores.is_kept_here(topic)],
            groups=[_described(group) for group in bus.groups()],
        )

    def get_contract(self, name: str) -> str:
        """The text of a contract as this process knows it."""
        if name not in contracts.live():
            raise common.NotFound(message=f"No contract is called {name!r} here.", kind="contract", id=name)
        return contracts.live()[name].text

    def get_head(self, topic: str) -> int:
        """The position of the last event of a topic whose log is kept here."""
        return _kept(topic).head()

    def await_head(self, topic: str, after: int, patience_ms: int) -> int:
        """The position of the last event of a topic, as soon as it is beyond a position, or so many milliseconds later."""
        return waiting.for_head(_kept(topic), after, min(max(patience_ms, 0), LONGEST_PATIENCE_MS) / 1000)

    def read_log(self, topic: str, after: int, limit: int, kinds: list[str] | None = None) -> list[platform.LogEntry]:
        """The events of a topic after a position that the caller may read, as many as a message holds."""
        if not 1 <= limit <= MOST_ENTRIES:
            raise common.InvalidInput(message=f"Ask for 1 to {MOST_ENTRIES} events, not {limit}.", field="limit")
        log = _kept(topic)
        rows = log.read_log(after, limit, readers.narrowed(topic, call_context.current().caller, kinds))
        return [platform.LogEntry(position=position, envelope=payload) for position, payload in _that_fit(rows)]

    def count_log(self, topic: str, after: int, kinds: list[str] | None = None) -> int:
        """How many events the caller could read after a position, counted up to 10,000."""
        log = _kept(topic)
        return log.count_log(after, readers.narrowed(topic, call_context.current().caller, kinds))

    def get_lags(self) -> list[platform.Lag]:
        """How far the consumer groups of this process have come."""
        return [
            platform.Lag(group=group.name, topic=group.topic, position=bus.position(group), behind=_behind(group))
            for group in bus.groups()
        ]


def _kept(topic: str) -> stores.Store:
    """The log of a topic that this process keeps. Raises common.NotFound for any other."""
    if topic not in contexts.topics() or not stores.is_kept_here(topic):
        kept = ", ".join(one for one in contexts.topics() if stores.is_kept_here(one)) or "none"
        raise common.NotFound(message=f"The log of {topic!r} is not kept here, but: {kept}.", kind="topic", id=topic)
    return stores.store(topic)


def _that_fit(rows: Collection[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """The first of these rows, as many as fit into a page; at least one."""
    fitting: list[tuple[int, bytes]] = []
    size = 0
    for position, payload in rows:
        size += len(payload)
        if fitting and size > LARGEST_PAGE_BYTES:
            break
        fitting.append((position, payload))
    return fitting


def _behind(group: Group) -> int | None:
    try:
        return bus.lag(group)
    except (Unavailable, DeadlineExceeded):
        return None


def _described(group: Group) -> platform.GroupDescription:
    return platform.GroupDescription(
        name=group.name,
        topic=group.topic,
        kind=_kind(group),
        kinds=None if group.kinds is None else sorted(group.kinds),
    )


def _kind(group: Group) -> int:
    if isinstance(group, consumers.Projection):
        return platform.GroupKind.PROJECTION
    return platform.GroupKind.REACTION if isinstance(group, consumers.Reaction) else platform.GroupKind.RELAY


@lru_cache(maxsize=1)
def _digests() -> tuple[tuple[str, str], ...]:
    """The contracts of this image; they do not change while it runs."""
    return tuple((name, digests.of(contract)) for name, contract in sorted(contracts.live().items()))
