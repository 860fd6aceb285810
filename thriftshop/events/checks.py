"""System checks of the event settings: every hosted topic has streams and a feed that fit together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from thriftshop import contexts
from thriftshop.contexts import EventStore
from thriftshop.events import cassandra_settings, feed, kafka_settings, streams
from thriftshop.events.feed.remote import RemoteFeed

STREAMS = ("append", "read", "read_from_snapshots", "save_snapshots", "recorded_under", "scan", "count")
FEED = ("ends", "read", "count", "wait")
# Each group has a checkpoint per partition, and reads each partition by a separate query.
MOST_PARTITIONS = 256


@register
def check_event_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Check EVENT_PARTITIONS, EVENT_STORES, EVENT_FEEDS and the settings of Cassandra and Kafka; the feeds if all is right."""
    problems = [
        *_partitions(),
        *_topics("EVENT_STORE", settings.EVENT_STORES, [EventStore.STREAMS]),
        *_topics("EVENT_FEED", settings.EVENT_FEEDS, list(EventStore)),
        *_classes("EVENT_STORE", settings.EVENT_STORES, STREAMS),
        *_classes("EVENT_FEED", settings.EVENT_FEEDS, FEED),
        *cassandra_settings.problems(),
        *kafka_settings.problems(),
    ]
    return problems or list(_feeds())


def _partitions() -> Iterator[CheckMessage]:
    if settings.EVENT_PARTITIONS > MOST_PARTITIONS:
        yield _error("EVENT_PARTITIONS", f"{settings.EVENT_PARTITIONS:,} is too large.", f"Use 1 to {MOST_PARTITIONS}.")


def _topics(variable: str, chosen: Mapping[str, str], kinds: Sequence[EventStore]) -> Iterator[CheckMessage]:
    fitting = [config.topic for config in contexts.all_contexts() if config.event_store in kinds]
    for topic in chosen:
        if topic != "default" and topic not in fitting:
            problem = f"{variable}S has {topic!r}, whose store cannot be chosen."
            yield _error(variable, problem, f"Choose among: default, {', '.join(fitting)}.")


def _classes(variable: str, chosen: Mapping[str, str], methods: Sequence[str]) -> Iterator[CheckMessage]:
    for path in sorted(set(chosen.values())):
        try:
            class_ = import_string(path)
        except Exception:
            yield _error(variable, f"{path!r} cannot be imported.", "Use the dotted path of a class.")
            continue
        missing = [name for name in methods if not callable(getattr(class_, name, None))]
        if missing:
            hint = f"See thriftshop/events/{'streams' if methods is STREAMS else 'feed'}/ for classes that fit."
            yield _error(variable, f"{path!r} has no method {', '.join(missing)}.", hint)


def _feeds() -> Iterator[CheckMessage]:
    configs = [contexts.get(name) for name in settings.CONTEXTS if name in settings.ALL_CONTEXTS]
    for config in configs:
        try:
            if config.topic:
                streams.of(config.topic)
                _check_kind(feed.of(config.topic))
                feed.of(feed.log_of(config.topic))
        except Exception as error:
            hint = f"Set EVENT_STORES and EVENT_FEEDS for {config.topic} so that they fit together."
            yield _error("EVENT_FEED", f"{config.topic}: {error}", hint)


def _check_kind(topic_feed: feed.Feed) -> None:
    if isinstance(topic_feed, RemoteFeed):
        raise TypeError("this process hosts the context, and the feed would call the process that does.")


def _error(variable: str, problem: str, hint: str) -> Error:
    return Error(f"{variable}: {problem}", hint=hint, id=f"thriftshop.E_{variable}")
