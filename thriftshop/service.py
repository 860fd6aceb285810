"""The platform's own contract implemented: a description of this process, its consumer groups and its feeds."""

from functools import lru_cache

from django.conf import settings

from idl import common, platform
from thriftshop import call_context, clock, contexts, contracts
from thriftshop.contracts import digests
from thriftshop.events import feed, groups, progress, published, streams
from thriftshop.events.feed import serving
from thriftshop.events.groups import Group, Projection, Reaction

STARTED_AT = clock.now()


class Service(platform.PlatformService):
    """Implemented by every process."""

    def describe(self) -> platform.Description:
        """Describe this process."""
        return platform.Description(
            contexts=list(settings.CONTEXTS),
            version=settings.VERSION,
            started_at=STARTED_AT,
            contracts=[platform.ContractDigest(name=name, digest=digest) for name, digest in _digests()],
            topics=[topic for topic in contexts.topics() if streams.is_hosted(topic)],
            groups=[_described(group) for group in groups.hosted()],
        )

    def get_contract(self, name: str) -> str:
        """The text of a contract as this process knows it."""
        if name not in contracts.live():
            raise common.NotFound(message=f"No contract is called {name!r} here.", kind="contract", id=name)
        return contracts.live()[name].text

    def get_ends(self, topic: str) -> dict[int, str]:
        """Where each partition of a topic hosted here ends."""
        return dict(serving.hosted(topic).ends())

    def get_publishing_delay(self, topic: str) -> int:
        """How many milliseconds ago the oldest event was recorded that is not yet published."""
        serving.hosted(topic)
        return published.publishing_delay(topic)

    def await_ends(self, topic: str, seen: dict[int, str], patience_ms: int) -> dict[int, str]:
        """The ends of a topic, as soon as they differ from those the caller has seen, or after `patience_ms`."""
        return dict(serving.wait(topic, seen, patience_ms))

    def read_feed(
        self, topic: str, partition: int, after: str, limit: int, kinds: list[str] | None = None
    ) -> platform.FeedBatch:
        """The next events of a partition that the caller may read, as many as a message holds."""
        return serving.read(topic, partition, after, limit, call_context.current().caller, kinds)

    def count_feed(self, topic: str, partition: int, after: str, kinds: list[str] | None = None) -> int:
        """How many events the caller has yet to read, counted up to 10,000."""
        return serving.count(topic, partition, after, call_context.current().caller, kinds)

    def get_progress(self) -> list[platform.GroupProgress]:
        """How far the consumer groups and subscriptions of this process are, for each partition."""
        with feed.asking_once():
            reports = [report for group in groups.hosted() for report in progress.of(group)]
            return [_struct(report) for report in (*reports, *progress.of_subscriptions())]


def _struct(report: progress.Progress) -> platform.GroupProgress:
    return platform.GroupProgress(
        group=report.group.name,
        topic=report.group.topic,
        partition=report.partition,
        cursor=report.cursor,
        behind=report.behind,
        waiting_for=report.waiting_for or None,
    )


def _described(group: Group) -> platform.GroupDescription:
    return platform.GroupDescription(
        name=group.name,
        topic=group.topic,
        kind=_kind(group),
        kinds=None if group.kinds is None else sorted(group.kinds),
    )


def _kind(group: Group) -> int:
    if isinstance(group, Projection):
        return platform.GroupKind.PROJECTION
    return platform.GroupKind.REACTION if isinstance(group, Reaction) else platform.GroupKind.RELAY


@lru_cache(maxsize=1)
def _digests() -> tuple[tuple[str, str], ...]:
    """The contracts of this image; they do not change while it runs."""
    return tuple((name, digests.of(contract)) for name, contract in sorted(contracts.live().items()))
